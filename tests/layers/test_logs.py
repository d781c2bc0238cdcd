from __future__ import annotations

import pytest

from cfngen.layers import logs

BUCKETS = ("AccessLogsBucket", "LoadBalancerLogsBucket")


@pytest.fixture
def resources(deployed):
    return deployed(logs, **{"AWS::Region": "eu-west-1"})[0]


def statements(resources, bucket):
    document = resources[f"{bucket}Policy"]["Properties"]["PolicyDocument"]
    return {statement["Sid"]: statement for statement in document["Statement"]}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_log_bucket_is_closed_to_the_public_and_versioned(resources, bucket):
    properties = resources[bucket]["Properties"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_log_bucket_is_encrypted_in_the_only_way_that_log_delivery_supports(resources, bucket):
    (rule,) = resources[bucket]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_log_bucket_outlives_its_stack(resources, bucket):
    assert resources[bucket]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources[bucket]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("bucket", BUCKETS)
def test_logs_are_kept_as_long_as_the_setting_says(deployed, bucket):
    resources, _ = deployed(logs, LogRetentionDays="30", **{"AWS::Region": "eu-west-1"})
    (rule,) = resources[bucket]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert rule["ExpirationInDays"] == "30"
    assert rule["Status"] == "Enabled"


def test_logs_are_kept_for_at_least_six_years_by_default():
    assert int(logs.LOG_RETENTION_DAYS.Default) >= 6 * 365 + 2


@pytest.mark.parametrize("bucket", BUCKETS)
def test_plain_text_is_refused_on_a_bucket_and_all_its_objects(resources, bucket):
    statement = statements(resources, bucket)["TlsOnly"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", ["s3:*"])
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
    arn = "arn:${AWS::Partition}:s3:::${" + bucket + "}"
    assert statement["Resource"] == [{"Fn::Sub": arn}, {"Fn::Sub": arn + "/*"}]


def test_only_s3s_log_delivery_for_this_account_may_write_access_logs(resources):
    allowed = [s for s in statements(resources, "AccessLogsBucket").values() if s["Effect"] == "Allow"]

    assert [s["Principal"] for s in allowed] == [{"Service": "logging.s3.amazonaws.com"}]
    assert allowed[0]["Action"] == ["s3:PutObject"]
    assert allowed[0]["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_only_load_balancers_may_write_their_logs_and_only_below_this_account(resources):
    allowed = [s for s in statements(resources, "LoadBalancerLogsBucket").values() if s["Effect"] == "Allow"]
    below = "arn:${AWS::Partition}:s3:::${LoadBalancerLogsBucket}/AWSLogs/${AWS::AccountId}/*"

    assert [s["Action"] for s in allowed] == [["s3:PutObject"]] * 2
    assert [s["Resource"] for s in allowed] == [[{"Fn::Sub": below}]] * 2
    assert allowed[0]["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}


@pytest.mark.parametrize(("region", "account"), [("us-east-1", "127311923021"), ("ap-southeast-1", "114774131450")])
def test_an_older_region_admits_the_account_that_its_load_balancers_write_from(deployed, region, account):
    resources, _ = deployed(logs, **{"AWS::Region": region})
    principal = statements(resources, "LoadBalancerLogsBucket")["LoadBalancerLogsOfOlderRegions"]["Principal"]

    assert principal == {"AWS": {"Fn::Sub": ["arn:${AWS::Partition}:iam::${Account}:root", {"Account": account}]}}


def test_a_newer_region_admits_the_service_alone(deployed):
    resources, _ = deployed(logs, **{"AWS::Region": "ap-south-2"})

    assert set(statements(resources, "LoadBalancerLogsBucket")) == {"TlsOnly", "LoadBalancerLogs"}


def test_access_to_load_balancer_logs_is_logged_in_the_other_bucket(resources):
    logging = resources["LoadBalancerLogsBucket"]["Properties"]["LoggingConfiguration"]

    assert logging["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}
    assert resources["LoadBalancerLogsBucket"]["DependsOn"] == "AccessLogsBucketPolicy"
    assert "LoggingConfiguration" not in resources["AccessLogsBucket"]["Properties"]
