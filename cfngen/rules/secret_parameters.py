"""E9123: no secret passes through a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SECRET = re.compile(r"(password|passwd|passphrase|secret|token|api_?key|private_?key|credentials?)$", re.IGNORECASE)
"""Ends of names; `OriginSecretArn` names where a secret is, not the secret."""


class SecretParametersRule(CloudFormationLintRule):  # type: ignore[misc]
    """Parameters are readable in params/, in the stack set and in every stack event."""

    id = "E9123"
    shortdesc = "Secrets are never parameters"
    description = "No parameter is named like a secret, unless it is the secret's ARN or name, and none has NoEcho."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "secrets"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each parameter that looks like a secret."""
        for name, declared in _values.section(cfn, "Parameters").items():
            no_echo = isinstance(declared, Mapping) and _values.is_true(declared.get("NoEcho"))
            if no_echo or SECRET.search(name):
                what = "a secret is no parameter: keep it in Secrets Manager and give its ARN"
                yield RuleMatch(["Parameters", name], f"{name}: {what}")
