"""E9132: the audit trail records everything, always, everywhere, and shows if its files were changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

TRAIL = "AWS::CloudTrail::Trail"
ON = ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
GIVEN = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


class TrailIntegrityRule(CloudFormationLintRule):  # type: ignore[misc]
    """No judge looks at IsLogging: a trail can be there in every detail and record nothing."""

    id = "E9132"
    shortdesc = "An audit trail records everything and can prove it"
    description = (
        "A trail logs, in all regions, global services included, all management events, with file validation, "
        "and delivers to a log group."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each property that leaves something out."""
        for key in ON:
            yield from _values.require(cfn, TRAIL, (key,), _values.is_true, "must be true")
        for key in GIVEN:
            yield from _values.require(cfn, TRAIL, (key,), lambda value: value not in (ABSENT, ""), "must be given")
        for name, leaf in _values.properties(cfn, (), TRAIL):
            if not _records_management(_values.mapping(leaf.value)):
                yield RuleMatch(
                    leaf.path,
                    f"{name}: all management events must be recorded, reads and writes (AdvancedEventSelectors)",
                )


def _records_management(given: Mapping[str, Any]) -> bool:
    """Whether no selector takes management events away; without any selector a trail records them all."""
    advanced, simple = given.get("AdvancedEventSelectors"), given.get("EventSelectors")
    if advanced:
        return any(_is_all_management(_values.mapping(each)) for each in _values.as_list(advanced))
    return not simple or any(
        not _values.is_false(each.get("IncludeManagementEvents")) and each.get("ReadWriteType", "All") == "All"
        for each in map(_values.mapping, _values.as_list(simple))
    )


def _is_all_management(selector: Mapping[str, Any]) -> bool:
    fields = [_values.mapping(field) for field in _values.as_list(selector.get("FieldSelectors"))]
    return len(fields) == 1 and fields[0].get("Field") == "eventCategory" and fields[0].get("Equals") == ["Management"]
