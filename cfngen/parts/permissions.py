"""What StackSets may do in a target account, service by service: what the templates' resource types need.

Nothing reads what patients own: buckets, not objects; secrets, not their values; log groups, not events.
Which actions a type needs is in AWS's resource schemas, and a test holds this list against them.
"""

from __future__ import annotations

from awacs.aws import Action, Allow, Bool, Condition, ConditionElement, Deny, Statement, StringEquals, StringLike
from troposphere import Sub

from .. import names

PROJECT, ENVIRONMENT = "${Project}", "${Environment}"
OWN = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
GLOBAL = "arn:${AWS::Partition}:iam::${AWS::AccountId}:%s"
ANYTHING = "*"

STACKS = OWN % ("cloudformation", f"stack/{names.instance_stack(PROJECT, ENVIRONMENT, '*')}/*")
TEMPLATES = "arn:${AWS::Partition}:s3:::" + names.template_bucket(PROJECT, ENVIRONMENT, "${AdminAccount}", "*") + "/*"
PARAMETERS = OWN % ("ssm", f"parameter/{PROJECT}/{ENVIRONMENT}/*")
IMAGES = "arn:${AWS::Partition}:ssm:*::parameter/aws/service/*"
MADE_BY_STACKS = tuple(GLOBAL % f"{kind}/StackSet-*" for kind in ("role", "policy", "instance-profile"))
BOOTSTRAP_ROLES = (GLOBAL % f"role/{PROJECT}-{ENVIRONMENT}-stackset-*", GLOBAL % f"role/{PROJECT}-{ENVIRONMENT}-reader")

PASSED_TO = ("ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com", "monitoring.rds.amazonaws.com")
LINKED_SERVICES = (
    *("autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"),
    *("ssm.amazonaws.com", "wafv2.amazonaws.com"),
)


def stacks() -> list[Statement]:
    """Return what it takes to make stacks, their parameters and their roles, and to leave the bootstrap alone."""
    return [
        allow(
            "Stacks",
            "cloudformation:CancelUpdateStack ContinueUpdateRollback CreateStack DeleteStack DescribeStack* "
            "DetectStackDrift DetectStackResourceDrift GetStackPolicy GetTemplate ListStackResources RollbackStack "
            "SetStackPolicy TagResource UntagResource UpdateStack UpdateTerminationProtection",
            STACKS,
        ),
        allow("Looks", "cloudformation:DescribeStacks GetTemplateSummary ListStacks ValidateTemplate", ANYTHING),
        allow("Templates", "s3:GetObject GetObjectVersion", TEMPLATES),
        allow(
            "Parameters",
            "ssm:AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter "
            "RemoveTagsFromResource",
            PARAMETERS,
        ),
        allow("Images", "ssm:GetParameter GetParameters", IMAGES),
        allow("FindsParameters", "ssm:DescribeParameters", ANYTHING),
        *_identity(),
    ]


def _identity() -> list[Statement]:
    return [
        allow(
            "Roles",
            "iam:AddRoleToInstanceProfile AttachRolePolicy CreateInstanceProfile CreatePolicy CreatePolicyVersion "
            "CreateRole DeleteInstanceProfile DeletePolicy DeletePolicyVersion DeleteRole "
            "DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetInstanceProfile GetPolicy "
            "GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListEntitiesForPolicy "
            "ListInstanceProfileTags ListInstanceProfilesForRole ListPolicyTags ListPolicyVersions "
            "ListRolePolicies ListRoleTags PutRolePermissionsBoundary PutRolePolicy RemoveRoleFromInstanceProfile "
            "TagInstanceProfile TagPolicy TagRole UntagInstanceProfile UntagPolicy UntagRole "
            "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
            *MADE_BY_STACKS,
        ),
        allow(
            "HandsRoles",
            "iam:PassRole",
            MADE_BY_STACKS[0],
            when=StringEquals({"iam:PassedToService": list(PASSED_TO)}),
        ),
        allow(
            "LinkedRoles",
            "iam:CreateServiceLinkedRole",
            GLOBAL % "role/aws-service-role/*",
            when=StringEquals({"iam:AWSServiceName": list(LINKED_SERVICES)}),
        ),
        Statement(
            Sid="LeavesBootstrapAlone",
            Effect=Deny,
            Action=[Action("iam", "*")],
            Resource=[Sub(arn) for arn in BOOTSTRAP_ROLES],
        ),
    ]


def network() -> list[Statement]:
    """Return what it takes to make networks, balancers and fleets."""
    return [
        allow(
            "Network",
            "ec2:AllocateAddress AssociateAddress AssociateDhcpOptions AssociateNatGatewayAddress "
            "AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroup* CreateDhcpOptions CreateFlowLogs "
            "CreateInternetGateway CreateNatGateway CreateNetworkAcl* CreateRoute CreateRouteTable "
            "CreateSecurityGroup CreateSubnet CreateTags CreateVpc CreateVpcEndpoint DeleteDhcpOptions "
            "DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteNetworkAcl* DeleteRoute DeleteRouteTable "
            "DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DetachInternetGateway "
            "DisassociateAddress DisassociateNatGatewayAddress DisassociateRouteTable ModifySecurityGroupRules "
            "ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ModifyVpcTenancy ReleaseAddress "
            "ReplaceNetworkAcl* ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroup* "
            "UpdateSecurityGroupRuleDescriptions*",
            ANYTHING,
        ),
        allow(
            "Instances",
            "ec2:CreateLaunchTemplate CreateLaunchTemplateVersion DeleteLaunchTemplate DeleteLaunchTemplateVersions "
            "ModifyLaunchTemplate RunInstances",
            ANYTHING,
        ),
        allow("LooksAtNetwork", "ec2:Describe* GetManagedPrefixListEntries", ANYTHING),
        allow(
            "Fleets",
            "autoscaling:Attach* CancelInstanceRefresh Create* DeleteAutoScalingGroup DeleteLifecycleHook "
            "DeleteNotificationConfiguration DeletePolicy DeleteTags Describe* Detach* Disable* Enable* "
            "PutLifecycleHook PutNotificationConfiguration PutScalingPolicy ResumeProcesses SetDesiredCapacity "
            "StartInstanceRefresh SuspendProcesses TerminateInstanceInAutoScalingGroup UpdateAutoScalingGroup",
            ANYTHING,
        ),
        allow(
            "Balancers",
            "elasticloadbalancing:AddTags Apply* Attach* Configure* Create* Delete* Deregister* Describe* Detach* "
            "Disable* Enable* Modify* Register* RemoveTags Set*",
            ANYTHING,
        ),
        allow("Alarms", "cloudwatch:DeleteAlarms DescribeAlarms GetMetricData PutMetricAlarm", ANYTHING),
    ]


def data() -> list[Statement]:
    """Return what it takes to make buckets, keys, logs and databases, without reading what is in them."""
    return [
        allow(
            "Buckets",
            "s3:CreateBucket DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration "
            "GetAnalyticsConfiguration GetBucket* GetEncryptionConfiguration GetIntelligentTieringConfiguration "
            "GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration "
            "GetReplicationConfiguration ListBucket ListTagsForResource PutBucket* PutEncryptionConfiguration "
            "PutIntelligentTieringConfiguration PutLifecycleConfiguration PutMetricsConfiguration "
            "PutReplicationConfiguration TagResource UntagResource",
            "arn:${AWS::Partition}:s3:::*",
        ),
        allow(
            "Keys",
            "kms:CreateAlias DeleteAlias DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation "
            "GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource "
            "UntagResource UpdateAlias UpdateKeyDescription",
            OWN % ("kms", "key/*"),
            OWN % ("kms", "alias/*"),
        ),
        allow("MakesKeys", "kms:CreateKey ListAliases ListKeys", ANYTHING),
        allow(
            "LendsKeys",
            "kms:CreateGrant",
            OWN % ("kms", "key/*"),
            when=Bool({"kms:GrantIsForAWSResource": True}),
        ),
        allow(
            "EncryptsForServices",
            "kms:Decrypt GenerateDataKey",
            OWN % ("kms", "key/*"),
            when=StringLike({"kms:ViaService": ["rds.*.amazonaws.com", "secretsmanager.*.amazonaws.com"]}),
        ),
        *_logs_and_databases(),
    ]


def _logs_and_databases() -> list[Statement]:
    return [
        allow(
            "Logs",
            "logs:AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey "
            "GetDataProtectionPolicy ListTagsForResource PutRetentionPolicy TagResource UntagResource",
            OWN % ("logs", "log-group:*"),
        ),
        allow(
            "LogDelivery",
            "logs:CreateLogDelivery DeleteLogDelivery DeleteResourcePolicy DescribeIndexPolicies DescribeLogGroups "
            "DescribeResourcePolicies PutResourcePolicy",
            ANYTHING,
        ),
        allow(
            "Databases",
            "rds:AddTagsToResource CreateDBInstance CreateDBParameterGroup CreateDBSnapshot CreateDBSubnetGroup "
            "CreateOptionGroup DeleteDBInstance DeleteDBParameterGroup DeleteDBSubnetGroup DeleteOptionGroup "
            "Describe* ListTagsForResource ModifyDBInstance ModifyDBParameterGroup ModifyDBSubnetGroup "
            "ModifyOptionGroup RebootDBInstance RemoveTagsFromResource ResetDBParameterGroup "
            "RestoreDBInstanceFromDBSnapshot RestoreDBInstanceToPointInTime",
            ANYTHING,
        ),
        allow(
            "DatabaseSecrets",
            "secretsmanager:CreateSecret DeleteSecret DescribeSecret RotateSecret TagResource UpdateSecret",
            OWN % ("secretsmanager", "secret:rds!*"),
        ),
    ]


def allow(sid: str, actions: str, *resources: str, when: ConditionElement | None = None) -> Statement:
    """Allow `service:Action Action …` on ARNs that are `Sub` strings."""
    service, _, listed = actions.partition(":")
    narrowed = {"Condition": Condition(when)} if when else {}
    return Statement(
        Sid=sid,
        Effect=Allow,
        Action=[Action(service, action) for action in listed.split()],
        Resource=[Sub(arn) if "${" in arn else arn for arn in resources],
        **narrowed,
    )
