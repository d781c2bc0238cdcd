from __future__ import annotations

import pytest

from cfngen import names
from cfngen.layers import audit
from cfngen.parts.trail import TRAIL_ARN
from cfngen.parts.trail_alarms import WATCHED

ONE_TRAIL = {"aws:SourceArn": {"Fn::Sub": TRAIL_ARN}}
LONGEST_PATTERN = 1024
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"""


@pytest.fixture
def resources(deployed):
    return deployed(audit)[0]


def statements(resources, policy, key="PolicyDocument"):
    return {each["Sid"]: each for each in resources[policy]["Properties"][key]["Statement"]}


def test_one_trail_records_every_region_always_and_can_prove_it(resources):
    (trail,) = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::CloudTrail::Trail"]

    on = ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
    assert [trail[name] for name in on] == [True] * 4
    assert trail["KMSKeyId"] == {"Fn::GetAtt": ["AuditKey", "Arn"]}
    assert trail["CloudWatchLogsLogGroupArn"] == {"Fn::GetAtt": ["TrailLogGroup", "Arn"]}
    assert trail["SnsTopicName"] == {"Fn::GetAtt": ["TrailTopic", "TopicName"]}


def test_all_management_events_and_each_access_to_a_document_are_recorded(resources):
    management, documents = resources["Trail"]["Properties"]["AdvancedEventSelectors"]
    fields = {each["Field"]: each for each in documents["FieldSelectors"]}

    assert management["FieldSelectors"] == [{"Field": "eventCategory", "Equals": ["Management"]}]
    assert fields["eventCategory"]["Equals"] == ["Data"]
    assert fields["resources.type"]["Equals"] == ["AWS::S3::Object"]
    assert "readOnly" not in fields


def test_the_documents_are_those_of_the_buckets_that_the_environment_names(resources):
    (prefix,) = resources["Trail"]["Properties"]["AdvancedEventSelectors"][1]["FieldSelectors"][2]["StartsWith"]
    bucket = names.documents_bucket("${Project}", "${Environment}", "${AWS::AccountId}", "eu-west-1")

    assert f"arn:${{AWS::Partition}}:s3:::{bucket}/a-document".startswith(prefix["Fn::Sub"])


def test_the_trails_name_is_known_before_it_exists_and_another_ones_after_a_stack(resources):
    assert resources["Trail"]["Properties"]["TrailName"] == {"Fn::Sub": "${AWS::StackName}"}
    assert TRAIL_ARN.endswith(":trail/${AWS::StackName}")


@pytest.mark.parametrize("waits_for", ["AuditArchivePolicy", "TrailTopicPolicy"])
def test_the_trail_is_made_once_its_destinations_admit_it(resources, waits_for):
    assert waits_for in resources["Trail"]["DependsOn"]


def test_the_archive_is_locked_for_ten_years_unless_the_setting_says_otherwise(deployed, resources):
    lock = resources["AuditArchive"]["Properties"]["ObjectLockConfiguration"]

    assert resources["AuditArchive"]["Properties"]["ObjectLockEnabled"] is True
    assert lock["Rule"]["DefaultRetention"] == {"Days": "3653", "Mode": "GOVERNANCE"}
    other, _ = deployed(audit, AuditLockMode="COMPLIANCE", AuditRetentionDays="2192")
    lock = other["AuditArchive"]["Properties"]["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Days": "2192", "Mode": "COMPLIANCE"}


def test_nothing_is_archived_for_less_than_six_years(resources):
    (rule,) = resources["AuditArchive"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert audit.AUDIT_RETENTION_DAYS.MinValue >= 6 * 365 + 2
    assert rule["ExpirationInDays"] == "3653"


def test_the_archive_is_encrypted_versioned_closed_and_its_accesses_are_logged(resources):
    given = resources["AuditArchive"]["Properties"]
    (encryption,) = given["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    key = {"Fn::GetAtt": ["AuditKey", "Arn"]}
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert given["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(given["PublicAccessBlockConfiguration"].values()) == {True}
    assert given["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}
    assert "ObjectLockEnabled" not in resources["AccessLogsBucket"]["Properties"]


def test_plain_text_is_refused_by_the_archive(resources):
    refused = statements(resources, "AuditArchivePolicy")["TlsOnly"]

    assert (refused["Effect"], refused["Principal"]) == ("Deny", "*")
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_only_cloudtrail_for_this_very_trail_writes_to_the_archive_below_its_account(resources):
    allowed = [s for s in statements(resources, "AuditArchivePolicy").values() if s["Effect"] == "Allow"]

    assert [s["Action"] for s in allowed] == [["s3:GetBucketAcl"], ["s3:PutObject"]]
    assert all(s["Principal"] == {"Service": "cloudtrail.amazonaws.com"} for s in allowed)
    assert all(s["Condition"]["StringEquals"]["aws:SourceArn"] == ONE_TRAIL["aws:SourceArn"] for s in allowed)
    (below,) = allowed[1]["Resource"]
    assert below["Fn::Sub"].endswith("${AuditArchive}/AWSLogs/${AWS::AccountId}/*")


def test_nobody_deletes_evidence_but_the_break_glass_role(resources):
    refused = statements(resources, "AuditArchivePolicy")["NobodyDeletes"]

    assert {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"} <= set(refused["Action"])
    role = refused["Condition"]["ArnNotLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert role.endswith(":role/people/${Project}-${Environment}-break-glass")


@pytest.mark.parametrize("name", ["AuditKey", "AuditArchive", "AuditArchivePolicy", "TrailLogGroup", "Trail"])
def test_evidence_outlives_its_stack(resources, name):
    assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )


def test_the_key_is_for_the_trail_the_log_groups_and_the_alarms_of_this_account(resources):
    found = statements(resources, "AuditKey", "KeyPolicy")

    assert found["OneTrail"]["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert found["OneTrail"]["Condition"] == {"StringEquals": ONE_TRAIL}
    assert found["LogGroupsOfThisAccount"]["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}
    assert found["AlarmsOfThisAccount"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(found) == {"IamDecides", "OneTrail", "LogGroupsOfThisAccount", "AlarmsOfThisAccount"}


def test_the_role_that_delivers_logs_is_for_the_trail_and_its_group_alone(resources):
    (trust,) = resources["TrailLogRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    (deliver,) = resources["TrailLogPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert trust["Condition"] == {"StringEquals": ONE_TRAIL}
    (arn,) = deliver["Resource"]
    assert ":log-group:${TrailLogGroup}:log-stream:${AWS::AccountId}_CloudTrail_" in arn["Fn::Sub"]


@pytest.mark.parametrize("number", range(1, 16))
def test_each_item_of_cis_has_a_filter_on_the_trails_log_group_and_an_alarm_that_rings_at_once(resources, number):
    (watched,) = [each for each in WATCHED if each.source == f"CIS 4.{number}"]
    counts = resources[f"{watched.title}Filter"]["Properties"]
    rings = resources[f"{watched.title}Alarm"]["Properties"]

    (metric,) = counts["MetricTransformations"]
    assert counts["LogGroupName"] == {"Ref": "TrailLogGroup"}
    assert (metric["MetricName"], metric["MetricValue"]) == (rings["MetricName"], "1")
    assert metric["MetricNamespace"] == rings["Namespace"]
    assert (rings["Threshold"], rings["Statistic"], rings["EvaluationPeriods"]) == (1, "Sum", 1)
    assert rings["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert rings["AlarmActions"] == [{"Ref": "AuditTopic"}]


def test_entering_the_break_glass_role_is_an_alarm():
    (watched,) = [each for each in WATCHED if each.title == "BreakGlassUse"]

    assert watched.pattern == '{ ($.eventName = AssumeRole) && ($.requestParameters.roleArn = "*-break-glass") }'


@pytest.mark.parametrize("watched", WATCHED, ids=lambda each: each.title)
def test_a_pattern_is_one_that_cloudwatch_takes(watched):
    assert len(watched.pattern) <= LONGEST_PATTERN
    assert watched.pattern.count("(") == watched.pattern.count(")")
    assert (watched.pattern[0], watched.pattern[-1]) == ("{", "}")


@pytest.mark.parametrize(
    ("topic", "service"), [("TrailTopic", "cloudtrail.amazonaws.com"), ("AuditTopic", "cloudwatch.amazonaws.com")]
)
def test_a_topic_is_encrypted_and_has_one_publisher_over_tls(resources, topic, service):
    found = statements(resources, f"{topic}Policy")
    (allowed,) = [s for s in found.values() if s["Effect"] == "Allow"]

    assert resources[topic]["Properties"]["KmsMasterKeyId"] == {"Fn::GetAtt": ["AuditKey", "Arn"]}
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": service}, ["sns:Publish"])
    assert found["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_a_person_is_told_by_mail_where_an_address_is_given(deployed, resources):
    assert "SecurityEmailSubscription" not in resources

    told, _ = deployed(audit, SecurityEmail="security@example.com")
    subscription = told["SecurityEmailSubscription"]["Properties"]
    assert (subscription["Endpoint"], subscription["TopicArn"]) == ("security@example.com", {"Ref": "AuditTopic"})
