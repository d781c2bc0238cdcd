"""Where a resource type does more than come, change and go."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.resources.handler import Made

from .cases import CLASSIC, READ, bucket_properties, database_properties, fleet, fleet_properties
from .worlds import World


def test_a_bucket_that_is_not_empty_stays(world: World) -> None:
    properties = bucket_properties(world, 90)
    made = world.make("AWS::S3::Bucket", properties)
    world.clients("s3").put_object(Bucket=made.physical_id, Key="k", Body=b"x")
    with pytest.raises(ClientError, match="The bucket you tried to delete is not empty") as refused:
        world.delete("AWS::S3::Bucket", made, properties)
    assert refused.value.response["Error"]["Code"] == "BucketNotEmpty"


def test_a_certificate_is_issued_at_once_and_leaves_its_validation_records_in_its_zone(world: World) -> None:
    zone = world.id("AWS::Route53::HostedZone", Name="eu.net.app.example.com")
    host = "origin.eu.net.app.example.com"
    properties = {"DomainName": host, "DomainValidationOptions": [{"DomainName": host, "HostedZoneId": zone}]}
    made = world.make("AWS::CertificateManager::Certificate", properties)
    found = world.clients("acm").describe_certificate(CertificateArn=made.physical_id)["Certificate"]
    assert found["Status"] == "ISSUED"
    world.delete("AWS::CertificateManager::Certificate", made, properties)
    records = world.clients("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert [each["Name"].endswith(f".{host}.") for each in records if each["Type"] == "CNAME"] == [True]
    with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
        world.clients("route53").delete_hosted_zone(Id=zone)
    missing = {"DomainName": host, "DomainValidationOptions": [{"DomainName": host, "HostedZoneId": "Z1"}]}
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        world.make("AWS::CertificateManager::Certificate", missing)


def test_a_record_of_another_stack_is_not_taken_over_but_one_of_another_region_may_stand_beside_it(
    world: World,
) -> None:
    zone = world.id("AWS::Route53::HostedZone", Name="eu.net.app.example.com")
    alias = {"DNSName": "lb.example.com", "HostedZoneId": "Z32O12XQLNTSW2", "EvaluateTargetHealth": "true"}
    record = {"HostedZoneId": zone, "Name": "origin.eu.net.app.example.com", "Type": "A", "AliasTarget": alias}
    world.make("AWS::Route53::RecordSet", {**record, "SetIdentifier": "eu-west-1", "Weight": "100"})
    world.make("AWS::Route53::RecordSet", {**record, "SetIdentifier": "eu-central-1", "Weight": "100"})
    with pytest.raises(ClientError, match="already exists"):
        world.make("AWS::Route53::RecordSet", {**record, "SetIdentifier": "eu-west-1", "Weight": "100"})


def test_a_bucket_that_exists_is_not_taken_over(new_world: Callable[..., World]) -> None:
    world = new_world(region="us-east-1")
    world.make("AWS::S3::Bucket", {"BucketName": "mine-already"})
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        world.make("AWS::S3::Bucket", {"BucketName": "mine-already"})
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        new_world().make("AWS::S3::Bucket", {"BucketName": "mine-already"})


def test_a_bucket_keeps_every_kind_of_setting_and_loses_those_that_are_dropped(world: World) -> None:
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    logs = world.id("AWS::S3::Bucket", BucketName=f"logs-{world.account}", **versioned)
    delivery = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{logs}/*",
            }
        ],
    }
    world.make("AWS::S3::BucketPolicy", {"Bucket": logs, "PolicyDocument": delivery})
    rich = {
        "BucketName": f"rich-{world.account}",
        "VersioningConfiguration": {"Status": "Enabled"},
        "LoggingConfiguration": {"DestinationBucketName": logs, "LogFilePrefix": "s3/"},
        "CorsConfiguration": {
            "CorsRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://a"], "MaxAge": "60"}]
        },
        "NotificationConfiguration": {"TopicConfigurations": [{"Topic": world.topic, "Event": "s3:ObjectCreated:*"}]},
        "ReplicationConfiguration": {
            "Role": world.role_arn,
            "Rules": [
                {
                    "Id": "all",
                    "Status": "Enabled",
                    "Priority": "1",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{logs}"},
                }
            ],
        },
        "WebsiteConfiguration": {"IndexDocument": "index.html"},
        "AccelerateConfiguration": {"AccelerationStatus": "Enabled"},
        "AccessControl": "PublicRead",
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Status": "Enabled",
                    "Prefix": "tmp/",
                    "TagFilters": [{"Key": "a", "Value": "b"}],
                    "NoncurrentVersionExpirationInDays": "3",
                    "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": "2"}],
                    "ExpiredObjectDeleteMarker": "true",
                }
            ]
        },
    }
    made, s3 = world.make("AWS::S3::Bucket", rich), world.clients("s3")
    bucket = {"Bucket": made.physical_id}
    reads: dict[str, tuple[Callable[..., Any], str]] = {
        "cors": (s3.get_bucket_cors, "CORSRules"),
        "logging": (s3.get_bucket_logging, "LoggingEnabled"),
        "notification": (s3.get_bucket_notification_configuration, "TopicConfigurations"),
        "replication": (s3.get_bucket_replication, "ReplicationConfiguration"),
        "website": (s3.get_bucket_website, "IndexDocument"),
        "lifecycle": (s3.get_bucket_lifecycle_configuration, "Rules"),
    }

    def kept(name: str) -> Any:
        read, key = reads[name]
        try:
            return read(**bucket).get(key)
        except ClientError:
            return None

    assert [name for name in reads if not kept(name)] == []
    assert kept("cors")[0]["MaxAgeSeconds"] == 60
    assert kept("lifecycle")[0]["NoncurrentVersionTransitions"] == [{"StorageClass": "GLACIER", "NoncurrentDays": 2}]
    assert kept("lifecycle")[0]["Filter"]["And"]["Prefix"] == "tmp/"
    assert s3.get_bucket_accelerate_configuration(**bucket)["Status"] == "Enabled"
    world.update("AWS::S3::Bucket", made, rich, {"BucketName": rich["BucketName"]})
    assert [name for name in reads if kept(name)] == []
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Suspended"


def test_an_archive_is_locked(world: World) -> None:
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": "30"}}}
    made = world.make("AWS::S3::Bucket", {"ObjectLockEnabled": "true", "ObjectLockConfiguration": lock})
    found = world.clients("s3").get_object_lock_configuration(Bucket=made.physical_id)["ObjectLockConfiguration"]
    retention = found["Rule"]["DefaultRetention"]
    assert (retention["Mode"], retention["Days"]) == ("GOVERNANCE", 30)


def test_a_protected_database_stays(world: World) -> None:
    properties = database_properties(world, DeletionProtection="true")
    made = world.make("AWS::RDS::DBInstance", properties)
    message = "Cannot delete protected DB Instance, please disable deletion protection and try again."
    with pytest.raises(ClientError, match=message):
        world.delete("AWS::RDS::DBInstance", made, properties)
    free = {**properties, "DeletionProtection": "false"}
    world.update("AWS::RDS::DBInstance", made, properties, free)
    world.delete("AWS::RDS::DBInstance", made, free)
    assert world.clients("rds").describe_db_instances()["DBInstances"] == []


def test_a_databases_password_is_a_secret_of_its_own(world: World) -> None:
    made = world.make("AWS::RDS::DBInstance", database_properties(world))
    arn = str(made.attributes["MasterUserSecret.SecretArn"])
    held = json.loads(world.clients("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    assert held["username"] == "admin"
    assert (made.attributes["Endpoint.Port"], world.region in made.attributes["Endpoint.Address"]) == ("1433", True)


def test_a_protected_balancer_stays(world: World) -> None:
    protected = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    properties = {"Subnets": world.subnets, "SecurityGroups": [world.group], "LoadBalancerAttributes": protected}
    made = world.make("AWS::ElasticLoadBalancingV2::LoadBalancer", properties)
    with pytest.raises(ClientError, match="cannot be deleted because deletion protection is enabled"):
        world.delete("AWS::ElasticLoadBalancingV2::LoadBalancer", made, properties)


def test_a_classic_balancer_listens_with_a_certificate_and_a_policy(world: World) -> None:
    certificate = world.id("AWS::CertificateManager::Certificate", DomainName="app.example.com")
    https = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 443, "SSLCertificateId": certificate}
    attributes = [{"Name": "Reference-Security-Policy", "Value": "ELBSecurityPolicy-TLS-1-2-2017-01"}]
    policy = {"PolicyName": "Tls", "PolicyType": "SSLNegotiationPolicyType", "Attributes": attributes}
    made = world.make(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        {
            **CLASSIC,
            "Listeners": [{**https, "PolicyNames": ["Tls"]}],
            "LBCookieStickinessPolicy": [],
            "AppCookieStickinessPolicy": [{"PolicyName": "App", "CookieName": "c"}],
            "Policies": [policy],
            "Subnets": world.subnets,
            "SecurityGroups": [world.group],
        },
    )
    elb = world.clients("elb")
    found = elb.describe_load_balancers(LoadBalancerNames=[made.physical_id])["LoadBalancerDescriptions"][0]
    listener = found["ListenerDescriptions"][0]
    assert (listener["Listener"]["SSLCertificateId"], listener["PolicyNames"]) == (certificate, ["Tls"])
    assert made.attributes["DNSName"] == f"{made.physical_id}.eu-west-1.elb.amazonaws.com" == found["DNSName"]
    assert len(made.physical_id) <= 32


def test_a_fleet_at_zero_is_empty_and_a_larger_one_spreads_over_its_subnets(world: World) -> None:
    properties = fleet_properties(world, DesiredCapacity="0")
    made = world.make("AWS::AutoScaling::AutoScalingGroup", properties)
    assert fleet(world.clients, made.physical_id)["Instances"] == []
    world.update("AWS::AutoScaling::AutoScalingGroup", made, properties, {**properties, "DesiredCapacity": "3"})
    instances = fleet(world.clients, made.physical_id)["Instances"]
    assert {instance["AvailabilityZone"] for instance in instances} == {f"eu-west-1{zone}" for zone in "abc"}


def test_an_instance_has_the_volume_that_its_template_gives_it_and_takes_it_along(world: World) -> None:
    root = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": "50", "Encrypted": "true"}}
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.medium", "BlockDeviceMappings": [root]}
    template = {"LaunchTemplateId": world.id("AWS::EC2::LaunchTemplate", LaunchTemplateData=data), "Version": "1"}
    properties = {"LaunchTemplate": template, "MinSize": "2", "MaxSize": "2", "VPCZoneIdentifier": world.subnets}
    made = world.make("AWS::AutoScaling::AutoScalingGroup", properties)
    volumes = world.clients("ec2").describe_volumes()["Volumes"]
    assert [(volume["Size"], volume["Encrypted"]) for volume in volumes] == [(50, True), (50, True)]
    world.delete("AWS::AutoScaling::AutoScalingGroup", made, properties)
    assert world.clients("ec2").describe_volumes()["Volumes"] == []


def test_a_fleet_may_mix_instances(world: World) -> None:
    specification = {"LaunchTemplateId": world.template, "Version": "1"}
    mixed = {
        "LaunchTemplate": {"LaunchTemplateSpecification": specification, "Overrides": [{"InstanceType": "t3.large"}]},
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": "100"},
    }
    properties = {"MixedInstancesPolicy": mixed, "MinSize": 1, "MaxSize": 2, "VPCZoneIdentifier": world.subnets}
    found = fleet(world.clients, world.id("AWS::AutoScaling::AutoScalingGroup", **properties))
    assert found["MixedInstancesPolicy"]["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 100


def test_a_group_without_rules_may_send_anywhere_and_one_with_rules_only_there(world: World) -> None:
    def sends(group: str) -> list[str]:
        found = world.clients("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        return [r["CidrIp"] for p in found["IpPermissionsEgress"] for r in p["IpRanges"]]

    open_group = {"VpcId": world.vpc, "GroupDescription": "d"}
    made = world.make("AWS::EC2::SecurityGroup", open_group)
    assert sends(made.physical_id) == ["0.0.0.0/0"]
    closed = {
        **open_group,
        "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "1.1.1.1/32"}],
    }
    world.update("AWS::EC2::SecurityGroup", made, open_group, closed)
    assert sends(made.physical_id) == ["1.1.1.1/32"]
    world.update("AWS::EC2::SecurityGroup", made, closed, open_group)
    assert sends(made.physical_id) == ["0.0.0.0/0"]


def test_a_rule_that_is_there_already_is_refused(world: World) -> None:
    rule = {"GroupId": world.group, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}
    world.make("AWS::EC2::SecurityGroupIngress", rule)
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        world.make("AWS::EC2::SecurityGroupIngress", rule)


def test_a_subnet_gets_its_networks_default_acl_back(world: World) -> None:
    acl = world.id("AWS::EC2::NetworkAcl", VpcId=world.vpc)
    properties = {"NetworkAclId": acl, "SubnetId": world.subnets[0]}
    made = world.make("AWS::EC2::SubnetNetworkAclAssociation", properties)
    world.delete("AWS::EC2::SubnetNetworkAclAssociation", made, properties)
    wanted = [{"Name": "association.subnet-id", "Values": [world.subnets[0]]}]
    found = world.clients("ec2").describe_network_acls(Filters=wanted)["NetworkAcls"]
    assert [each["IsDefault"] for each in found] == [True]


def test_an_interface_endpoint_stands_in_each_subnet(world: World) -> None:
    made = world.make(
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": world.vpc,
            "ServiceName": "com.amazonaws.eu-west-1.ssm",
            "VpcEndpointType": "Interface",
            "SubnetIds": world.subnets,
            "SecurityGroupIds": [world.group],
            "PrivateDnsEnabled": "true",
        },
    )
    assert len(made.attributes["NetworkInterfaceIds"]) == len(world.subnets)
    assert made.physical_id in made.attributes["DnsEntries"][0]


def test_a_parameter_that_exists_is_not_taken_over(world: World) -> None:
    properties = {"Name": "/a/b", "Type": "String", "Value": "1"}
    world.make("AWS::SSM::Parameter", properties)
    with pytest.raises(ClientError, match="ParameterAlreadyExists"):
        world.make("AWS::SSM::Parameter", properties)


def test_a_managed_policy_outlives_its_fifth_version(world: World) -> None:
    before = {"PolicyDocument": READ}
    made = world.make("AWS::IAM::ManagedPolicy", before)
    for number in range(6):
        after = {"PolicyDocument": {**READ, "Id": str(number)}}
        world.update("AWS::IAM::ManagedPolicy", made, before, after)
        before = after
    versions = world.clients("iam").list_policy_versions(PolicyArn=made.physical_id)["Versions"]
    assert [v["VersionId"] for v in versions if v["IsDefaultVersion"]] == ["v7"]


def test_a_role_that_somebody_else_gave_a_policy_stays(world: World) -> None:
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    world.clients("iam").attach_role_policy(RoleName=world.role, PolicyArn=policy)
    type_name, made, properties = world.there[0]
    with pytest.raises(ClientError, match="DeleteConflict"):
        world.delete(type_name, made, properties)


def test_names_are_as_long_as_their_service_allows(world: World) -> None:
    names = {len(world.targets.split("/")[1]), len(world.balancer.split("/")[2])}
    assert max(names) <= 32


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (None, "Destination bucket must exist"),
        ({}, "Destination bucket must have versioning enabled"),
    ],
)
def test_a_bucket_is_replicated_only_to_one_that_is_there_and_keeps_versions(
    world: World, there: dict[str, Any] | None, why: str
) -> None:
    if there is not None:
        world.make("AWS::S3::Bucket", {"BucketName": f"standby-{world.account}"})
    to = {"Destination": {"Bucket": f"arn:aws:s3:::standby-{world.account}"}, "Status": "Enabled", "Id": "all"}
    properties = {
        "BucketName": f"source-{world.account}",
        "VersioningConfiguration": {"Status": "Enabled"},
        "ReplicationConfiguration": {"Role": world.role_arn, "Rules": [to]},
    }
    with pytest.raises(ClientError, match=why):
        world.make("AWS::S3::Bucket", properties)


def test_a_databases_backups_are_replicated_to_the_region_that_is_named_until_it_is_not(world: World) -> None:
    properties = {**database_properties(world), "AutomaticBackupReplicationRegion": "eu-central-1"}
    made = world.make("AWS::RDS::DBInstance", properties)

    def replicated() -> list[tuple[str, str]]:
        found = world.clients("rds", "eu-central-1").describe_db_instance_automated_backups()
        return [(each["DBInstanceIdentifier"], each["Region"]) for each in found["DBInstanceAutomatedBackups"]]

    assert replicated() == [(made.physical_id, world.region)]
    without = {key: value for key, value in properties.items() if key != "AutomaticBackupReplicationRegion"}
    world.update("AWS::RDS::DBInstance", made, properties, without)
    assert replicated() == []


def test_a_fleet_grows_with_a_later_version_of_its_launch_template(world: World) -> None:
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.medium", "UserData": "b25l"}
    template = world.make("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": data})
    properties = fleet_properties(world) | {"MinSize": "0", "DesiredCapacity": "0"}
    made = world.make("AWS::AutoScaling::AutoScalingGroup", properties)
    later = {"LaunchTemplateData": {**data, "UserData": "dHdv"}}
    version = world.update("AWS::EC2::LaunchTemplate", template, {"LaunchTemplateData": data}, later)
    chosen = {"LaunchTemplateId": template.physical_id, "Version": version.attributes["LatestVersionNumber"]}
    grown = {**properties, "LaunchTemplate": chosen, "MinSize": "2", "DesiredCapacity": "2"}
    world.update("AWS::AutoScaling::AutoScalingGroup", made, properties, grown)
    (group,) = world.clients("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert len(group["Instances"]) == 2


def test_a_database_is_restored_from_the_last_snapshot_of_one_that_is_gone(world: World) -> None:
    properties = {**database_properties(world), "MasterUsername": "somebody"}
    made = world.make("AWS::RDS::DBInstance", properties)
    world.delete("AWS::RDS::DBInstance", made, properties, snapshot=True)
    rds = world.clients("rds")
    (snapshot,) = (each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"])
    assert "-snapshot-" in snapshot
    restored = world.make("AWS::RDS::DBInstance", _restored(world, DBSnapshotIdentifier=snapshot))
    assert _master(rds, restored) == "somebody"
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)


def test_a_database_is_restored_from_the_backups_that_another_region_replicates(world: World) -> None:
    properties = {**database_properties(world), "AutomaticBackupReplicationRegion": "eu-central-1"}
    world.make("AWS::RDS::DBInstance", {**properties, "MasterUsername": "somebody"})
    there = World(world.app, world.account, "eu-central-1", list(world.there))
    rds = there.clients("rds")
    (backup,) = rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"]
    arn = backup["DBInstanceAutomatedBackupsArn"]
    restored = there.make("AWS::RDS::DBInstance", _restored(there, SourceDBInstanceAutomatedBackupsArn=arn))
    assert _master(rds, restored) == "somebody"
    with pytest.raises(ClientError, match="There are no automated backups"):
        there.make("AWS::RDS::DBInstance", _restored(there, SourceDBInstanceAutomatedBackupsArn=f"{arn}x"))
    there.delete_everything()


def _restored(world: World, **source: str) -> dict[str, Any]:
    without = {"KmsKeyId", "MasterUsername", "StorageEncrypted"}
    given = {key: each for key, each in database_properties(world).items() if key not in without}
    return {**given, **source, "UseLatestRestorableTime": "true"}


def _master(rds: Any, made: Made) -> str:
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=made.physical_id)["DBInstances"]
    return str(found["MasterUsername"])


def test_a_protected_user_pool_is_not_deleted(world: World) -> None:
    properties = {"UserPoolName": "doctors", "DeletionProtection": "ACTIVE"}
    made = world.make("AWS::Cognito::UserPool", properties)
    with pytest.raises(ClientError, match="deletion protection is activated"):
        world.delete("AWS::Cognito::UserPool", made, properties)


def test_a_sign_in_domain_belongs_to_one_pool(world: World) -> None:
    first, second = (world.id("AWS::Cognito::UserPool", UserPoolName=name) for name in ("doctors", "patients"))
    world.make("AWS::Cognito::UserPoolDomain", {"UserPoolId": first, "Domain": f"sign-in-{world.account}"})
    with pytest.raises(ClientError, match="already associated with another user pool"):
        world.make("AWS::Cognito::UserPoolDomain", {"UserPoolId": second, "Domain": f"sign-in-{world.account}"})


def test_an_account_has_one_detector_in_a_region(world: World) -> None:
    world.make("AWS::GuardDuty::Detector", {"Enable": True})
    with pytest.raises(ClientError, match="a detector already exists for the current account"):
        world.make("AWS::GuardDuty::Detector", {"Enable": True})


def test_a_recorder_records_once_there_is_a_channel_and_stops_with_it(world: World) -> None:
    role = f"arn:aws:iam::{world.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    world.make("AWS::Config::ConfigurationRecorder", {"Name": "r", "RoleARN": role, "RecordingGroup": ALL_TYPES})

    def recording() -> list[bool]:
        states = world.clients("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        return [state["recording"] for state in states]

    assert recording() == [False]
    channel = {"Name": "c", "S3BucketName": world.bucket}
    made = world.make("AWS::Config::DeliveryChannel", channel)
    assert recording() == [True]
    world.delete("AWS::Config::DeliveryChannel", made, channel)
    assert recording() == [False]


def test_a_plan_with_a_deleted_name_can_be_made_again_and_one_with_selections_stays(world: World) -> None:
    rule = {"RuleName": "daily", "TargetBackupVault": "backups"}
    properties = {"BackupPlan": {"BackupPlanName": "daily", "BackupPlanRule": [rule]}}
    made = world.make("AWS::Backup::BackupPlan", properties)
    chosen = {"SelectionName": "all", "IamRoleArn": world.role_arn, "Resources": ["*"]}
    selection = {"BackupPlanId": made.physical_id, "BackupSelection": chosen}
    selected = world.make("AWS::Backup::BackupSelection", selection)
    with pytest.raises(ClientError, match="selections must be deleted"):
        world.delete("AWS::Backup::BackupPlan", made, properties)
    world.delete("AWS::Backup::BackupSelection", selected, selection)
    world.delete("AWS::Backup::BackupPlan", made, properties)
    assert world.make("AWS::Backup::BackupPlan", properties).physical_id != made.physical_id


ALL_TYPES = {"AllSupported": True}
