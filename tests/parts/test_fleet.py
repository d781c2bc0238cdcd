from __future__ import annotations

import pytest
from troposphere import Base64, Ref, Template, iam

from cfngen.parts import fleet

WEB = fleet.fleet("Web", "t3.medium")


@pytest.fixture(scope="module")
def body():
    template = Template()
    fleet.add_conditions(template)
    started_from = fleet.launch_template(
        template,
        WEB,
        profile=iam.InstanceProfile("WebInstanceProfile", Roles=["role"]),
        security_group=Ref("WebSecurityGroupId"),
        volume_key=Ref("VolumeKeyArn"),
        user_data=Base64("boot"),
    )
    group = fleet.auto_scaling_group(template, WEB, started_from, Ref("WebFleetSubnetIds"))
    fleet.scale_on_cpu(template, WEB, group)
    return template.to_dict()


@pytest.fixture(scope="module")
def group(body):
    return body["Resources"]["WebFleet"]


@pytest.fixture(scope="module")
def launch(body):
    return body["Resources"]["WebLaunchTemplate"]["Properties"]["LaunchTemplateData"]


def while_active(size):
    return {"Fn::If": ["IsActive", {"Ref": size}, 0]}


def test_a_standby_region_runs_no_instance_and_waits_for_none(body, group):
    assert body["Conditions"]["IsActive"] == {"Fn::Equals": [{"Ref": "RegionRole"}, "active"]}
    assert group["Properties"]["MinSize"] == while_active("WebMinSize")
    assert group["Properties"]["DesiredCapacity"] == while_active("WebDesiredCapacity")
    assert group["CreationPolicy"]["ResourceSignal"]["Count"] == while_active("WebDesiredCapacity")


def test_max_stays_above_the_minimum_in_service_in_a_standby_region_too(group):
    rolling = group["UpdatePolicy"]["AutoScalingRollingUpdate"]

    assert group["Properties"]["MaxSize"] == {"Ref": "WebMaxSize"}
    assert rolling["MinInstancesInService"] == while_active("WebMinSize")


def test_a_fleet_may_double_by_default():
    assert int(WEB.max_size.Default) >= 2 * int(WEB.desired_capacity.Default)


def test_a_fleet_has_at_least_one_instance_where_it_runs():
    assert {size.MinValue for size in (WEB.min_size, WEB.max_size, WEB.desired_capacity)} == {1}


def test_an_update_rolls_one_by_one_waits_for_signals_and_leaves_the_size_alone(group):
    rolling = group["UpdatePolicy"]["AutoScalingRollingUpdate"]

    assert (rolling["MaxBatchSize"], rolling["WaitOnResourceSignals"], rolling["PauseTime"]) == (1, True, "PT30M")
    assert group["UpdatePolicy"]["AutoScalingScheduledAction"] == {"IgnoreUnmodifiedGroupSizeProperties": True}
    assert not {"Launch", "Terminate"} & set(rolling["SuspendProcesses"])


def test_the_balancer_decides_who_is_healthy_once_windows_has_had_time_to_boot(group):
    assert group["Properties"]["HealthCheckType"] == "ELB"
    assert group["Properties"]["HealthCheckGracePeriod"] == {"Fn::If": ["IsWindows", 1200, 300]}


def test_instances_use_the_newest_version_of_their_launch_template(group):
    version = {"Fn::GetAtt": ["WebLaunchTemplate", "LatestVersionNumber"]}

    assert group["Properties"]["LaunchTemplate"]["Version"] == version


def test_metadata_is_served_by_imdsv2_within_one_hop(launch):
    assert launch["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
    }


def test_the_volume_is_gp3_and_encrypted_with_the_volume_key(launch):
    (device,) = launch["BlockDeviceMappings"]

    assert device["DeviceName"] == {"Fn::If": ["IsWindows", "/dev/sda1", "/dev/xvda"]}
    assert device["Ebs"]["VolumeType"] == "gp3"
    assert (device["Ebs"]["Encrypted"], device["Ebs"]["KmsKeyId"]) == (True, {"Ref": "VolumeKeyArn"})


def test_an_instance_is_watched_each_minute_and_has_no_key_pair(launch):
    assert launch["Monitoring"] == {"Enabled": True}
    assert "KeyName" not in launch


def test_the_image_follows_the_system_and_comes_from_an_ssm_parameter(body, launch):
    types = {body["Parameters"][name]["Type"] for name in ("WindowsImage", "LinuxImage")}

    assert launch["ImageId"] == {"Fn::If": ["IsWindows", {"Ref": "WindowsImage"}, {"Ref": "LinuxImage"}]}
    assert types == {"AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}
    assert body["Parameters"]["OperatingSystem"]["Default"] == "windows"


def test_instances_and_volumes_carry_the_tiers_name_and_the_environments_tags(group, launch):
    tags = {tag["Key"]: tag["Value"] for tag in group["Properties"]["Tags"]}
    (volume,) = launch["TagSpecifications"]

    assert tags["Name"] == "web-tier"
    assert {"Project", "Environment", "Geography", "Layer", "DataClassification"} < set(tags)
    assert all(tag["PropagateAtLaunch"] for tag in group["Properties"]["Tags"])
    assert volume["ResourceType"] == "volume"
    assert {tag["Key"]: tag["Value"] for tag in volume["Tags"]} == tags


def test_the_fleet_keeps_its_cpu_use_near_the_target(body):
    policy = body["Resources"]["WebCpuScaling"]["Properties"]

    assert policy["AutoScalingGroupName"] == {"Ref": "WebFleet"}
    assert policy["TargetTrackingConfiguration"]["TargetValue"] == fleet.CPU_TARGET_PERCENT
