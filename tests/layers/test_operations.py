from __future__ import annotations

import json

import pytest
from troposphere import Template

from cfngen.layers import operations


@pytest.fixture(scope="module")
def body():
    template = Template()
    operations.build(template)
    return template.to_dict()


@pytest.fixture(scope="module")
def resources(body):
    return body["Resources"]


def of_type(resources, kind):
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def statements(resources, policy):
    return {s["Sid"]: s for s in resources[policy]["Properties"]["PolicyDocument"]["Statement"]}


def steps(resources, document):
    return {step["name"]: step for step in resources[document]["Properties"]["Content"]["mainSteps"]}


@pytest.mark.parametrize("document", ["SessionDocument", "DefaultSessionDocument"])
def test_every_session_is_encrypted_and_recorded(resources, document):
    inputs = resources[document]["Properties"]["Content"]["inputs"]

    assert inputs["cloudWatchLogGroupName"] == {"Ref": "SessionLogs"}
    assert (inputs["cloudWatchEncryptionEnabled"], inputs["cloudWatchStreamingEnabled"]) == (True, True)
    assert inputs["kmsKeyId"] == {"Ref": "OperationsKeyArn"}
    assert int(inputs["idleSessionTimeout"]) <= 20


def test_sessions_have_a_name_of_our_own_and_take_the_regions_only_where_chosen(resources, deployed):
    without, _ = deployed(operations, RegionRole="active")
    chosen, _ = deployed(operations, RegionRole="active", SessionPreferences="true")

    assert resources["SessionDocument"]["Properties"]["Name"] == {"Fn::Sub": "${Project}-${Environment}-session"}
    assert "DefaultSessionDocument" not in without
    assert chosen["DefaultSessionDocument"]["Properties"]["Name"] == "SSM-SessionManagerRunShell"


def test_the_record_of_sessions_has_a_key_a_retention_and_outlives_the_stack(resources):
    group = resources["SessionLogs"]

    assert group["Properties"]["KmsKeyId"] == {"Ref": "LogsKeyArn"}
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_release_bucket_is_closed_encrypted_versioned_and_logged(resources):
    bucket = resources["ReleaseBucket"]["Properties"]
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == {"Ref": "OperationsKeyArn"}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 365}


@pytest.mark.parametrize(("tier", "other"), [("Web", "app"), ("App", "web")])
def test_a_fleet_fetches_its_own_tiers_releases_and_no_others(resources, tier, other):
    policy = resources[f"{tier}OperationsPolicy"]["Properties"]
    fetches = statements(resources, f"{tier}OperationsPolicy")["FetchesReleases"]

    assert policy["Roles"] == [{"Ref": f"{tier}InstanceRoleName"}]
    assert fetches["Resource"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::${{ReleaseBucket}}/{tier.lower()}/*"}]
    assert f"/{other}/" not in json.dumps(policy)


@pytest.mark.parametrize("tier", ["Web", "App"])
def test_a_release_that_fails_or_rings_the_tiers_alarm_is_taken_back(resources, tier):
    group = resources[f"{tier}Deployments"]["Properties"]

    assert group["AutoScalingGroups"] == [{"Ref": f"{tier}FleetName"}]
    assert group["AlarmConfiguration"]["Alarms"] == [{"Name": {"Ref": f"{tier}ErrorsAlarm"}}]
    assert group["AutoRollbackConfiguration"]["Events"] == ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
    assert group["DeploymentStyle"]["DeploymentOption"] == "WITH_TRAFFIC_CONTROL"


@pytest.mark.parametrize(
    ("tier", "balancer"),
    [("Web", "loadbalancer/${WebLoadBalancerName}"), ("App", "${AppTargetGroupFullName}")],
)
def test_codedeploy_changes_one_fleet_and_its_own_balancer(resources, tier, balancer):
    found = statements(resources, f"{tier}DeploymentPolicy")
    (group,) = found["Fleet"]["Resource"]

    assert group["Fn::Sub"][1] == {"Group": {"Ref": f"{tier}FleetName"}}
    assert [arn["Fn::Sub"].endswith(balancer) for arn in found["Balancer"]["Resource"]] == [True]


def test_each_instance_gets_the_agents_and_a_daily_scan(resources):
    found = {a["Name"]: a for a in of_type(resources, "AWS::SSM::Association").values()}

    assert found["AWS-RunPatchBaseline"]["Parameters"] == {"Operation": ["Scan"]}
    assert found["AWS-RunPatchBaseline"]["ScheduleExpression"] == "rate(1 day)"
    assert found["AWS-ConfigureAWSPackage"]["Parameters"]["name"] == ["AWSCodeDeployAgent"]
    targets = {json.dumps(association["Targets"]) for association in found.values()}
    assert targets == {json.dumps([{"Key": "tag:PatchGroup", "Values": [{"Fn::Sub": "${Project}-${Environment}"}]}])}


def test_both_systems_have_a_baseline_for_the_fleets(resources):
    found = of_type(resources, "AWS::SSM::PatchBaseline").values()

    assert {baseline["OperatingSystem"] for baseline in found} == {"WINDOWS", "AMAZON_LINUX_2023"}
    assert all(baseline["PatchGroups"] == [{"Fn::Sub": "${Project}-${Environment}"}] for baseline in found)


def test_patches_are_installed_one_instance_at_a_time_and_the_group_is_let_go_whatever_happens(resources):
    found = steps(resources, "PatchDocument")

    assert (found["Install"]["inputs"]["MaxConcurrency"], found["Install"]["inputs"]["MaxErrors"]) == ("1", "0")
    assert (found["Install"]["onFailure"], found["Install"]["onCancel"]) == ("step:LetGo", "step:LetGo")
    held, let_go = (found[name]["inputs"]["ScalingProcesses"] for name in ("Hold", "LetGo"))
    assert held == let_go == ["HealthCheck", "ReplaceUnhealthy"]


def test_the_window_patches_both_fleets(resources):
    tasks = of_type(resources, "AWS::SSM::MaintenanceWindowTask").values()
    given = [task["TaskInvocationParameters"]["MaintenanceWindowAutomationParameters"]["Parameters"] for task in tasks]

    assert given == [{"Fleet": [{"Ref": "WebFleetName"}]}, {"Fleet": [{"Ref": "AppFleetName"}]}]
    assert {task["WindowId"]["Ref"] for task in tasks} == {"PatchWindow"}


def test_only_the_logins_own_instance_reads_the_master_secret(resources):
    readers = [
        name for name in of_type(resources, "AWS::IAM::ManagedPolicy") if "DatabaseSecretArn" in text(resources, name)
    ]
    attached = [
        name
        for name, role in of_type(resources, "AWS::IAM::Role").items()
        if {"Ref": "LoginInstancePolicy"} in role["ManagedPolicyArns"]
    ]

    assert readers == ["LoginInstancePolicy"]
    assert attached == ["LoginInstanceRole"]


def text(resources, name):
    return json.dumps(resources[name]["Properties"]).replace("AppDatabaseSecretArn", "")


def test_the_instance_of_the_login_ends_whatever_happens(resources):
    found = steps(resources, "DatabaseLoginDocument")

    assert list(found) == ["Start", "Online", "Login", "End"]
    assert [found[name]["onFailure"] for name in ("Online", "Login")] == ["step:End", "step:End"]
    assert found["End"]["inputs"]["Api"] == "TerminateInstances"


def test_the_script_follows_the_engine_and_checks_the_servers_certificate(resources):
    (script,) = steps(resources, "DatabaseLoginDocument")["Login"]["inputs"]["Parameters"]["commands"]
    condition, postgres, sql_server = script["Fn::If"]

    assert condition == "UsesPostgres"
    assert "PGSSLMODE=verify-full" in postgres["Fn::Sub"][0]
    assert "$settings['TrustServerCertificate'] = $false" in sql_server["Fn::Sub"][0]
    assert "{{" not in postgres["Fn::Sub"][0] + sql_server["Fn::Sub"][0]


def test_a_standby_region_has_nothing_that_reads_a_database_it_does_not_have(deployed):
    resources, _ = deployed(operations, RegionRole="standby")

    assert [name for name in resources if "Login" in name] == []
    assert "SessionDocument" in resources


def test_the_instance_of_the_login_has_no_key_pair_and_answers_imdsv2_only(resources):
    data = resources["LoginLaunchTemplate"]["Properties"]["LaunchTemplateData"]

    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["SecurityGroupIds"] == [{"Ref": "AppSecurityGroupId"}]
    assert data["BlockDeviceMappings"][0]["Ebs"]["KmsKeyId"] == {"Ref": "VolumeKeyArn"}
    assert "KeyName" not in data


def test_automations_have_roles_that_only_this_accounts_automations_assume(resources):
    for name in ("PatchRole", "DatabaseLoginRole"):
        (statement,) = resources[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ssm.amazonaws.com"}
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
