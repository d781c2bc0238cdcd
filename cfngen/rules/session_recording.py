"""E9171: people's sessions on instances are encrypted and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT


def _given(value: object) -> bool:
    return value is not ABSENT and value not in (None, "")


WANTED = (
    ("cloudWatchLogGroupName", _given, "must name a log group"),
    ("cloudWatchEncryptionEnabled", _values.is_true, "must be true, so that nothing is recorded in the clear"),
    ("cloudWatchStreamingEnabled", _values.is_true, "must be true, or a session that breaks off is not recorded"),
    ("kmsKeyId", _given, "must name a key"),
)


class SessionRecordingRule(CloudFormationLintRule):  # type: ignore[misc]
    """A session is an administrator's; without a record nobody knows what was done in it."""

    id = "E9171"
    shortdesc = "A session document records and encrypts"
    description = "Documents of type Session stream to an encrypted log group and encrypt with a key."
    source_url = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way in which a session leaves no record."""
        for name, resource in _values.resources(cfn, "AWS::SSM::Document"):
            given = _values.mapping(resource.get("Properties"))
            if given.get("DocumentType") == "Session":
                yield from _session(cfn, name, given)


def _session(cfn: Template, name: str, given: Any) -> Iterator[RuleMatch]:
    path = ["Resources", name, "Properties"]
    for key, accept, message in WANTED:
        for leaf in _values.values_at(cfn, given, ("Content", "inputs", key), path):
            if not accept(leaf.value):
                yield RuleMatch(leaf.path, f"{name}: {key} {message}")
