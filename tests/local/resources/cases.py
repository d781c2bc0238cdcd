"""For every resource type: how to make one, how its own service shows it, what to change and how that shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cfngen.local.clients import Clients

from .worlds import LIST, READ, World, trust

Properties = Mapping[str, Any]
Make = Callable[[World], Properties]
OLD, NEW = [{"Key": "Name", "Value": "old"}, {"Key": "Gone", "Value": "soon"}], [{"Key": "Name", "Value": "new"}]


@dataclass(frozen=True)
class Case:
    """`see` returns what the service says of a physical id, `fact` whether that shows the change."""

    type_name: str
    make: Make
    see: Callable[[Clients, str, Properties], Any]
    change: Make | None = None
    fact: Callable[[Any], bool] = bool


def tags(found: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}


def new_tag(found: Mapping[str, Any]) -> bool:
    return tags(found) == {"Name": "new"}


def entry(c: Clients, p: Properties) -> Any:
    acl = c("ec2").describe_network_acls(NetworkAclIds=[p["NetworkAclId"]])["NetworkAcls"][0]
    return [e for e in acl["Entries"] if e["RuleNumber"] == 100 and not e["Egress"]]


def acl_of(c: Clients, p: Properties) -> Any:
    acl = c("ec2").describe_network_acls(NetworkAclIds=[p["NetworkAclId"]])["NetworkAcls"][0]
    return [a for a in acl["Associations"] if a["SubnetId"] == p["SubnetId"]]


def rules(c: Clients, group: str, *, egress: bool) -> list[Mapping[str, Any]]:
    found = c("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    return [rule for rule in found["SecurityGroupRules"] if rule["IsEgress"] == egress]


def routes(c: Clients, p: Properties) -> Any:
    table = c("ec2").describe_route_tables(RouteTableIds=[p["RouteTableId"]])["RouteTables"][0]
    return [r for r in table["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]


def classic(c: Clients, name: str) -> Any:
    found = c("elb").describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"][0]
    listeners = {d["Listener"]["LoadBalancerPort"]: d["Listener"] for d in found["ListenerDescriptions"]}
    attributes = c("elb").describe_load_balancer_attributes(LoadBalancerName=name)["LoadBalancerAttributes"]
    tagged = c("elb").describe_tags(LoadBalancerNames=[name])["TagDescriptions"][0]
    policies = {d["Listener"]["LoadBalancerPort"]: d["PolicyNames"] for d in found["ListenerDescriptions"]}
    return {**found, "L": listeners, "A": attributes, "P": policies, "Tags": tagged["Tags"]}


CLASSIC = {
    "Listeners": [
        {"Protocol": "HTTP", "LoadBalancerPort": "80", "InstancePort": "80", "PolicyNames": ["Sticky"]},
        {"Protocol": "TCP", "LoadBalancerPort": 8443, "InstancePort": 8443},
    ],
    "LBCookieStickinessPolicy": [{"PolicyName": "Sticky", "CookieExpirationPeriod": "60"}],
    "Scheme": "internet-facing",
    "CrossZone": "true",
    "ConnectionDrainingPolicy": {"Enabled": True, "Timeout": "30"},
    "HealthCheck": {
        "Target": "HTTP:80/",
        "Interval": "30",
        "Timeout": 5,
        "HealthyThreshold": "3",
        "UnhealthyThreshold": "2",
    },
}


def fleet(c: Clients, name: str) -> Any:
    return c("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]


def fleet_properties(w: World, **more: Any) -> Properties:
    return {
        "LaunchTemplate": {"LaunchTemplateId": w.template, "Version": "1"},
        "MinSize": "0",
        "MaxSize": "4",
        "DesiredCapacity": "1",
        "VPCZoneIdentifier": w.subnets,
        "HealthCheckType": "ELB",
        "HealthCheckGracePeriod": "900",
        "Tags": [{"Key": "Name", "Value": "old", "PropagateAtLaunch": "true"}],
        "MetricsCollection": [{"Granularity": "1Minute"}],
        **more,
    }


def with_tags(see: Callable[[Clients, str], tuple[Any, Any]]) -> Callable[[Clients, str, Properties], Any]:
    def seen(c: Clients, i: str, p: Properties) -> Any:
        found, tagged = see(c, i)
        return {**found, "Tags": tagged}

    return seen


def inline(c: Clients, role: str, name: str) -> Any:
    return c("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def bucket(c: Clients, name: str) -> Any:
    s3 = c("s3")
    assert name in {each["Name"] for each in s3.list_buckets()["Buckets"]}
    return {
        "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "blocked": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "rules": s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
        "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0],
        "owner": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        "tags": {t["Key"]: t["Value"] for t in s3.get_bucket_tagging(Bucket=name)["TagSet"]},
    }


def bucket_properties(w: World, days: int, **more: Any) -> Properties:
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": w.key}
    return {
        "BucketName": f"bucket-of-{w.account}",
        "VersioningConfiguration": {"Status": "Enabled"},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": "true", "RestrictPublicBuckets": True},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": "true"}
            ]
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Id": "old",
                    "Status": "Enabled",
                    "ExpirationInDays": str(days),
                    "NoncurrentVersionExpiration": {"NoncurrentDays": "30"},
                    "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": "10"}],
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "7"},
                }
            ]
        },
        "Tags": OLD,
        **more,
    }


def database(c: Clients, name: str) -> Any:
    found = c("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return {**found, "Tags": found["TagList"]}


def database_properties(w: World, **more: Any) -> Properties:
    return {
        "Engine": "sqlserver-se",
        "EngineVersion": "16.00.4135.4.v1",
        "LicenseModel": "license-included",
        "DBInstanceClass": "db.r6i.xlarge",
        "AllocatedStorage": "5120",
        "StorageType": "gp3",
        "StorageEncrypted": "true",
        "KmsKeyId": w.key,
        "MasterUsername": "admin",
        "ManageMasterUserPassword": "true",
        "MasterUserSecret": {"KmsKeyId": w.key},
        "MultiAZ": "true",
        "DBSubnetGroupName": w.subnet_group,
        "DBParameterGroupName": w.id(
            "AWS::RDS::DBParameterGroup", Description="d", Family="sqlserver-se-16.0", Parameters={"rds.force_ssl": "1"}
        ),
        "OptionGroupName": w.id(
            "AWS::RDS::OptionGroup",
            EngineName="sqlserver-se",
            MajorEngineVersion="16.00",
            OptionGroupDescription="d",
            OptionConfigurations=[],
        ),
        "VPCSecurityGroups": [w.group],
        "BackupRetentionPeriod": "14",
        "CopyTagsToSnapshot": "true",
        "EnableCloudwatchLogsExports": ["error", "agent"],
        "EnablePerformanceInsights": "true",
        "PerformanceInsightsRetentionPeriod": "7",
        "MonitoringInterval": "60",
        "MonitoringRoleArn": w.role_arn,
        "Port": "1433",
        "AutoMinorVersionUpgrade": "true",
        "PubliclyAccessible": "false",
        "MaxAllocatedStorage": "8192",
        "Tags": OLD,
        **more,
    }


def parameters(c: Clients, name: str) -> dict[str, str]:
    found = c("rds").describe_db_parameters(DBParameterGroupName=name)["Parameters"]
    return {each["ParameterName"]: each.get("ParameterValue", "") for each in found}


def alarm_properties(w: World, threshold: str) -> Properties:
    return {
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "Statistic": "Average",
        "Period": "300",
        "EvaluationPeriods": "2",
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
        "Dimensions": [{"Name": "AutoScalingGroupName", "Value": "x"}],
        "AlarmActions": [w.topic],
        "TreatMissingData": "breaching",
        "Tags": NEW if threshold == "90" else OLD,
    }


def alarm(c: Clients, name: str, kind: str) -> Any:
    types = ["MetricAlarm", "CompositeAlarm"]
    found = c("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=types)[kind][0]
    return {**found, **c("cloudwatch").list_tags_for_resource(ResourceARN=found["AlarmArn"])}


def filters(c: Clients, p: Properties) -> Any:
    return c("logs").describe_metric_filters(logGroupName=p["LogGroupName"])["metricFilters"]


def log_policy(c: Clients, name: str) -> Any:
    return next(p for p in c("logs").describe_resource_policies()["resourcePolicies"] if p["policyName"] == name)


def subscription(c: Clients, arn: str) -> Any:
    known = [s["SubscriptionArn"] for s in c("sns").list_subscriptions()["Subscriptions"]]
    return c("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"] if arn in known else None


def secret(c: Clients, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(c("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    return found


def forward(w: World, status: str) -> list[dict[str, Any]]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain"}}]


NETWORK = [
    Case(
        "AWS::EC2::VPC",
        lambda w: {"CidrBlock": "10.1.0.0/16", "EnableDnsHostnames": "true", "Tags": OLD},
        lambda c, i, p: c("ec2").describe_vpcs(VpcIds=[i])["Vpcs"][0],
        lambda w: {"CidrBlock": "10.1.0.0/16", "EnableDnsHostnames": "false", "Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::Subnet",
        lambda w: {"VpcId": w.vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1b", "Tags": OLD},
        lambda c, i, p: c("ec2").describe_subnets(SubnetIds=[i])["Subnets"][0],
        lambda w: {"VpcId": w.vpc, "CidrBlock": "10.0.9.0/24", "MapPublicIpOnLaunch": "true", "Tags": NEW},
        lambda f: new_tag(f) and f["MapPublicIpOnLaunch"] and f["AvailabilityZone"] == "eu-west-1b",
    ),
    Case(
        "AWS::EC2::InternetGateway",
        lambda w: {"Tags": OLD},
        lambda c, i, p: c("ec2").describe_internet_gateways(InternetGatewayIds=[i])["InternetGateways"][0],
        lambda w: {"Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::VPCGatewayAttachment",
        lambda w: {"VpcId": w.vpc, "InternetGatewayId": w.id("AWS::EC2::InternetGateway")},
        lambda c, i, p: c("ec2").describe_internet_gateways(InternetGatewayIds=[p["InternetGatewayId"]])[
            "InternetGateways"
        ][0]["Attachments"],
        lambda w: {"VpcId": w.vpc, "InternetGatewayId": w.id("AWS::EC2::InternetGateway")},
    ),
    Case(
        "AWS::EC2::RouteTable",
        lambda w: {"VpcId": w.vpc, "Tags": OLD},
        lambda c, i, p: c("ec2").describe_route_tables(RouteTableIds=[i])["RouteTables"][0],
        lambda w: {"VpcId": w.vpc, "Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::Route",
        lambda w: {"RouteTableId": w.table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": w.gateway},
        lambda c, i, p: routes(c, p),
        lambda w: {
            "RouteTableId": w.table,
            "DestinationCidrBlock": "0.0.0.0/0",
            "NatGatewayId": w.id("AWS::EC2::NatGateway", SubnetId=w.subnets[0], AllocationId=w.address["AllocationId"]),
        },
        lambda f: f[0]["NatGatewayId"].startswith("nat-"),
    ),
    Case(
        "AWS::EC2::SubnetRouteTableAssociation",
        lambda w: {"SubnetId": w.subnets[0], "RouteTableId": w.table},
        lambda c, i, p: [
            a
            for a in c("ec2").describe_route_tables(RouteTableIds=[p["RouteTableId"]])["RouteTables"][0]["Associations"]
            if a["RouteTableAssociationId"] == i
        ],
    ),
    Case(
        "AWS::EC2::DHCPOptions",
        lambda w: {"DomainName": "x.internal", "DomainNameServers": ["AmazonProvidedDNS"], "Tags": OLD},
        lambda c, i, p: c("ec2").describe_dhcp_options(DhcpOptionsIds=[i])["DhcpOptions"][0],
        lambda w: {"Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::VPCDHCPOptionsAssociation",
        lambda w: {"VpcId": w.vpc, "DhcpOptionsId": w.id("AWS::EC2::DHCPOptions", DomainName="x.internal")},
        lambda c, i, p: c("ec2").describe_vpcs(VpcIds=[p["VpcId"]])["Vpcs"][0]["DhcpOptionsId"] == p["DhcpOptionsId"],
    ),
    Case(
        "AWS::EC2::EIP",
        lambda w: {"Domain": "vpc", "Tags": OLD},
        lambda c, i, p: c("ec2").describe_addresses(PublicIps=[i])["Addresses"][0],
        lambda w: {"Domain": "vpc", "Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::NatGateway",
        lambda w: {"SubnetId": w.subnets[0], "AllocationId": w.address["AllocationId"], "Tags": OLD},
        lambda c, i, p: next(
            g for g in c("ec2").describe_nat_gateways(NatGatewayIds=[i])["NatGateways"] if g["State"] == "available"
        ),
        lambda w: {"SubnetId": w.subnets[0], "AllocationId": w.address["AllocationId"], "Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::VPCEndpoint",
        lambda w: {
            "VpcId": w.vpc,
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "RouteTableIds": [w.table],
            "PolicyDocument": READ,
        },
        lambda c, i, p: next(
            e for e in c("ec2").describe_vpc_endpoints(VpcEndpointIds=[i])["VpcEndpoints"] if e["State"] != "deleted"
        ),
        lambda w: {
            "VpcId": w.vpc,
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "RouteTableIds": [w.id("AWS::EC2::RouteTable", VpcId=w.vpc)],
            "PolicyDocument": LIST,
        },
        lambda f: "ListBucket" in f["PolicyDocument"] and len(f["RouteTableIds"]) == 1,
    ),
    Case(
        "AWS::EC2::FlowLog",
        lambda w: {
            "ResourceId": w.vpc,
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": w.log_group,
            "DeliverLogsPermissionArn": w.role_arn,
            "MaxAggregationInterval": "60",
            "Tags": OLD,
        },
        lambda c, i, p: c("ec2").describe_flow_logs(FlowLogIds=[i])["FlowLogs"][0],
        lambda w: {"Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::NetworkAcl",
        lambda w: {"VpcId": w.vpc, "Tags": OLD},
        lambda c, i, p: c("ec2").describe_network_acls(NetworkAclIds=[i])["NetworkAcls"][0],
        lambda w: {"VpcId": w.vpc, "Tags": NEW},
        new_tag,
    ),
    Case(
        "AWS::EC2::NetworkAclEntry",
        lambda w: {
            "NetworkAclId": w.id("AWS::EC2::NetworkAcl", VpcId=w.vpc),
            "RuleNumber": "100",
            "Protocol": 6,
            "RuleAction": "allow",
            "CidrBlock": "10.0.0.0/8",
            "PortRange": {"From": "443", "To": 443},
        },
        lambda c, i, p: entry(c, p),
    ),
    Case(
        "AWS::EC2::SubnetNetworkAclAssociation",
        lambda w: {"NetworkAclId": w.id("AWS::EC2::NetworkAcl", VpcId=w.vpc), "SubnetId": w.subnets[1]},
        lambda c, i, p: acl_of(c, p),
    ),
    Case(
        "AWS::EC2::SecurityGroup",
        lambda w: {
            "VpcId": w.vpc,
            "GroupDescription": "web",
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": "80", "ToPort": 80, "CidrIp": "0.0.0.0/0", "Description": "all"},
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": w.group},
            ],
            "SecurityGroupEgress": [{"IpProtocol": -1, "CidrIp": "10.0.0.0/8"}],
            "Tags": OLD,
        },
        lambda c, i, p: c("ec2").describe_security_groups(GroupIds=[i])["SecurityGroups"][0],
        lambda w: {
            "VpcId": w.vpc,
            "GroupDescription": "web",
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": w.group},
                {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "SourcePrefixListId": "pl-1234"},
            ],
            "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "CidrIp": "10.0.0.0/8"}],
            "Tags": NEW,
        },
        lambda f: (
            new_tag(f)
            and sorted(p["FromPort"] for p in f["IpPermissions"]) == [443, 8080]
            and [p.get("FromPort") for p in f["IpPermissionsEgress"]] == [1]
        ),
    ),
    Case(
        "AWS::EC2::SecurityGroupIngress",
        lambda w: {"GroupId": w.group, "IpProtocol": "tcp", "FromPort": "1", "ToPort": "2", "CidrIp": "10.0.0.0/8"},
        lambda c, i, p: [rule for rule in rules(c, p["GroupId"], egress=False) if rule["SecurityGroupRuleId"] == i],
    ),
    Case(
        "AWS::EC2::SecurityGroupEgress",
        lambda w: {
            "GroupId": w.group,
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "DestinationSecurityGroupId": w.group,
        },
        lambda c, i, p: [rule for rule in rules(c, p["GroupId"], egress=True) if rule["SecurityGroupRuleId"] == i],
    ),
]

FLEETS = [
    Case(
        "AWS::EC2::LaunchTemplate",
        lambda w: {
            "LaunchTemplateData": {
                "ImageId": "ami-1",
                "InstanceType": "t3.medium",
                "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": "1"},
                "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": "50", "Encrypted": "true"}}],
            },
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": NEW}],
        },
        lambda c, i, p: c("ec2").describe_launch_templates(LaunchTemplateIds=[i])["LaunchTemplates"][0],
        lambda w: {"LaunchTemplateData": {"ImageId": "ami-1", "InstanceType": "t3.large"}},
        lambda f: f["LatestVersionNumber"] == 2,
    ),
    Case(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        lambda w: {**CLASSIC, "Subnets": w.subnets[:2], "SecurityGroups": [w.group], "Tags": OLD},
        lambda c, i, p: classic(c, i),
        lambda w: {
            **CLASSIC,
            "Listeners": [{**CLASSIC["Listeners"][0], "InstancePort": "8080", "PolicyNames": []}],
            "LBCookieStickinessPolicy": [],
            "Subnets": w.subnets[:2],
            "SecurityGroups": [w.group],
            "ConnectionSettings": {"IdleTimeout": "120"},
            "AccessLoggingPolicy": {"Enabled": "true", "S3BucketName": w.bucket, "EmitInterval": "5"},
            "Tags": NEW,
        },
        lambda f: (
            list(f["L"]) == [80]
            and f["L"][80]["InstancePort"] == 8080
            and f["P"] == {80: []}
            and f["A"]["ConnectionSettings"]["IdleTimeout"] == 120
            and f["A"]["AccessLog"]["Enabled"]
            and f["A"]["CrossZoneLoadBalancing"]["Enabled"]
            and new_tag(f)
        ),
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        lambda w: {
            "Subnets": w.subnets[:2],
            "SecurityGroups": [w.group],
            "Scheme": "internal",
            "LoadBalancerAttributes": [{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}],
            "Tags": OLD,
        },
        with_tags(
            lambda c, i: (
                c("elbv2").describe_load_balancer_attributes(LoadBalancerArn=i),
                c("elbv2").describe_tags(ResourceArns=[i])["TagDescriptions"][0]["Tags"],
            )
        ),
        lambda w: {
            "Subnets": w.subnets,
            "SecurityGroups": [w.group],
            "Scheme": "internal",
            "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": 120}],
            "Tags": NEW,
        },
        lambda f: new_tag(f) and {"Key": "idle_timeout.timeout_seconds", "Value": "120"} in f["Attributes"],
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        lambda w: {
            "VpcId": w.vpc,
            "Port": "8080",
            "Protocol": "HTTP",
            "TargetType": "instance",
            "HealthCheckPath": "/health",
            "Matcher": {"HttpCode": "200"},
            "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}],
            "Tags": OLD,
        },
        with_tags(
            lambda c, i: (
                c("elbv2").describe_target_groups(TargetGroupArns=[i])["TargetGroups"][0],
                c("elbv2").describe_tags(ResourceArns=[i])["TagDescriptions"][0]["Tags"],
            )
        ),
        lambda w: {"VpcId": w.vpc, "Port": "8080", "Protocol": "HTTP", "HealthCheckPath": "/new", "Tags": NEW},
        lambda f: new_tag(f) and f["HealthCheckPath"] == "/new",
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::Listener",
        lambda w: {
            "LoadBalancerArn": w.balancer,
            "Port": "80",
            "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": w.targets}],
        },
        lambda c, i, p: c("elbv2").describe_listeners(ListenerArns=[i])["Listeners"][0],
        lambda w: {
            "LoadBalancerArn": w.balancer,
            "Port": "81",
            "Protocol": "HTTP",
            "DefaultActions": forward(w, "404"),
        },
        lambda f: f["Port"] == 81 and f["DefaultActions"][0]["Type"] == "fixed-response",
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        lambda w: {
            "ListenerArn": w.listener,
            "Priority": "10",
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*"]}}],
            "Actions": forward(w, "404"),
        },
        lambda c, i, p: c("elbv2").describe_rules(RuleArns=[i])["Rules"][0],
        lambda w: {
            "ListenerArn": w.listener,
            "Priority": "20",
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/b/*"]}}],
            "Actions": forward(w, "404"),
        },
        lambda f: f["Priority"] == "20" and f["Conditions"][0]["PathPatternConfig"]["Values"] == ["/b/*"],
    ),
    Case(
        "AWS::AutoScaling::AutoScalingGroup",
        lambda w: fleet_properties(w, TargetGroupARNs=[w.targets]),
        lambda c, i, p: fleet(c, i),
        lambda w: fleet_properties(
            w,
            MaxSize="8",
            DesiredCapacity="3",
            TargetGroupARNs=[],
            LoadBalancerNames=[
                w.id("AWS::ElasticLoadBalancing::LoadBalancer", **CLASSIC, Subnets=w.subnets, SecurityGroups=[w.group])
            ],
            Tags=[{"Key": "Name", "Value": "new", "PropagateAtLaunch": True}],
        ),
        lambda f: (
            (f["MaxSize"], f["DesiredCapacity"], len(f["Instances"])) == (8, 3, 3)
            and not f["TargetGroupARNs"]
            and len(f["LoadBalancerNames"]) == 1
            and new_tag(f)
        ),
    ),
    Case(
        "AWS::AutoScaling::ScalingPolicy",
        lambda w: {
            "AutoScalingGroupName": w.fleet,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": {
                "TargetValue": "50",
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            },
        },
        lambda c, i, p: next(x for x in c("autoscaling").describe_policies()["ScalingPolicies"] if x["PolicyARN"] == i),
        lambda w: {
            "AutoScalingGroupName": w.fleet,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": {
                "TargetValue": "60.5",
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            },
        },
        lambda f: f["TargetTrackingConfiguration"]["TargetValue"] == 60.5,
    ),
    Case(
        "AWS::AutoScaling::ScheduledAction",
        lambda w: {"AutoScalingGroupName": w.fleet, "Recurrence": "0 6 * * *", "MinSize": "1", "MaxSize": "2"},
        lambda c, i, p: c("autoscaling").describe_scheduled_actions(
            AutoScalingGroupName=p["AutoScalingGroupName"], ScheduledActionNames=[i]
        )["ScheduledUpdateGroupActions"][0],
        lambda w: {"AutoScalingGroupName": w.fleet, "Recurrence": "0 7 * * *", "MinSize": "1", "MaxSize": "2"},
        lambda f: f["Recurrence"] == "0 7 * * *",
    ),
    Case(
        "AWS::AutoScaling::LifecycleHook",
        lambda w: {
            "AutoScalingGroupName": w.fleet,
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "HeartbeatTimeout": "60",
        },
        lambda c, i, p: c("autoscaling").describe_lifecycle_hooks(
            AutoScalingGroupName=p["AutoScalingGroupName"], LifecycleHookNames=[i]
        )["LifecycleHooks"][0],
        lambda w: {
            "AutoScalingGroupName": w.fleet,
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "HeartbeatTimeout": "90",
        },
        lambda f: f["HeartbeatTimeout"] == 90,
    ),
    Case(
        "AWS::Lambda::Function",
        lambda w: {
            "Role": w.role_arn,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Timeout": "3",
            "Code": {"ZipFile": "def handler(event, context): pass"},
        },
        lambda c, i, p: c("lambda").get_function_configuration(FunctionName=i),
        lambda w: {
            "Role": w.role_arn,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Timeout": "9",
            "Code": {"ZipFile": "def handler(event, context): return 1"},
        },
        lambda f: f["Timeout"] == 9,
    ),
    Case(
        "AWS::Lambda::Permission",
        lambda w: {
            "FunctionName": w.function,
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
        },
        lambda c, i, p: i in c("lambda").get_policy(FunctionName=p["FunctionName"])["Policy"],
    ),
]

ACCESS = [
    Case(
        "AWS::IAM::Role",
        lambda w: {
            "AssumeRolePolicyDocument": trust(),
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
            "Policies": [{"PolicyName": "old", "PolicyDocument": READ}],
            "MaxSessionDuration": "3600",
            "Tags": OLD,
        },
        lambda c, i, p: {
            **c("iam").get_role(RoleName=i)["Role"],
            "managed": c("iam").list_attached_role_policies(RoleName=i)["AttachedPolicies"],
            "inline": c("iam").list_role_policies(RoleName=i)["PolicyNames"],
        },
        lambda w: {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"],
            "Policies": [{"PolicyName": "new", "PolicyDocument": LIST}],
            "MaxSessionDuration": "7200",
            "Tags": NEW,
        },
        lambda f: (
            "lambda" in str(f["AssumeRolePolicyDocument"])
            and [m["PolicyName"] for m in f["managed"]] == ["CloudWatchAgentServerPolicy"]
            and f["inline"] == ["new"]
            and f["MaxSessionDuration"] == 7200
            and new_tag(f)
        ),
    ),
    Case(
        "AWS::IAM::InstanceProfile",
        lambda w: {"Roles": [w.role]},
        lambda c, i, p: c("iam").get_instance_profile(InstanceProfileName=i)["InstanceProfile"],
        lambda w: {"Roles": [w.id("AWS::IAM::Role", AssumeRolePolicyDocument=trust(), RoleName="other")]},
        lambda f: [role["RoleName"] for role in f["Roles"]] == ["other"],
    ),
    Case(
        "AWS::IAM::ManagedPolicy",
        lambda w: {"PolicyDocument": READ, "Roles": [w.role]},
        lambda c, i, p: {
            **c("iam").get_policy(PolicyArn=i)["Policy"],
            **c("iam").list_entities_for_policy(PolicyArn=i),
        },
        lambda w: {"PolicyDocument": LIST, "Groups": [w.id("AWS::IAM::Group")]},
        lambda f: f["DefaultVersionId"] == "v2" and not f["PolicyRoles"] and len(f["PolicyGroups"]) == 1,
    ),
    Case(
        "AWS::IAM::Policy",
        lambda w: {"PolicyName": "p", "PolicyDocument": READ, "Roles": [w.role]},
        lambda c, i, p: inline(c, p["Roles"][0], p["PolicyName"]),
        lambda w: {"PolicyName": "q", "PolicyDocument": LIST, "Roles": [w.role]},
        lambda f: f == LIST,
    ),
    Case(
        "AWS::IAM::RolePolicy",
        lambda w: {"PolicyName": "p", "PolicyDocument": READ, "RoleName": w.role},
        lambda c, i, p: inline(c, p["RoleName"], p["PolicyName"]),
        lambda w: {"PolicyName": "p", "PolicyDocument": LIST, "RoleName": w.role},
        lambda f: f == LIST,
    ),
    Case(
        "AWS::IAM::Group",
        lambda w: {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
        lambda c, i, p: {
            **c("iam").get_group(GroupName=i)["Group"],
            "inline": c("iam").list_group_policies(GroupName=i)["PolicyNames"],
        },
        lambda w: {"Policies": [{"PolicyName": "new", "PolicyDocument": READ}]},
        lambda f: f["inline"] == ["new"],
    ),
    Case(
        "AWS::IAM::User",
        lambda w: {
            "Groups": [w.id("AWS::IAM::Group")],
            "LoginProfile": {"Password": "Not-4-secret!"},
            "Tags": OLD,
        },
        lambda c, i, p: {
            **c("iam").get_user(UserName=i)["User"],
            "groups": c("iam").list_groups_for_user(UserName=i)["Groups"],
        },
        lambda w: {"Groups": [], "Tags": NEW},
        lambda f: not f["groups"] and new_tag(f),
    ),
    Case(
        "AWS::IAM::OIDCProvider",
        lambda w: {"Url": "https://tokens.example.com", "ClientIdList": ["a"], "ThumbprintList": ["a" * 40]},
        lambda c, i, p: c("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=i),
        lambda w: {"Url": "https://tokens.example.com", "ClientIdList": ["a"], "ThumbprintList": ["b" * 40]},
        lambda f: f["ThumbprintList"] == ["b" * 40],
    ),
    Case(
        "AWS::IAM::ServiceLinkedRole",
        lambda w: {"AWSServiceName": "autoscaling.amazonaws.com", "Description": "old"},
        lambda c, i, p: c("iam").get_role(RoleName=i)["Role"],
        lambda w: {"AWSServiceName": "autoscaling.amazonaws.com", "Description": "new"},
        lambda f: f["Description"] == "new" and f["RoleName"] == "AWSServiceRoleForAutoScaling",
    ),
    Case(
        "AWS::KMS::Key",
        lambda w: {"Description": "old", "EnableKeyRotation": "true", "KeyPolicy": READ, "Tags": OLD},
        lambda c, i, p: (
            (found := c("kms").describe_key(KeyId=i)["KeyMetadata"])["KeyState"] == "Enabled"
            and {
                **found,
                "policy": c("kms").get_key_policy(KeyId=i, PolicyName="default")["Policy"],
                "rotates": c("kms").get_key_rotation_status(KeyId=i)["KeyRotationEnabled"],
                "Tags": [
                    {"Key": t["TagKey"], "Value": t["TagValue"]} for t in c("kms").list_resource_tags(KeyId=i)["Tags"]
                ],
            }
        ),
        lambda w: {"Description": "new", "EnableKeyRotation": "false", "KeyPolicy": LIST, "Tags": NEW},
        lambda f: f["Description"] == "new" and not f["rotates"] and "ListBucket" in f["policy"] and new_tag(f),
    ),
    Case(
        "AWS::KMS::Alias",
        lambda w: {"AliasName": "alias/medapp", "TargetKeyId": w.key},
        lambda c, i, p: c("kms").describe_key(KeyId=i)["KeyMetadata"],
        lambda w: {"AliasName": "alias/medapp", "TargetKeyId": w.id("AWS::KMS::Key", Description="second")},
        lambda f: f["Description"] == "second",
    ),
    Case(
        "AWS::SecretsManager::Secret",
        lambda w: {
            "GenerateSecretString": {
                "SecretStringTemplate": '{"username": "app"}',
                "GenerateStringKey": "password",
                "PasswordLength": "20",
            },
            "KmsKeyId": w.key,
            "Tags": OLD,
        },
        lambda c, i, p: {**c("secretsmanager").describe_secret(SecretId=i), "value": secret(c, i)},
        lambda w: {"SecretString": '{"username": "new"}', "KmsKeyId": w.key, "Tags": NEW},
        lambda f: f["value"] == {"username": "new"} and new_tag(f),
    ),
    Case(
        "AWS::SecretsManager::SecretTargetAttachment",
        lambda w: {"SecretId": w.secret, "TargetId": w.database, "TargetType": "AWS::RDS::DBInstance"},
        lambda c, i, p: secret(c, i).get("host"),
        lambda w: {"SecretId": w.secret, "TargetId": w.database, "TargetType": "AWS::RDS::DBInstance"},
    ),
    Case(
        "AWS::SecretsManager::ResourcePolicy",
        lambda w: {"SecretId": w.secret, "ResourcePolicy": READ},
        lambda c, i, p: c("secretsmanager").get_resource_policy(SecretId=i).get("ResourcePolicy"),
        lambda w: {"SecretId": w.secret, "ResourcePolicy": LIST},
        lambda f: "ListBucket" in f,
    ),
    Case(
        "AWS::CertificateManager::Certificate",
        lambda w: {"DomainName": "app.example.com", "SubjectAlternativeNames": ["a.example.com"], "Tags": OLD},
        with_tags(
            lambda c, i: (
                c("acm").describe_certificate(CertificateArn=i)["Certificate"],
                c("acm").list_tags_for_certificate(CertificateArn=i)["Tags"],
            )
        ),
        lambda w: {"DomainName": "app.example.com", "Tags": NEW},
        new_tag,
    ),
]

DATA = [
    Case(
        "AWS::S3::Bucket",
        lambda w: bucket_properties(w, 90),
        lambda c, i, p: bucket(c, i),
        lambda w: bucket_properties(w, 365, VersioningConfiguration={"Status": "Suspended"}, Tags=NEW),
        lambda f: (
            f["versioning"] == "Suspended"
            and f["rules"][0]["Expiration"] == {"Days": 365}
            and f["rules"][0]["Transitions"] == [{"StorageClass": "GLACIER", "Days": 10}]
            and f["blocked"]["BlockPublicAcls"]
            and not f["blocked"]["BlockPublicPolicy"]
            and f["encryption"]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
            and f["owner"] == "BucketOwnerEnforced"
            and f["tags"] == {"Name": "new"}
        ),
    ),
    Case(
        "AWS::S3::BucketPolicy",
        lambda w: {"Bucket": w.bucket, "PolicyDocument": READ},
        lambda c, i, p: (
            i in {b["Name"] for b in c("s3").list_buckets()["Buckets"]}
            and c("s3").get_bucket_policy(Bucket=i)["Policy"]
        ),
        lambda w: {"Bucket": w.bucket, "PolicyDocument": LIST},
        lambda f: "ListBucket" in f,
    ),
    Case(
        "AWS::RDS::DBInstance",
        database_properties,
        lambda c, i, p: database(c, i),
        lambda w: database_properties(
            w,
            DBInstanceClass="db.r6i.2xlarge",
            AllocatedStorage="6000",
            EnableCloudwatchLogsExports=["error"],
            Tags=NEW,
        ),
        lambda f: (
            f["DBInstanceClass"] == "db.r6i.2xlarge"
            and f["AllocatedStorage"] == 6000
            and f["EnabledCloudwatchLogsExports"] == ["error"]
            and f["MultiAZ"]
            and f["StorageEncrypted"]
            and new_tag(f)
        ),
    ),
    Case(
        "AWS::RDS::DBSubnetGroup",
        lambda w: {"DBSubnetGroupDescription": "old", "SubnetIds": w.subnets[:2], "Tags": OLD},
        lambda c, i, p: c("rds").describe_db_subnet_groups(DBSubnetGroupName=i)["DBSubnetGroups"][0],
        lambda w: {"DBSubnetGroupDescription": "new", "SubnetIds": w.subnets, "Tags": NEW},
        lambda f: f["DBSubnetGroupDescription"] == "new" and len(f["Subnets"]) == 3,
    ),
    Case(
        "AWS::RDS::DBParameterGroup",
        lambda w: {"Description": "d", "Family": "postgres16", "Parameters": {"rds.force_ssl": 0}, "Tags": OLD},
        lambda c, i, p: parameters(c, i),
        lambda w: {"Description": "d", "Family": "postgres16", "Parameters": {"rds.force_ssl": 1}, "Tags": NEW},
        lambda f: f["rds.force_ssl"] == "1",
    ),
    Case(
        "AWS::RDS::OptionGroup",
        lambda w: {
            "EngineName": "sqlserver-se",
            "MajorEngineVersion": "16.00",
            "OptionGroupDescription": "d",
            "Tags": OLD,
        },
        with_tags(
            lambda c, i: (
                c("rds").describe_option_groups(OptionGroupName=i)["OptionGroupsList"][0],
                c("rds").list_tags_for_resource(
                    ResourceName=c("rds").describe_option_groups(OptionGroupName=i)["OptionGroupsList"][0][
                        "OptionGroupArn"
                    ]
                )["TagList"],
            )
        ),
        lambda w: {
            "EngineName": "sqlserver-se",
            "MajorEngineVersion": "16.00",
            "OptionGroupDescription": "d",
            "Tags": NEW,
        },
        new_tag,
    ),
    Case(
        "AWS::SSM::Parameter",
        lambda w: {"Name": "/medapp/dev/x", "Type": "StringList", "Value": ["a", "b"], "Tags": {"Name": "old"}},
        lambda c, i, p: c("ssm").get_parameter(Name=i)["Parameter"],
        lambda w: {"Name": "/medapp/dev/x", "Type": "StringList", "Value": "a,c"},
        lambda f: f["Value"] == "a,c" and f["Type"] == "StringList",
    ),
    Case(
        "AWS::SSM::Document",
        lambda w: {"DocumentType": "Session", "Content": {"schemaVersion": "1.0", "inputs": {}}, "Tags": OLD},
        lambda c, i, p: c("ssm").describe_document(Name=i)["Document"],
        lambda w: {"DocumentType": "Session", "Content": {"schemaVersion": "1.0", "inputs": {"a": 1}}, "Tags": NEW},
        lambda f: f["DefaultVersion"] == "2",
    ),
]


def trail(c: Clients, name: str) -> Any:
    found = next(each for each in c("cloudtrail").describe_trails()["trailList"] if each["Name"] == name)
    selectors = c("cloudtrail").get_event_selectors(TrailName=name)["AdvancedEventSelectors"]
    tagged = c("cloudtrail").list_tags(ResourceIdList=[found["TrailARN"]])["ResourceTagList"][0]["TagsList"]
    return {
        **found,
        "logging": c("cloudtrail").get_trail_status(Name=name)["IsLogging"],
        "selected": [each["FieldSelectors"][0]["Equals"] for each in selectors],
        "Tags": tagged,
    }


def trail_properties(w: World, **more: Any) -> Properties:
    return {
        "S3BucketName": w.bucket,
        "SnsTopicName": w.topic.rsplit(":", 1)[1],
        "KMSKeyId": w.key,
        "IsMultiRegionTrail": "true",
        "EnableLogFileValidation": "true",
        "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}],
        **more,
    }


WATCHING = [
    Case(
        "AWS::CloudTrail::Trail",
        lambda w: trail_properties(w, IsLogging="true", Tags=OLD),
        lambda c, i, p: trail(c, i),
        lambda w: trail_properties(w, IsLogging="false", EnableLogFileValidation="false", Tags=NEW),
        lambda f: not f["logging"] and not f["LogFileValidationEnabled"] and f["KmsKeyId"] and new_tag(f),
    ),
    Case(
        "AWS::Logs::LogGroup",
        lambda w: {"LogGroupName": "/medapp/x", "RetentionInDays": "30", "KmsKeyId": w.key, "Tags": OLD},
        with_tags(
            lambda c, i: (
                (g := c("logs").describe_log_groups(logGroupNamePrefix=i)["logGroups"][0]),
                [
                    {"Key": k, "Value": v}
                    for k, v in c("logs")
                    .list_tags_for_resource(resourceArn=g["arn"].removesuffix(":*"))["tags"]
                    .items()
                ],
            )
        ),
        lambda w: {"LogGroupName": "/medapp/x", "RetentionInDays": "365", "KmsKeyId": w.key, "Tags": NEW},
        lambda f: f["retentionInDays"] == 365 and f["kmsKeyId"] and new_tag(f),
    ),
    Case(
        "AWS::Logs::MetricFilter",
        lambda w: {
            "LogGroupName": w.log_group,
            "FilterPattern": "old",
            "MetricTransformations": [
                {"MetricName": "m", "MetricNamespace": "n", "MetricValue": 1, "DefaultValue": "0"}
            ],
        },
        lambda c, i, p: filters(c, p),
        lambda w: {
            "LogGroupName": w.log_group,
            "FilterPattern": "new",
            "MetricTransformations": [{"MetricName": "m", "MetricNamespace": "n", "MetricValue": "1"}],
        },
        lambda f: [each["filterPattern"] for each in f] == ["new"],
    ),
    Case(
        "AWS::Logs::ResourcePolicy",
        lambda w: {"PolicyName": "p", "PolicyDocument": json.dumps(READ)},
        lambda c, i, p: log_policy(c, i),
        lambda w: {"PolicyName": "p", "PolicyDocument": json.dumps(LIST)},
        lambda f: "ListBucket" in f["policyDocument"],
    ),
    Case(
        "AWS::CloudWatch::Alarm",
        lambda w: alarm_properties(w, "80"),
        lambda c, i, p: alarm(c, i, "MetricAlarms"),
        lambda w: alarm_properties(w, "90"),
        lambda f: f["Threshold"] == 90.0 and f["EvaluationPeriods"] == 2 and new_tag(f),
    ),
    Case(
        "AWS::CloudWatch::CompositeAlarm",
        lambda w: {"AlarmRule": "ALARM(a)", "ActionsEnabled": "true", "Tags": OLD},
        lambda c, i, p: alarm(c, i, "CompositeAlarms"),
        lambda w: {"AlarmRule": "ALARM(b)", "ActionsEnabled": "true", "Tags": NEW},
        lambda f: f["AlarmRule"] == "ALARM(b)" and new_tag(f),
    ),
    Case(
        "AWS::CloudWatch::Dashboard",
        lambda w: {"DashboardName": "d", "DashboardBody": {"widgets": []}},
        lambda c, i, p: c("cloudwatch").get_dashboard(DashboardName=i)["DashboardBody"],
        lambda w: {"DashboardName": "d", "DashboardBody": '{"widgets": ["new"]}'},
        lambda f: "new" in f,
    ),
    Case(
        "AWS::SNS::Topic",
        lambda w: {
            "DisplayName": "old",
            "KmsMasterKeyId": w.key,
            "Subscription": [{"Protocol": "email", "Endpoint": "a@example.com"}],
            "Tags": OLD,
        },
        lambda c, i, p: {
            **c("sns").get_topic_attributes(TopicArn=i)["Attributes"],
            "ends": [s["Endpoint"] for s in c("sns").list_subscriptions_by_topic(TopicArn=i)["Subscriptions"]],
            "Tags": c("sns").list_tags_for_resource(ResourceArn=i)["Tags"],
        },
        lambda w: {
            "DisplayName": "new",
            "KmsMasterKeyId": w.key,
            "Subscription": [{"Protocol": "email", "Endpoint": "b@example.com"}],
            "Tags": NEW,
        },
        lambda f: f["DisplayName"] == "new" and f["ends"] == ["b@example.com"] and new_tag(f),
    ),
    Case(
        "AWS::SNS::TopicPolicy",
        lambda w: {"Topics": [w.topic], "PolicyDocument": READ},
        lambda c, i, p: (
            p["Topics"][0] in {t["TopicArn"] for t in c("sns").list_topics()["Topics"]}
            and "s3:" in c("sns").get_topic_attributes(TopicArn=p["Topics"][0])["Attributes"]["Policy"]
        ),
        lambda w: {"Topics": [w.topic], "PolicyDocument": LIST},
    ),
    Case(
        "AWS::SNS::Subscription",
        lambda w: {"TopicArn": w.topic, "Protocol": "email", "Endpoint": "a@example.com"},
        lambda c, i, p: subscription(c, i),
        lambda w: {
            "TopicArn": w.topic,
            "Protocol": "email",
            "Endpoint": "a@example.com",
            "FilterPolicy": {"kind": ["alarm"]},
        },
        lambda f: json.loads(f["FilterPolicy"]) == {"kind": ["alarm"]},
    ),
    Case(
        "AWS::Events::Rule",
        lambda w: {
            "EventPattern": {"source": ["aws.guardduty"]},
            "Targets": [{"Id": "old", "Arn": w.topic}],
            "Tags": OLD,
        },
        lambda c, i, p: {
            **(rule := c("events").describe_rule(Name=i)),
            "ids": [t["Id"] for t in c("events").list_targets_by_rule(Rule=i)["Targets"]],
            "Tags": c("events").list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"],
        },
        lambda w: {
            "EventPattern": {"source": ["aws.health"]},
            "Targets": [{"Id": "new", "Arn": w.topic}],
            "Tags": NEW,
        },
        lambda f: "aws.health" in f["EventPattern"] and f["ids"] == ["new"] and new_tag(f),
    ),
]

CASES = [*NETWORK, *FLEETS, *ACCESS, *DATA, *WATCHING]
