"""What is left of a whole account's resources when they are deleted in reverse order: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cfngen.local.clients import Clients

from .cases import CASES
from .worlds import World

# What each service lists, and the key of an item; a state that counts as gone, where deleted things stay listed.
LISTS: dict[str, tuple[str, Callable[[Any], list[Any]], str]] = {
    "vpc": ("ec2", lambda c: c.describe_vpcs()["Vpcs"], "VpcId"),
    "subnet": ("ec2", lambda c: c.describe_subnets()["Subnets"], "SubnetId"),
    "gateway": ("ec2", lambda c: c.describe_internet_gateways()["InternetGateways"], "InternetGatewayId"),
    "table": ("ec2", lambda c: c.describe_route_tables()["RouteTables"], "RouteTableId"),
    "address": ("ec2", lambda c: c.describe_addresses()["Addresses"], "PublicIp"),
    "nat": ("ec2", lambda c: c.describe_nat_gateways()["NatGateways"], "NatGatewayId"),
    "interface": ("ec2", lambda c: c.describe_network_interfaces()["NetworkInterfaces"], "NetworkInterfaceId"),
    "acl": ("ec2", lambda c: c.describe_network_acls()["NetworkAcls"], "NetworkAclId"),
    "group": ("ec2", lambda c: c.describe_security_groups()["SecurityGroups"], "GroupId"),
    "endpoint": ("ec2", lambda c: c.describe_vpc_endpoints()["VpcEndpoints"], "VpcEndpointId"),
    "flow log": ("ec2", lambda c: c.describe_flow_logs()["FlowLogs"], "FlowLogId"),
    "template": ("ec2", lambda c: c.describe_launch_templates()["LaunchTemplates"], "LaunchTemplateId"),
    "dhcp": ("ec2", lambda c: c.describe_dhcp_options()["DhcpOptions"], "DhcpOptionsId"),
    "volume": ("ec2", lambda c: c.describe_volumes()["Volumes"], "VolumeId"),
    "instance": (
        "ec2",
        lambda c: [i for r in c.describe_instances()["Reservations"] for i in r["Instances"]],
        "InstanceId",
    ),
    "classic": ("elb", lambda c: c.describe_load_balancers()["LoadBalancerDescriptions"], "LoadBalancerName"),
    "balancer": ("elbv2", lambda c: c.describe_load_balancers()["LoadBalancers"], "LoadBalancerArn"),
    "targets": ("elbv2", lambda c: c.describe_target_groups()["TargetGroups"], "TargetGroupArn"),
    "fleet": ("autoscaling", lambda c: c.describe_auto_scaling_groups()["AutoScalingGroups"], "AutoScalingGroupName"),
    "scaling": ("autoscaling", lambda c: c.describe_policies()["ScalingPolicies"], "PolicyARN"),
    "role": ("iam", lambda c: c.list_roles()["Roles"], "RoleName"),
    "profile": ("iam", lambda c: c.list_instance_profiles()["InstanceProfiles"], "InstanceProfileName"),
    "policy": ("iam", lambda c: c.list_policies(Scope="Local")["Policies"], "Arn"),
    "user group": ("iam", lambda c: c.list_groups()["Groups"], "GroupName"),
    "user": ("iam", lambda c: c.list_users()["Users"], "UserName"),
    "alias": ("kms", lambda c: c.list_aliases()["Aliases"], "AliasName"),
    "log group": ("logs", lambda c: c.describe_log_groups()["logGroups"], "logGroupName"),
    "filter": ("logs", lambda c: c.describe_metric_filters()["metricFilters"], "filterName"),
    "bucket": ("s3", lambda c: c.list_buckets()["Buckets"], "Name"),
    "database": ("rds", lambda c: c.describe_db_instances()["DBInstances"], "DBInstanceIdentifier"),
    "snapshot": ("rds", lambda c: c.describe_db_snapshots()["DBSnapshots"], "DBSnapshotIdentifier"),
    "subnet group": ("rds", lambda c: c.describe_db_subnet_groups()["DBSubnetGroups"], "DBSubnetGroupName"),
    "parameters": ("rds", lambda c: c.describe_db_parameter_groups()["DBParameterGroups"], "DBParameterGroupName"),
    "options": ("rds", lambda c: c.describe_option_groups()["OptionGroupsList"], "OptionGroupName"),
    "parameter": ("ssm", lambda c: c.describe_parameters()["Parameters"], "Name"),
    "document": (
        "ssm",
        lambda c: c.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"],
        "Name",
    ),
    "alarm": ("cloudwatch", lambda c: c.describe_alarms()["MetricAlarms"], "AlarmName"),
    "dashboard": ("cloudwatch", lambda c: c.list_dashboards()["DashboardEntries"], "DashboardName"),
    "topic": ("sns", lambda c: c.list_topics()["Topics"], "TopicArn"),
    "subscription": ("sns", lambda c: c.list_subscriptions()["Subscriptions"], "SubscriptionArn"),
    "secret": ("secretsmanager", lambda c: c.list_secrets()["SecretList"], "ARN"),
    "certificate": ("acm", lambda c: c.list_certificates()["CertificateSummaryList"], "CertificateArn"),
    "rule": ("events", lambda c: c.list_rules()["Rules"], "Name"),
    "function": ("lambda", lambda c: c.list_functions()["Functions"], "FunctionName"),
}
GONE = ("deleted", "terminated")


def inventory(clients: Clients) -> dict[str, set[str]]:
    def there(item: Any) -> bool:
        state = item.get("State", "")
        if str(item.get("DBParameterGroupName", "")).startswith("default."):
            return False  # RDS makes these when it first needs them, and keeps them
        return (state.get("Name") if isinstance(state, dict) else state) not in GONE

    return {
        name: {item[key] for item in list_all(clients(service)) if there(item)}
        for name, (service, list_all, key) in LISTS.items()
    }


def test_deleting_everything_leaves_nothing_behind(world: World) -> None:
    before = inventory(world.clients)
    for case in CASES:
        world.make(case.type_name, case.make(world))
    full = inventory(world.clients)
    assert [name for name in LISTS if not full[name] - before[name]] == []
    world.delete_everything()
    after = inventory(world.clients)
    assert {name: after[name] - before[name] for name in LISTS if after[name] - before[name]} == {}
