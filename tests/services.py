"""Each service that the reference architecture names, and how to ask it whether it is there.

A new one is a row: where to ask, and what must not be empty. `bundle` says from when on it is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cfngen.catalog import NAMES

EDGE, GEOGRAPHY, HOME = "edge", "geography", "home"
"""Where to ask: the edge account in us-east-1, the eu's active region, the eu's home region."""


class Service(NamedTuple):
    """A service by its name in the reference, and the question."""

    name: str
    client: str
    ask: Callable[[Any], Any]
    where: str = GEOGRAPHY
    bundle: str = "foundation"


def _own(rows: list[dict[str, Any]], key: str) -> list[str]:
    return [row[key] for row in rows if "medapp" in str(row[key])]


def _firewalls(scope: str) -> Callable[[Any], Any]:
    return lambda client: client.list_web_acls(Scope=scope)["WebACLs"]


SERVICES = (
    Service("WAF", "wafv2", _firewalls("REGIONAL"), bundle="service"),
    Service("WAF at the edge", "wafv2", _firewalls("CLOUDFRONT"), EDGE, "edge"),
    Service("CloudTrail", "cloudtrail", lambda c: c.describe_trails()["trailList"], HOME, "account"),
    Service("Cognito", "cognito-idp", lambda c: c.list_user_pools(MaxResults=10)["UserPools"]),
    Service("Cognito identities", "cognito-identity", lambda c: c.list_identity_pools(MaxResults=10)["IdentityPools"]),
    Service("Route 53", "route53", lambda c: c.list_hosted_zones()["HostedZones"], HOME, "zone"),
    Service("Route 53 in public", "route53", lambda c: c.list_hosted_zones()["HostedZones"], EDGE, "domain"),
    Service("CloudFront", "cloudfront", lambda c: c.list_distributions()["DistributionList"]["Items"], EDGE, "edge"),
    Service("CloudWatch", "cloudwatch", lambda c: c.describe_alarms()["MetricAlarms"], bundle="service"),
    Service("CloudWatch Logs", "logs", lambda c: c.describe_log_groups()["logGroups"]),
    Service("IAM", "iam", lambda c: _own(c.list_groups()["Groups"] + c.list_roles()["Roles"], "Arn"), HOME, "account"),
    Service("S3", "s3", lambda c: _own(c.list_buckets()["Buckets"], "Name")),
    Service(
        "Classic Load Balancer",
        "elb",
        lambda c: c.describe_load_balancers()["LoadBalancerDescriptions"],
        bundle="service",
    ),
    Service("VPC", "ec2", lambda c: [vpc for vpc in c.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]),
    Service("EC2", "ec2", lambda c: c.describe_launch_templates()["LaunchTemplates"], bundle="service"),
    Service("NAT Gateway", "ec2", lambda c: c.describe_nat_gateways()["NatGateways"]),
    Service(
        "Auto Scaling", "autoscaling", lambda c: c.describe_auto_scaling_groups()["AutoScalingGroups"], bundle="service"
    ),
    Service(
        "Application Load Balancer", "elbv2", lambda c: c.describe_load_balancers()["LoadBalancers"], bundle="service"
    ),
    Service("RDS", "rds", lambda c: c.describe_db_instances()["DBInstances"]),
    Service(
        "Availability Zones", "rds", lambda c: [db for db in c.describe_db_instances()["DBInstances"] if db["MultiAZ"]]
    ),
    Service("VPC Flow Logs", "ec2", lambda c: c.describe_flow_logs()["FlowLogs"]),
    Service(
        "Config", "config", lambda c: c.describe_configuration_recorders()["ConfigurationRecorders"], bundle="detection"
    ),
    Service("GuardDuty", "guardduty", lambda c: c.list_detectors()["DetectorIds"], bundle="detection"),
    Service(
        "Inspector",
        "inspector2",
        # moto wants the account spelled out, which AWS takes from the caller
        lambda c: [
            each
            for each in c.batch_get_account_status(accountIds=["333333333333"])["accounts"]
            if each["state"]["status"] == "ENABLED"
        ],
        bundle="detection",
    ),
    Service("KMS", "kms", lambda c: [a for a in c.list_aliases()["Aliases"] if "medapp" in a["AliasName"]]),
    Service("AWS Backup", "backup", lambda c: c.list_backup_plans()["BackupPlansList"]),
    Service("CodeDeploy", "codedeploy", lambda c: c.list_applications()["applications"], bundle="service"),
    Service("Systems Manager", "ssm", lambda c: c.list_associations()["Associations"], bundle="service"),
)

EXPECTED = tuple(service for service in SERVICES if service.bundle in NAMES)
