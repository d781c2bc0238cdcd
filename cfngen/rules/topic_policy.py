"""E9170: what alarms publish is published over TLS, by services of this account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, statements

OWN_ACCOUNT = ("aws:SourceAccount", "aws:SourceOrgID")


class TopicPolicyRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without a condition on the account, the service publishes for whoever configures it so."""

    id = "E9170"
    shortdesc = "A topic has a policy: TLS only, and services for this account only"
    description = (
        "Each topic has a topic policy that denies plain text and admits services with aws:SourceAccount only."
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each topic that others could publish to, or that could be published to in plain text."""
        found = [statement for statement in statements(cfn) if statement.type == "AWS::SNS::TopicPolicy"]
        protected = {topic for statement in found if _denies_plain_text(statement) for topic in _topics(cfn, statement)}
        for name, _ in _values.resources(cfn, "AWS::SNS::Topic"):
            if name not in protected:
                yield RuleMatch(["Resources", name], f"{name}: a topic policy must deny what comes without TLS")
        for statement in found:
            if statement.allows and _is_service(statement) and not _is_own(statement):
                yield RuleMatch(statement.path, f"{statement.resource}: a service needs a condition on the account")


def _topics(cfn: Template, statement: Statement) -> list[str]:
    policy = _values.mapping(_values.section(cfn, "Resources").get(statement.resource))
    given = _values.mapping(policy.get("Properties"))
    return [_values.ref(topic) for topic in _values.as_list(given.get("Topics"))]


def _conditions(statement: Statement) -> dict[str, Any]:
    operators = _values.mapping(statement.body.get("Condition")).values()
    return {key: value for operator in operators for key, value in _values.mapping(operator).items()}


def _denies_plain_text(statement: Statement) -> bool:
    secure = _conditions(statement).get("aws:SecureTransport")
    return not statement.allows and _values.is_false(secure)


def _is_service(statement: Statement) -> bool:
    return "Service" in _values.mapping(statement.body.get("Principal"))


def _is_own(statement: Statement) -> bool:
    return any(key in _conditions(statement) for key in OWN_ACCOUNT)
