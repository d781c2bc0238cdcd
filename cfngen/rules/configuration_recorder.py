"""E9143: Config records every type, delivers it encrypted, and judges it by the managed rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._config_rules import MANAGED_RULES
from cfngen.rules._settings import Setting, given, one_of, unmet
from cfngen.rules._values import ABSENT, is_true

RECORDER, CHANNEL, RULE = (
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::Config::ConfigRule",
)
GLOBAL = ("RecordingGroup", "IncludeGlobalResourceTypes")

TABLE = (
    Setting(RECORDER, "RecordingGroup.AllSupported", is_true, "must be true"),
    Setting(
        RECORDER,
        "RecordingMode.RecordingFrequency",
        one_of("CONTINUOUS"),
        "must be CONTINUOUS",
    ),
    Setting(CHANNEL, "S3KmsKeyArn", given, "must name a KMS key"),
    Setting(RULE, "Source.SourceIdentifier", given, "must name a managed rule"),
)


class ConfigurationRecorderRule(CloudFormationLintRule):  # type: ignore[misc]
    """A recorder of some types only sees some of what goes wrong; the global types are one region's affair."""

    id = "E9143"
    shortdesc = "Config records all types, and the managed rules judge them"
    description = (
        "AllSupported is true, recording is continuous, global types are recorded in one region and not in all, the "
        "channel encrypts; a template with Config rules has recorder, channel and every managed rule that HIPAA's "
        "conformance pack has for the services used here."
    )
    source_url = (
        "https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html"
    )
    tags: ClassVar[list[str]] = ["cfngen", "audit", "detection"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each gap in what is recorded or judged."""
        yield from unmet(cfn, TABLE)
        for name, leaf in _values.properties(cfn, GLOBAL[:1], RECORDER):
            found = [each.value for each in _values.values_at(cfn, leaf.value, GLOBAL[1:], leaf.path)]
            if leaf.value is not ABSENT and {_values.is_true(value) for value in found} != {True, False}:
                what = "IncludeGlobalResourceTypes must be true in one region, by a condition, and false elsewhere"
                yield RuleMatch(leaf.path, f"{name}: {what}")
        judged = {leaf.value for _, leaf in _values.properties(cfn, ("Source", "SourceIdentifier"), RULE)}
        if judged:
            yield from _missing(cfn, judged)


def _missing(cfn: Template, judged: set[object]) -> Iterator[RuleMatch]:
    for kind in (RECORDER, CHANNEL):
        if not list(_values.resources(cfn, kind)):
            yield RuleMatch(["Resources"], f"Config rules need a {kind.rpartition('::')[2]} ({kind}) beside them")
    for rule in MANAGED_RULES:
        if rule not in judged:
            yield RuleMatch(["Resources"], f"a ConfigRule (AWS::Config::ConfigRule) must have Source {rule}")
