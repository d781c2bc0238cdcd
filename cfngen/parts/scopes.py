"""Where StackSets may do what: by service, on which resources, and under which condition.

A service whose resources AWS names, or that cannot be told apart by name, has `*`. A service that is new to the
templates needs a scope here: a test says which.
"""

from __future__ import annotations

from dataclasses import dataclass

from awacs.aws import Bool, ConditionElement, StringEquals, StringLike

from .. import names

PROJECT, ENVIRONMENT = "${Project}", "${Environment}"
OWN = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
GLOBAL = "arn:${AWS::Partition}:iam::${AWS::AccountId}:%s"
ANYTHING = "*"

STACKS = OWN % ("cloudformation", f"stack/{names.instance_stack(PROJECT, ENVIRONMENT, '*')}/*")
TEMPLATES = "arn:${AWS::Partition}:s3:::" + names.template_bucket(PROJECT, ENVIRONMENT, "${AdminAccount}", "*") + "/*"
PARAMETERS = OWN % ("ssm", f"parameter/{PROJECT}/{ENVIRONMENT}/*")
IMAGES = "arn:${AWS::Partition}:ssm:*::parameter/aws/service/*"
MADE = "StackSet-*"
ROLES, POLICIES, PROFILES = (GLOBAL % f"{kind}/{MADE}" for kind in ("role", "policy", "instance-profile"))
PEOPLE = {kind: GLOBAL % f"{kind}/people/{PROJECT}-{ENVIRONMENT}-*" for kind in ("role", "user")}
"""Named, because people know them by name; the name keeps two environments apart."""
PEOPLES_POLICIES = (
    GLOBAL % f"policy/people/{MADE}",
    GLOBAL % f"policy/people/{PROJECT}-{ENVIRONMENT}-boundary",
)
LINKED_ROLES = GLOBAL % "role/aws-service-role/*"
CONFIG_ROLE = GLOBAL % "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
BOOTSTRAP_ROLES = (GLOBAL % f"role/{PROJECT}-{ENVIRONMENT}-stackset-*", GLOBAL % f"role/{PROJECT}-{ENVIRONMENT}-reader")

PASSED_TO = "backup cloudtrail codedeploy cognito-identity ec2 lambda monitoring.rds s3 ssm vpc-flow-logs"
"""Services that the roles of stacks are for."""

LINKED_SERVICES = (
    "access-analyzer agentless.inspector2 autoscaling backup config delivery.logs elasticloadbalancing "
    "email.cognito-idp guardduty inspector2 malware-protection.guardduty rds restore-testing.backup securityhub ssm "
    "wafv2"
)
"""Services that make a role for themselves when a layer first uses them."""

EDGE_REGION = "us-east-1"
"""Where CloudFront's things are, `${Edge}` in a scope: a star would fit other secrets too."""
ORIGIN_SECRET = f"secret:{PROJECT}-{ENVIRONMENT}-origin-*"
"""The secret header between CloudFront and the origins, by the beginning of its name."""

KEY_USERS = "backup rds secretsmanager"
"""Services that encrypt in the role's name what it makes."""


def principals(services: str, region: str = "") -> list[str]:
    """Return services as IAM calls them."""
    return [f"{service}.{region}amazonaws.com" for service in services.split()]


@dataclass(frozen=True)
class Scope:
    """Some actions, and where they are allowed."""

    sid: str
    policy: str
    """Which of the execution role's policies it is part of: each may hold 6,144 characters."""
    actions: str
    """Patterns of actions that are needed: `service:Pattern Pattern …`."""
    resources: tuple[str, ...] = (ANYTHING,)
    but: str = ""
    """Patterns of those that are not meant."""
    also: str = ""
    """Actions that no schema lists: what CloudFormation itself does, or what a custom resource asks for."""
    when: ConditionElement | None = None


_KEYS = (OWN % ("kms", "key/*"),)
_LENDING = "kms:CreateGrant RetireGrant"
_ENCRYPTING = "kms:Decrypt Encrypt GenerateDataKey* ReEncrypt*"
_MAKING = "kms:CreateKey List*"
_LOG_GROUPS = (
    "logs:*LogGroup *KmsKey *RetentionPolicy *MetricFilter* ListTags* TagResource UntagResource *DataProtection*"
)
_DELIVERIES = (
    "logs:CreateDelivery DeleteDelivery* GetDelivery* PutDelivery* UpdateDelivery* ListTags* TagResource UntagResource"
)
_LINKED = "iam:*ServiceLinkedRole*"
_REQUESTING = "RequestCertificate List*Certificates"
_ZONES = "Create*Check CreateHostedZone GetChange ListHostedZones* ListHealthChecks ListQuery*"
_MAKES_DISTRIBUTIONS = "cloudfront:Create*"  # of which AWS asks on no resource: it has no id before

SCOPES = (
    Scope(
        "Stacks",
        "Stacks",
        "cloudformation:*",
        (STACKS,),
        also="cloudformation:CancelUpdateStack ContinueUpdateRollback CreateStack DeleteStack DescribeStack* "
        "DetectStackDrift DetectStackResourceDrift GetStackPolicy GetTemplate ListStackResources RollbackStack "
        "SetStackPolicy TagResource UntagResource UpdateStack UpdateTerminationProtection",
    ),
    Scope(
        "Looks",
        "Stacks",
        "",
        also="cloudformation:DescribeStackDriftDetectionStatus DescribeStacks GetTemplateSummary ListStacks "
        "ValidateTemplate ssm:DescribeParameters",
    ),
    Scope("Templates", "Stacks", "s3:GetObject*", (TEMPLATES,), also="s3:GetObject GetObjectVersion"),
    Scope(
        "Parameters",
        "Stacks",
        "ssm:*Parameter *Parameters AddTagsToResource ListTagsForResource RemoveTagsFromResource",
        (PARAMETERS,),
        also="ssm:GetParameter GetParameters",
    ),
    Scope("Images", "Stacks", "", (IMAGES,), also="ssm:GetParameter GetParameters"),
    Scope(
        "Roles",
        "Identity",
        "iam:*Role *RolePolic* *RolePermissionsBoundary *RoleTags *AssumeRolePolicy *RoleDescription *InstanceProfile*",
        (ROLES, PROFILES, PEOPLE["role"]),
        but=f"iam:PassRole {_LINKED} *GroupPolicy *UserPolicy",
    ),
    Scope(
        "Policies",
        "Identity",
        "iam:*Policy *PolicyVersion* *EntitiesForPolicy *PolicyTags",
        (POLICIES, *PEOPLES_POLICIES),
        but="iam:*RolePolicy *GroupPolicy *UserPolicy",
    ),
    Scope("Groups", "Identity", "iam:*Group *Group?olic*  *ToGroup *FromGroup", (GLOBAL % f"group/people/{MADE}",)),
    Scope(
        "Users",
        "Identity",
        "iam:*User *User?olic* *UserTags *GroupsForUser *LoginProfile *AccessKey*",
        (PEOPLE["user"],),
    ),
    Scope(
        "HandsRoles",
        "Identity",
        "iam:PassRole",
        (ROLES,),
        when=StringEquals({"iam:PassedToService": principals(PASSED_TO)}),
    ),
    Scope(
        "HandsConfigItsRole",
        "Identity",
        "iam:PassRole",
        (CONFIG_ROLE,),
        when=StringEquals({"iam:PassedToService": "config.amazonaws.com"}),
    ),
    Scope(
        "LinkedRoles",
        "Identity",
        "iam:CreateServiceLinkedRole",
        (LINKED_ROLES,),
        when=StringEquals({"iam:AWSServiceName": principals(LINKED_SERVICES)}),
    ),
    Scope("LinkedRolesLeave", "Identity", f"{_LINKED} GetRole UpdateRole", (LINKED_ROLES,), but="iam:Create*"),
    Scope("Network", "Network", "ec2:*"),
    Scope("Fleets", "Network", "autoscaling:*"),
    Scope("Balancers", "Network", "elasticloadbalancing:*"),
    Scope("Buckets", "Data", "s3:*", ("arn:${AWS::Partition}:s3:::*",), but="s3:GetObject*"),
    Scope(
        "Keys",
        "Data",
        "kms:*",
        (*_KEYS, OWN % ("kms", "alias/*")),
        but=f"{_LENDING} Connect* {_ENCRYPTING} {_MAKING}",
    ),
    Scope("MakesKeys", "Data", _MAKING),
    Scope("LendsKeys", "Data", _LENDING, _KEYS, when=Bool({"kms:GrantIsForAWSResource": True})),
    Scope(
        "EncryptsForServices",
        "Data",
        _ENCRYPTING,
        _KEYS,
        also="kms:RetireGrant",
        when=StringLike({"kms:ViaService": principals(KEY_USERS, "*.")}),
    ),
    Scope("Logs", "Data", _LOG_GROUPS, (OWN % ("logs", "log-group:*"),)),
    Scope("Deliveries", "Data", _DELIVERIES, (OWN % ("logs", "delivery*"),)),
    Scope("LogDelivery", "Data", "logs:*", but=f"{_LOG_GROUPS} {_DELIVERIES}"),
    Scope("Databases", "Data", "rds:*"),
    Scope(
        "Secrets",
        "Data",
        "secretsmanager:*",
        tuple(OWN % ("secretsmanager", name) for name in ("secret:rds!*", "secret:*Secret-*", ORIGIN_SECRET)),
        but="secretsmanager:GetRandomPassword",
        also="secretsmanager:RotateSecret",
    ),
    Scope("Passwords", "Data", "secretsmanager:GetRandomPassword"),
    Scope(
        "Trails", "Account", "cloudtrail:*", (OWN % ("cloudtrail", f"trail/{MADE}"),), but="cloudtrail:DescribeTrails"
    ),
    Scope("SeesTrails", "Account", "cloudtrail:DescribeTrails"),
    Scope("Functions", "Account", "lambda:*", (OWN % ("lambda", f"function:{MADE}"),), also="lambda:InvokeFunction"),
    Scope("Detects", "Account", "access-analyzer:* config:* guardduty:* securityhub:*"),
    Scope("Protects", "Protection", "backup:* backup-storage:* cognito-identity:* cognito-idp:*"),
    Scope("Watches", "Service", "cloudwatch:*"),
    Scope("Firewalls", "Service", "wafv2:*"),
    Scope("Topics", "Service", "sns:*", (OWN % ("sns", "*"),)),
    Scope("Releases", "Service", "codedeploy:*"),
    Scope("Documents", "Service", "ssm:*Document*", (OWN % ("ssm", "document/*"),)),
    Scope("Patches", "Service", "ssm:*", but="ssm:*Document* *Parameter *Parameters"),
    Scope("Certificates", "Edge", "acm:*", (OWN % ("acm", "certificate/*"),), but=f"acm:{_REQUESTING}"),
    Scope("RequestsCertificates", "Edge", f"acm:{_REQUESTING}"),
    Scope("MakesDistributions", "Edge", _MAKES_DISTRIBUTIONS),
    Scope(
        "Distributions",
        "Edge",
        "cloudfront:*",
        ("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:*",),
        but=_MAKES_DISTRIBUTIONS,
        also="cloudfront:AllowVendedLogDeliveryForResource",  # asked of whoever makes the source of its access log
    ),
    Scope("Zones", "Edge", "route53:*", ("arn:${AWS::Partition}:route53:::*",), but=f"route53:{_ZONES}"),
    Scope("MakesZones", "Edge", f"route53:{_ZONES}"),
    Scope(
        "OriginSecret",
        "Edge",
        "",
        (f"arn:${{AWS::Partition}}:secretsmanager:${{Edge}}:${{AWS::AccountId}}:{ORIGIN_SECRET}",),
        also="secretsmanager:GetSecretValue",  # the distribution's template refers to its value
    ),
)
