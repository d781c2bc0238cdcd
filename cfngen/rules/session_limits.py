"""E9165: a session on an instance ends by itself, and runs as nobody in particular only where that is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Accept, at_most, one_of
from cfngen.rules._values import is_false

DOCUMENT = "AWS::SSM::Document"
PREFERENCES = "SSM-SessionManagerRunShell"
"""The document that holds the preferences of a region."""

INPUTS: tuple[tuple[str, Accept, str], ...] = (
    ("idleSessionTimeout", at_most(20), "must be 20 minutes at most"),
    ("maxSessionDuration", at_most(60), "must be 60 minutes at most"),
    ("runAsEnabled", is_false, "must be false"),
)
SHELL = one_of("Standard_Stream")


class SessionLimitsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A shell that was left open on Friday is somebody else's on Monday."""

    id = "E9165"
    shortdesc = "A session of Session Manager has limits"
    description = (
        "A session document ends idle sessions after 20 minutes and all after 60, and says who they run as; one of a "
        "template's holds the region's preferences."
    )
    source_url = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-max-timeout.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each limit that is missing or too far."""
        sessions = [
            (name, leaf.path, _values.mapping(leaf.value))
            for name, leaf in _values.properties(cfn, (), DOCUMENT)
            if _values.mapping(leaf.value).get("DocumentType") == "Session"
        ]
        for name, path, document in sessions:
            yield from _content(name, [*path, "Content"], _values.mapping(document.get("Content")))
        if sessions and PREFERENCES not in [document.get("Name") for _, _, document in sessions]:
            what = f"a Document ({DOCUMENT}) must be {PREFERENCES}: sessions that name none follow it"
            yield RuleMatch(["Resources", sessions[0][0]], f"{sessions[0][0]}: {what}")


def _content(name: str, path: list[str | int], content: Any) -> Iterator[RuleMatch]:
    inputs = _values.mapping(content.get("inputs"))
    for key, accept, message in INPUTS:
        if not accept(inputs.get(key, _values.ABSENT)):
            yield RuleMatch(path, f"{name}: Content.inputs.{key} {message}")
    if not SHELL(content.get("sessionType")):
        yield RuleMatch(path, f"{name}: Content.sessionType must be Standard_Stream")
