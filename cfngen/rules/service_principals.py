"""E9190: a service that may use what is ours may do so for us alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, condition_keys, listed, principals, statements

PASSED = (
    "codedeploy.amazonaws.com",
    "ec2.amazonaws.com",
    "edgelambda.amazonaws.com",
    "lambda.amazonaws.com",
)
"""Services that get a role only from who may pass it (iam:PassRole), so no condition is needed, or none is offered."""

ROLE, KEY, BUCKET = "AWS::IAM::Role", "AWS::KMS::Key", "AWS::S3::BucketPolicy"

BY_ACCOUNT = frozenset(
    {
        ("backup.amazonaws.com", ROLE),
        ("cloudwatch.amazonaws.com", KEY),
        ("config.amazonaws.com", BUCKET),
        ("config.amazonaws.com", KEY),
        ("s3.amazonaws.com", ROLE),
    }
)
"""Services and policies that AWS documents with the source account alone."""

BY_PATH = frozenset({("logdelivery.elasticloadbalancing.amazonaws.com", BUCKET)})
"""Services that give no source, and write below the account's id.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

CONTEXT = "kms:encryptioncontext:"


class ServicePrincipalsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A service acts for whoever asks it: without a condition, another account may ask it to use our resource.

    The confused deputy: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    id = "E9190"
    shortdesc = "A service principal is bound to this account"
    description = (
        "An Allow to a service has conditions on the source ARN and, unless that names this account, the source "
        "account, as far as AWS documents them; or on an encryption context; or names this account in its resource."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each service that anyone may send."""
        for statement in statements(cfn):
            services = [
                _values.text_of(leaf.value)
                for leaf in principals(cfn, statement)
                if leaf.path[-1] == "Service" or "Service" in leaf.path
            ]
            if not statement.allows or not services or all(service in PASSED for service in services):
                continue
            if not _is_bound(cfn, statement, services):
                what = f"Condition must bind {', '.join(services)} to this account (aws:SourceAccount, aws:SourceArn)"
                yield RuleMatch(statement.path, f"{statement.resource}: {what}")


def _is_bound(cfn: Template, statement: Statement, services: list[str]) -> bool:
    """Whether source ARN and source account are named, as far as the service gives them."""
    keys = condition_keys(statement)
    if any(key.startswith(CONTEXT) for key in keys):
        return True
    if any((service, statement.type) in BY_PATH for service in services):
        resources = [_values.text_of(leaf.value) for leaf in listed(cfn, statement, "Resource")]
        return bool(resources) and all("/${AWS::AccountId}/" in resource for resource in resources)
    arns = list(_source_arns(statement))
    own = bool(arns) and all("${AWS::AccountId}" in _values.text_of(arn) or _values.owner(arn) for arn in arns)
    only_account = all((service, statement.type) in BY_ACCOUNT for service in services)
    return ("aws:sourceaccount" in keys or own) and (bool(arns) or only_account)


def _source_arns(statement: Statement) -> Iterator[Any]:
    block = _values.mapping(statement.body.get("Condition"))
    for operator in block.values():
        for key, value in _values.mapping(operator).items():
            if key.lower() == "aws:sourcearn":
                yield from _values.as_list(value)
