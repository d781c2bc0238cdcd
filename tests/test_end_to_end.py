"""From params to running stack instances and back, over HTTP, against the local AWS.

Stack sets may do only what the execution role's policies allow, so all of this shows that they suffice, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from cfngen.cli.enforcement import Enforcement
from cfngen.cli.main import cli
from cfngen.local.server import start
from cfngen.local.settings import Settings
from tests.leavings import LISTS, left, listed_by
from tests.services import EDGE, EXPECTED, Service

BOOTSTRAP = ("medapp-prod-bootstrap-", "medapp-prod-cfn-")
HERE = Path(__file__).parent.parent
ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444", "555555555555", "999999999999")
TARGETS = (
    ("222222222222", "us-east-1"),
    ("222222222222", "us-west-2"),
    ("333333333333", "eu-west-1"),
    ("333333333333", "eu-central-1"),
    ("444444444444", "ap-southeast-1"),
    ("444444444444", "ap-northeast-1"),
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    settings = Settings(ACCOUNTS[0], ACCOUNTS, "OrganizationAccountAccessRole")
    with start(settings, judge=Enforcement()) as running:
        yield running.url


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed environments, with production unprotected so that it can be destroyed again."""
    folder = tmp_path_factory.mktemp("params")
    shutil.copytree(HERE / "params", folder, dirs_exist_ok=True)
    prod = folder / "prod.yaml"
    off = "parameters:\n  DatabaseDeletionProtection: false\n  LoadBalancerDeletionProtection: false\n"
    off += "  UserPoolDeletionProtection: INACTIVE\n"
    prod.write_text(prod.read_text().replace("parameters:\n", off, 1))
    return folder


def cfngen(endpoint: str, params: Path, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.chdir(HERE)
        return CliRunner().invoke(cli, ["--params", str(params), *words])


def member(endpoint: str, service: str, account: str, region: str) -> Any:
    """Return a client with that account's credentials, as an engineer would get them."""
    admin = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "endpoint_url": endpoint}
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    sts = boto3.client("sts", region_name="us-east-1", **admin)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.fixture(scope="module")
def deployed(endpoint: str, params: Path) -> str:
    done = cfngen(endpoint, params, "deploy", "prod", "--local")
    assert done.exit_code == 0, done.output
    return endpoint


@pytest.mark.parametrize(("account", "region"), TARGETS)
def test_every_account_and_region_has_its_network_for_its_own_credentials(
    deployed: str, account: str, region: str
) -> None:
    ec2 = member(deployed, "ec2", account, region)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["prod"]}])["Vpcs"]
    tags = {tag["Key"]: tag["Value"] for tag in vpc["Tags"]}
    assert (tags["Layer"], tags["Project"]) == ("network", "medapp")
    zones = {
        subnet["AvailabilityZone"] for subnet in ec2.describe_subnets()["Subnets"] if subnet["VpcId"] == vpc["VpcId"]
    }
    assert len(zones) == 2


def test_only_active_regions_have_a_database(deployed: str) -> None:
    found = {
        (account, region): len(member(deployed, "rds", account, region).describe_db_instances()["DBInstances"])
        for account, region in TARGETS
    }
    assert {place for place, count in found.items() if count == 1} == {TARGETS[0], TARGETS[2], TARGETS[4]}
    assert sum(found.values()) == 3


def test_the_web_balancer_is_classic_and_public_and_the_app_balancer_is_internal(deployed: str) -> None:
    (web,) = member(deployed, "elb", *TARGETS[2]).describe_load_balancers()["LoadBalancerDescriptions"]
    (app,) = member(deployed, "elbv2", *TARGETS[2]).describe_load_balancers()["LoadBalancers"]
    assert (web["Scheme"], app["Scheme"], app["Type"]) == ("internet-facing", "internal", "application")


def test_the_app_balancer_has_its_web_acl_with_a_log(deployed: str) -> None:
    (app,) = member(deployed, "elbv2", *TARGETS[2]).describe_load_balancers()["LoadBalancers"]
    waf = member(deployed, "wafv2", *TARGETS[2])
    acl = waf.get_web_acl_for_resource(ResourceArn=app["LoadBalancerArn"])["WebACL"]
    logging = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    (destination,) = logging["LogDestinationConfigs"]
    assert len(acl["Rules"]) == 6
    assert destination.split(":")[-1].startswith("aws-waf-logs-medapp-prod-app-")


@pytest.mark.parametrize(("place", "tiers"), [(2, 4), (3, 3)])
def test_alarms_tell_topics_that_exist_and_a_standby_has_none_of_a_database(
    deployed: str, place: int, tiers: int
) -> None:
    cloudwatch = member(deployed, "cloudwatch", *TARGETS[place])
    found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
    ours = [alarm for alarm in found["MetricAlarms"] if alarm["OKActions"]]
    topics = {topic["TopicArn"] for topic in member(deployed, "sns", *TARGETS[place]).list_topics()["Topics"]}
    assert len(found["CompositeAlarms"]) == tiers
    assert {arn for alarm in [*ours, *found["CompositeAlarms"]] for arn in alarm["AlarmActions"]} <= topics
    assert any(alarm.get("Namespace") == "AWS/RDS" for alarm in ours) is (tiers == 4)
    assert len(cloudwatch.list_dashboards()["DashboardEntries"]) == 1


def test_releases_go_to_each_fleet_and_sessions_patches_and_the_login_have_their_documents(deployed: str) -> None:
    codedeploy, ssm = (member(deployed, service, *TARGETS[0]) for service in ("codedeploy", "ssm"))
    groups = [
        codedeploy.get_deployment_group(applicationName=name, deploymentGroupName=group)["deploymentGroupInfo"]
        for name in codedeploy.list_applications()["applications"]
        for group in codedeploy.list_deployment_groups(applicationName=name)["deploymentGroups"]
    ]
    fleets = member(deployed, "autoscaling", *TARGETS[0]).describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {fleet["name"] for group in groups for fleet in group["autoScalingGroups"]} == {
        fleet["AutoScalingGroupName"] for fleet in fleets
    }
    documents = {document["Name"] for document in ssm.list_documents()["DocumentIdentifiers"]}
    assert {"medapp-prod-session", "medapp-prod-patch", "medapp-prod-database-login"} <= documents
    assert len(ssm.list_associations()["Associations"]) == 3
    assert len(ssm.describe_maintenance_windows()["WindowIdentities"]) == 1
    systems = {baseline["OperatingSystem"] for baseline in ssm.describe_patch_baselines()["BaselineIdentities"]}
    assert {"WINDOWS", "AMAZON_LINUX_2023"} <= systems


def test_every_account_records_all_types_in_every_region_and_global_types_at_home_only(deployed: str) -> None:
    """The admin account among them, which this environment manages."""
    home = {}
    for account, region in (*TARGETS, (ACCOUNTS[0], "us-east-1")):
        config = member(deployed, "config", account, region)
        (recorder,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
        (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        assert (recorder["recordingGroup"]["allSupported"], status["recording"]) == (True, True)
        if recorder["recordingGroup"]["includeGlobalResourceTypes"]:
            home[account] = region
        pages = config.get_paginator("describe_config_rules").paginate()
        assert len([rule for page in pages for rule in page["ConfigRules"]]) > 60
    assert home == {
        ACCOUNTS[0]: "us-east-1",
        "222222222222": "us-east-1",
        "333333333333": "eu-west-1",
        "444444444444": "ap-southeast-1",
    }


@pytest.mark.parametrize("place", [TARGETS[0], TARGETS[1], (ACCOUNTS[0], "us-east-1")], ids=str)
def test_what_looks_for_threats_is_on_in_every_region(deployed: str, place: tuple[str, str]) -> None:
    guard_duty = member(deployed, "guardduty", *place)
    (detector,) = guard_duty.list_detectors()["DetectorIds"]
    found = guard_duty.get_detector(DetectorId=detector)
    assert (found["Status"], {each["Status"] for each in found["Features"]}) == ("ENABLED", {"ENABLED"})
    standards = member(deployed, "securityhub", *place).get_enabled_standards()["StandardsSubscriptions"]
    assert [each["StandardsArn"].split("/")[1] for each in standards] == [
        "aws-foundational-security-best-practices",
        "cis-aws-foundations-benchmark",
    ]
    status = member(deployed, "inspector2", *place).batch_get_account_status(accountIds=[place[0]])["accounts"][0]
    assert {kind for kind, state in status["resourceState"].items() if state["status"] == "ENABLED"} == {
        "ec2",
        "lambda",
    }
    (analyzer,) = member(deployed, "accessanalyzer", *place).list_analyzers()["analyzers"]
    assert (analyzer["type"], analyzer["status"]) == ("ACCOUNT", "ACTIVE")


@pytest.mark.parametrize("place", [2, 3])
def test_doctors_and_patients_have_pools_of_their_own(deployed: str, place: int) -> None:
    users = member(deployed, "cognito-idp", *TARGETS[place])
    ids = {pool["Name"]: pool["Id"] for pool in users.list_user_pools(MaxResults=10)["UserPools"]}
    pools = {name: users.describe_user_pool(UserPoolId=ids[name])["UserPool"] for name in ids}
    assert {name: pool["MfaConfiguration"] for name, pool in pools.items()} == {
        "medapp-prod-doctors": "ON",
        "medapp-prod-patients": "OPTIONAL",
    }
    assert pools["medapp-prod-doctors"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pools["medapp-prod-doctors"]["Domain"] == "medapp-prod-doctors-333333333333"
    for pool in ids.values():
        risks = users.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"]
        assert risks["CompromisedCredentialsRiskConfiguration"]["Actions"] == {"EventAction": "BLOCK"}
        logs = users.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]
        assert {each["EventSource"] for each in logs["LogConfigurations"]} == {"userAuthEvents", "userNotification"}
    identities = member(deployed, "cognito-identity", *TARGETS[place])
    (pool,) = identities.list_identity_pools(MaxResults=10)["IdentityPools"]
    roles = identities.get_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"])["RoleMappings"]
    assert {each["AmbiguousRoleResolution"] for each in roles.values()} == {"Deny"}
    assert len(roles) == 2


def test_every_region_has_a_locked_vault_and_active_ones_a_plan_and_restore_tests(deployed: str) -> None:
    for number, place in enumerate(TARGETS):
        backup = member(deployed, "backup", *place)
        vault = backup.describe_backup_vault(BackupVaultName="medapp-prod-backups")
        assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 7)
        plans = backup.list_backup_plans()["BackupPlansList"]
        tests = backup.list_restore_testing_plans()["RestoreTestingPlans"]
        assert (len(plans), len(tests)) == ((0, 0) if number % 2 else (1, 1))
    backup = member(deployed, "backup", *TARGETS[0])
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    chosen = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]
    assert {each["SelectionName"] for each in chosen} == {"by-arn", "by-tag"}


@pytest.mark.parametrize("service", EXPECTED, ids=lambda service: service.name)
def test_a_service_of_the_reference_is_there(deployed: str, service: Service) -> None:
    """By its own API; Textract has nothing to be there, but a permission."""
    account, region = ("999999999999", "us-east-1") if service.where == EDGE else TARGETS[2]
    assert service.ask(member(deployed, service.client, account, region))


def test_the_tiers_carry_the_names_of_the_reference(deployed: str) -> None:
    groups = member(deployed, "autoscaling", *TARGETS[0]).describe_auto_scaling_groups()["AutoScalingGroups"]
    (database,) = member(deployed, "rds", *TARGETS[0]).describe_db_instances()["DBInstances"]
    tags = [tag for group in groups for tag in group["Tags"]] + database["TagList"]
    assert {tag["Value"] for tag in tags if tag["Key"] == "Name"} == {"web-tier", "app-tier", "db-tier"}


def test_with_both_regions_there_documents_and_backups_are_copied_within_the_geography(
    deployed: str, params: Path
) -> None:
    """The second deployment, which a geography's first one prepares."""
    prod = params / "prod.yaml"
    prod.write_text(prod.read_text().replace("ReplicateToStandby: false", "ReplicateToStandby: true"))
    done = cfngen(deployed, params, "deploy", "prod", "--local")
    assert done.exit_code == 0, done.output
    account, here, there = "333333333333", "eu-west-1", "eu-central-1"
    s3 = member(deployed, "s3", account, here)
    (rule,) = s3.get_bucket_replication(Bucket=f"medapp-prod-docs-{account}-{here}")["ReplicationConfiguration"][
        "Rules"
    ]
    assert rule["Destination"]["Bucket"] == f"arn:aws:s3:::medapp-prod-docs-{account}-{there}"
    backup = member(deployed, "backup", account, here)
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    rules = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
    vault = f"arn:aws:backup:{there}:{account}:backup-vault:medapp-prod-backups"
    assert {copy["DestinationBackupVaultArn"] for each in rules for copy in each["CopyActions"]} == {vault}
    (database,) = member(deployed, "rds", account, here).describe_db_instances()["DBInstances"]
    received = member(deployed, "rds", account, there).describe_db_instance_automated_backups()
    assert [each["DBInstanceArn"] for each in received["DBInstanceAutomatedBackups"]] == [database["DBInstanceArn"]]


def test_a_second_deployment_has_nothing_to_do(deployed: str, params: Path) -> None:
    again = cfngen(deployed, params, "deploy", "prod", "--local")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "Nothing to do.")
    assert cfngen(deployed, params, "plan", "prod", "--local", "--exit-code").exit_code == 0


def test_status_names_every_target_as_current(deployed: str, params: Path) -> None:
    done = cfngen(deployed, params, "status", "prod", "--local", "--format", "json")
    assert done.exit_code == 0
    assert {row["status"] for row in json.loads(done.stdout)["instances"]} == {"CURRENT"}


def test_history_names_the_release_and_who_made_it(deployed: str, params: Path) -> None:
    done = cfngen(deployed, params, "history", "prod", "--local", "--format", "json")
    newest = json.loads(done.stdout)[0]
    assert newest["outcome"] == "SUCCEEDED"
    assert newest["by"].startswith("arn:aws:")


def test_changing_one_parameter_of_one_geography_plans_its_instances_and_no_other(
    deployed: str, params: Path, tmp_path: Path
) -> None:
    shutil.copytree(params, tmp_path, dirs_exist_ok=True)
    prod = tmp_path / "prod.yaml"
    text = prod.read_text()
    eu = text.index("active: eu-west-1")
    prod.write_text(text[:eu] + text[eu:].replace("parameters: {}", "parameters: {WebMaxSize: 8}", 1))
    done = cfngen(deployed, tmp_path, "plan", "prod", "--local", "--format", "json", "--exit-code")
    assert done.exit_code == 3, done.output
    assert "eu/eu-west-1" in done.stdout
    assert not {"us/us-east-1", "us/us-west-2", "apac/ap-southeast-1"} & set(done.stdout.replace('"', " ").split())


def test_destroying_leaves_exactly_what_it_lists_and_a_deployment_after_it_succeeds(
    deployed: str, params: Path
) -> None:
    gone = cfngen(deployed, params, "destroy", "prod", "--local", "--yes")
    assert gone.exit_code == 0, gone.output
    listed = listed_by(gone.stdout)
    assert set(listed) == {*TARGETS, (ACCOUNTS[0], "us-east-1"), ("999999999999", "us-east-1")}
    for place, names in listed.items():
        there = left(lambda service, region, account: member(deployed, service, account, region), *place)
        kept = {each for each in there if not each[1].startswith(BOOTSTRAP)}  # which stays
        assert kept == {each for each in names if each[0] in LISTS}
    for account, region in TARGETS:
        ec2 = member(deployed, "ec2", account, region)
        assert ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["prod"]}])["Vpcs"] == []
        assert member(deployed, "rds", account, region).describe_db_instances()["DBInstances"] == []
    prod = params / "prod.yaml"
    first = prod.read_text().replace("ReplicateToStandby: true", "ReplicateToStandby: false")
    prod.write_text(first.replace("parameters:\n", "parameters:\n  StoreGeneration: b\n", 1))
    again = cfngen(deployed, params, "deploy", "prod", "--local")
    assert again.exit_code == 0, again.output
