"""What StackSets may do in a target account for the service bundle: firewalls, alarms, topics, releases, patching.

A neighbour of `permissions`, held against AWS's resource schemas by the same test.
"""

from __future__ import annotations

from awacs.aws import Action, Allow, Statement, StringEquals
from troposphere import Sub

from .permissions import ANYTHING, ENVIRONMENT, MADE_BY_STACKS, OWN, PROJECT, allow

PASSED_TO = ("codedeploy.amazonaws.com", "ssm.amazonaws.com")


def service() -> list[Statement]:
    """Return what it takes to make what watches over the fleets and what operates them."""
    return [
        allow(
            "Firewalls",
            "wafv2:AssociateWebACL CreateWebACL DeleteLoggingConfiguration DeleteWebACL DisassociateWebACL "
            "GetLoggingConfiguration GetWebACL GetWebACLForResource ListTagsForResource "
            "PutLoggingConfiguration TagResource UntagResource UpdateWebACL",
            ANYTHING,
        ),
        allow("AttachesFirewalls", "elasticloadbalancing:GetLoadBalancerWebACL", ANYTHING),
        allow(
            "Watching",
            "cloudwatch:DeleteAlarms DeleteDashboards DescribeAlarms GetDashboard ListTagsForResource "
            "PutCompositeAlarm PutDashboard PutMetricAlarm TagResource UntagResource",
            ANYTHING,
        ),
        allow(
            "Topics",
            "sns:CreateTopic DeleteTopic GetDataProtectionPolicy GetSubscriptionAttributes GetTopicAttributes "
            "ListSubscriptionsByTopic ListTagsForResource SetSubscriptionAttributes SetTopicAttributes Subscribe "
            "TagResource Unsubscribe UntagResource",
            OWN % ("sns", "*"),
        ),
        *_operations(),
    ]


def _operations() -> list[Statement]:
    return [
        allow(
            "Releases",
            "codedeploy:CreateApplication CreateDeploymentGroup DeleteApplication DeleteDeploymentGroup "
            "GetApplication GetDeployment GetDeploymentConfig GetDeploymentGroup ListDeployments ListTagsForResource "
            "TagResource UntagResource UpdateDeploymentGroup",
            ANYTHING,
        ),
        allow(
            "Documents",
            "ssm:CreateDocument DeleteDocument DescribeDocument GetDocument UpdateDocument "
            "UpdateDocumentDefaultVersion",
            OWN % ("ssm", "document/*"),
        ),
        allow(
            "Patching",
            "ssm:AddTagsToResource CreateAssociation CreateMaintenanceWindow CreatePatchBaseline DeleteAssociation "
            "DeleteMaintenanceWindow DeletePatchBaseline DeregisterPatchBaselineForPatchGroup "
            "DeregisterTaskFromMaintenanceWindow DescribeAssociation GetDefaultPatchBaseline GetMaintenanceWindow "
            "GetMaintenanceWindowTask GetPatchBaseline ListTagsForResource RegisterPatchBaselineForPatchGroup "
            "RegisterTaskWithMaintenanceWindow RemoveTagsFromResource UpdateAssociation UpdateMaintenanceWindow "
            "UpdateMaintenanceWindowTask UpdatePatchBaseline",
            ANYTHING,
        ),
        allow(
            "LoginSecret",
            "secretsmanager:CreateSecret DeleteSecret DescribeSecret TagResource UntagResource UpdateSecret",
            OWN % ("secretsmanager", "secret:*AppDatabaseSecret-*"),
        ),
        allow(
            "HandsRolesOfService",
            "iam:PassRole",
            MADE_BY_STACKS[0],
            when=StringEquals({"iam:PassedToService": list(PASSED_TO)}),
        ),
        allow("Passwords", "secretsmanager:GetRandomPassword", ANYTHING),
    ]


EDGE_REGION = "us-east-1"
"""Where CloudFront's things are, and the secret with them."""
ORIGIN_SECRET = f"secret:{PROJECT}-{ENVIRONMENT}-origin-*"
CLOUDFRONT = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:*"
HEALTH_CHECKS = "arn:${AWS::Partition}:route53:::healthcheck/*"
QUERY_LOGS = ("arn:${AWS::Partition}:route53:::hostedzone/*", "arn:${AWS::Partition}:route53:::queryloggingconfig/*")


def edge() -> list[Statement]:
    """Return what it takes to make query logs, the origin secret and the distribution with what belongs to it."""
    return [
        allow("HealthChecks", "route53:ChangeTagsForResource ListTagsForResource *HealthCheck", HEALTH_CHECKS),
        allow("MakesHealthChecks", "route53:CreateHealthCheck", ANYTHING),
        allow("QueryLogs", "route53:*QueryLoggingConfig", *QUERY_LOGS),
        allow(
            "Distributions",
            "cloudfront:Create* Delete* Describe* Get* List* Publish* *Resource Update*",  # log delivery's too
            CLOUDFRONT,
        ),
        allow(
            "DeliversLogs", "logs:*Delivery* ListTagsForResource TagResource UntagResource", OWN % ("logs", "delivery*")
        ),
        allow("LooksForDeliveries", "logs:DescribeDeliver*", ANYTHING),
        allow(
            "OriginSecret",
            "secretsmanager:*ResourcePolicy CreateSecret DeleteSecret DescribeSecret TagResource UntagResource "
            "UpdateSecret",
            OWN % ("secretsmanager", ORIGIN_SECRET),
        ),
        _origin_secret_value(),
    ]


def _origin_secret_value() -> Statement:
    """Let CloudFormation look up what the distribution sends; a star for the region would fit other secrets too."""
    arn = "arn:${AWS::Partition}:secretsmanager:${Edge}:${AWS::AccountId}:" + ORIGIN_SECRET
    return Statement(
        Sid="OriginSecretValue",
        Effect=Allow,
        Action=[Action("secretsmanager", "GetSecretValue")],
        Resource=[Sub(arn, Edge=EDGE_REGION)],
    )
