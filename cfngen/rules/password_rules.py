"""E9140: the account's password policy is the company's, or stronger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

TYPE = "Custom::PasswordPolicy"
REQUIRED = tuple(f"Require{what}" for what in ("UppercaseCharacters", "LowercaseCharacters", "Numbers", "Symbols"))
LENGTH, REMEMBERED, DAYS = 8, 3, 90


class PasswordRulesRule(CloudFormationLintRule):  # type: ignore[misc]
    """The function refuses a weaker policy too, but only when it is deployed."""

    id = "E9140"
    shortdesc = "A password policy is not weaker than the company's"
    description = (
        "At least 8 characters, one of each kind, expiry after 90 days at most, the last 3 passwords not reusable."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each weaker value."""
        for key in REQUIRED:
            yield from _values.require(cfn, TYPE, (key,), _values.is_true, "must be true")
        length, remembered = _values.at_least(cfn, LENGTH), _values.at_least(cfn, REMEMBERED)
        yield from _values.require(cfn, TYPE, ("MinimumPasswordLength",), length, f"must be {LENGTH} at least")
        yield from _values.require(
            cfn, TYPE, ("PasswordReusePrevention",), remembered, f"must be {REMEMBERED} at least"
        )
        yield from _values.require(cfn, TYPE, ("MaxPasswordAge",), _expires(cfn), f"must be {DAYS} at most")


def _expires(cfn: Template) -> Callable[[Any], bool]:
    def check(value: object) -> bool:
        most = _values.parameter(cfn, _values.ref(value)).get("MaxValue") if _values.ref(value) else value
        return 1 <= (_values.number(most) or 0) <= DAYS

    return check
