"""E9116: encryption keys are rotated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

LONGEST = 30
"""Days between a key's deletion and its end, in which it can be called back."""


class KeyRotationRule(CloudFormationLintRule):  # type: ignore[misc]
    """Asymmetric and HMAC keys cannot be rotated by KMS."""

    id = "E9116"
    shortdesc = "A KMS key is rotated every year, and a month passes before it is gone"
    description = "EnableKeyRotation is true and PendingWindowInDays 30, which is the default, for each symmetric key."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each symmetric key that is not rotated."""
        for name, resource in _values.resources(cfn, "AWS::KMS::Key"):
            given = resource.get("Properties", {})
            path = ["Resources", name, "Properties"] if "Properties" in resource else ["Resources", name]
            spec = {leaf.value for leaf in _values.values_at(cfn, given, ("KeySpec",)) if leaf.is_known}
            if not spec <= {ABSENT, "SYMMETRIC_DEFAULT"}:
                continue
            for leaf in _values.values_at(cfn, given, ("EnableKeyRotation",), path):
                if not _values.is_true(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: EnableKeyRotation must be true")
            for leaf in _values.values_at(cfn, given, ("PendingWindowInDays",), path):
                if leaf.value is not ABSENT and _values.number(leaf.value) != LONGEST:
                    what = f"PendingWindowInDays must be {LONGEST}, the longest time to notice that a key was deleted"
                    yield RuleMatch(leaf.path, f"{name}: {what}")
