from __future__ import annotations

import pytest

from cfngen.rules.trail_integrity import TrailIntegrityRule

GOOD = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      IsMultiRegionTrail: true
      IncludeGlobalServiceEvents: true
      EnableLogFileValidation: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
      AdvancedEventSelectors:
        - FieldSelectors: [{Field: eventCategory, Equals: [Management]}]
        - FieldSelectors: [{Field: eventCategory, Equals: [Data]}]
"""
PROPERTIES = "Resources.Trail.Properties"


def test_a_whole_trail_is_accepted(matches):
    assert matches(TrailIntegrityRule(), GOOD) == []


def test_a_trail_without_selectors_records_all_management_events(matches):
    assert matches(TrailIntegrityRule(), GOOD.partition("      AdvancedEventSelectors")[0]) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("IsLogging: true", "IsLogging: false", f"{PROPERTIES}.IsLogging", "must be true"),
        ("IsMultiRegionTrail: true", "IsMultiRegionTrail: false", f"{PROPERTIES}.IsMultiRegionTrail", "must be true"),
        ("      EnableLogFileValidation: true\n", "", PROPERTIES, "EnableLogFileValidation must be true"),
        ("      IncludeGlobalServiceEvents: true\n", "", PROPERTIES, "IncludeGlobalServiceEvents must be true"),
        ("      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn\n", "", PROPERTIES, "must be given"),
        ("Equals: [Management]}", "Equals: [NetworkActivity]}", PROPERTIES, "all management events"),
        ("[Management]}", "[Management]}, {Field: readOnly, Equals: ['false']}", PROPERTIES, "all management events"),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(TrailIntegrityRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]


@pytest.mark.parametrize("selector", ["{IncludeManagementEvents: false}", "{ReadWriteType: WriteOnly}"])
def test_a_simple_selector_that_takes_management_events_away_is_found(matches, selector):
    text = GOOD.partition("      AdvancedEventSelectors")[0] + f"      EventSelectors: [{selector}]\n"
    assert [where for where, _ in matches(TrailIntegrityRule(), text)] == [PROPERTIES]
