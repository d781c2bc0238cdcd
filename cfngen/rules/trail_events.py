"""E9142: the trail records who read which document, and tells at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, items, unmet

TRAIL = "AWS::CloudTrail::Trail"
SELECTORS = "AdvancedEventSelectors"

TABLE = (Setting(TRAIL, "SnsTopicName", given, "must name a topic"),)


class TrailEventsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Management events show who changed a bucket, and nothing of who read what is in it."""

    id = "E9142"
    shortdesc = "The trail records access to objects, and filters have a trail"
    description = (
        "A trail selects the data events of buckets and announces its files by a topic; the log group that a metric "
        "filter reads is one that a trail of the template writes to."
    )
    source_url = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each trail that misses objects and each filter without a trail."""
        yield from unmet(cfn, TABLE)
        for name, leaf, selectors in items(cfn, TRAIL, SELECTORS):
            if not any(map(_selects_objects, selectors)):
                what = f"{SELECTORS} must select the data events of buckets (FieldSelectors: Field, Equals, StartsWith)"
                yield RuleMatch(leaf.path, f"{name}: {what}")
            for selector in selectors:
                if not _values.mapping(selector).get("Name"):
                    yield RuleMatch(leaf.path, f"{name}: each of {SELECTORS} must have a Name, which an auditor reads")
        yield from _unfed_filters(cfn)


def _selects_objects(selector: Any) -> bool:
    """Whether a selector takes reads and writes of objects, perhaps of some buckets only."""
    fields = {
        str(each.get("Field")): each
        for each in _values.as_list(_values.mapping(selector).get("FieldSelectors"))
        if isinstance(each, Mapping)
    }
    some = fields.pop("resources.ARN", {"Equals": ["*"]})
    category, kind = (fields.pop(key, {}).get("Equals") for key in ("eventCategory", "resources.type"))
    named = any(some.get(how) for how in ("StartsWith", "Equals"))
    return not fields and category == ["Data"] and kind == ["AWS::S3::Object"] and named


def _unfed_filters(cfn: Template) -> Iterator[RuleMatch]:
    fed = {_values.owner(leaf.value) for _, leaf in _values.properties(cfn, ("CloudWatchLogsLogGroupArn",), TRAIL)}
    for name, leaf in _values.properties(cfn, ("LogGroupName",), "AWS::Logs::MetricFilter"):
        group = _values.owner(leaf.value)
        if group and group not in fed:
            yield RuleMatch(leaf.path, f"{name}: a Trail (AWS::CloudTrail::Trail) must write to {group}")
