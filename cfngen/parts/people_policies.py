"""What each kind of person may do: statements, service by service.

Nobody here reads a patient's document, a secret, what is in a database, or a distribution's configuration, which
holds the secret header.
"""

from __future__ import annotations

from awacs.aws import Bool, BoolIfExists, ForAnyValueStringEquals, Statement, StringEquals, StringLike
from troposphere import Ref, Sub

from .. import facts, names
from .boundary import BOUNDARY_ARN, DELEGATED, ENVIRONMENT, IAM, OWN, PROJECT
from .sessions import PREFERENCES
from .statements import ANYTHING, allow, deny, deny_others

ONESELF = "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/people/${!aws:username}"
USERS = IAM % "user/people/*"
GROUPS = IAM % "group/people/*"
MFA_DEVICES = IAM % "mfa/*"
BUCKETS = "arn:${AWS::Partition}:s3:::*"
PEOPLE = "arn:${AWS::Partition}:iam::*:role/people/%s"

WITH_MFA = Bool({"aws:MultiFactorAuthPresent": True})
WITHOUT_MFA = BoolIfExists({"aws:MultiFactorAuthPresent": False})

OWN_MFA = "CreateVirtualMFADevice EnableMFADevice GetMFADevice GetUser ListMFADevices ListVirtualMFADevices"
LOOK_METRICS = "cloudwatch:Describe* Get* List*"
LOOK_EC2 = f"ec2:Describe* autoscaling:Describe* elasticloadbalancing:Describe* {LOOK_METRICS}"
LOOK_S3 = (
    "s3:GetAccountPublicAccessBlock GetAnalyticsConfiguration GetBucket* GetEncryptionConfiguration "
    "GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration "
    f"GetReplicationConfiguration ListAccessPoints ListAllMyBuckets {LOOK_METRICS}"
)
LOOK_RDS = f"rds:Describe* ListTagsForResource {LOOK_METRICS}"
LOOK_ALL = (
    "access-analyzer:Get* List* acm:Describe* List* backup:Describe* List* cloudformation:Describe* List* "
    "cloudtrail:DescribeTrails GetEventSelectors GetTrail GetTrailStatus ListTrails config:Describe* "
    "GetCompliance* guardduty:Get* List* health:Describe* inspector2:Get* List* kms:DescribeKey GetKeyPolicy "
    "GetKeyRotationStatus ListAliases ListKeys logs:DescribeLogGroups DescribeMetricFilters route53:Get* List* "
    "securityhub:Describe* Get* List* sns:GetTopicAttributes List* tag:GetResources "
    "wafv2:GetLoggingConfiguration GetWebACL* List*"
)
NEVER_READ = (
    "cloudfront:GetDistribution* ListDistributions* cognito-idp:AdminGet* ListUsers* "
    "config:BatchGetResourceConfig GetResourceConfigHistory SelectResourceConfig dynamodb:Batch* GetItem PartiQL* "
    "Query Scan ec2:GetConsole* GetPasswordData kms:Decrypt logs:FilterLogEvents GetLog* GetQueryResults StartLiveTail "
    "StartQuery pi:* rds:DownloadDBLog* rds-data:* s3:GetObject* ListBucket* secretsmanager:BatchGet* GetSecretValue "
    "ssm:GetParameter* StartSession textract:* wafv2:GetSampledRequests"
)
RUN_INSTANCES = (
    "ec2:AssociateIamInstanceProfile AttachVolume CopyImage CreateImage CreateLaunchTemplate* CreateSnapshot* "
    "CreateTags CreateVolume DeleteLaunchTemplate* DeleteSnapshot DeleteTags DeleteVolume DeregisterImage DetachVolume "
    "ModifyInstance* ModifyLaunchTemplate ModifyVolume MonitorInstances RebootInstances RegisterImage RunInstances "
    "StartInstances StopInstances TerminateInstances UnmonitorInstances"
)
RUN_FLEETS = (
    "autoscaling:Attach* BatchDelete* BatchPut* CancelInstanceRefresh CompleteLifecycleAction CreateOrUpdateTags "
    "DeletePolicy DeleteScheduledAction DeleteTags Detach* Disable* Enable* EnterStandby ExecutePolicy ExitStandby "
    "Put* Record* ResumeProcesses RollbackInstanceRefresh Set* StartInstanceRefresh SuspendProcesses "
    "TerminateInstanceInAutoScalingGroup UpdateAutoScalingGroup elasticloadbalancing:Deregister* Register*"
)
RUN_NETWORK = (
    "ec2:AllocateAddress Assign* AssociateAddress AssociateRouteTable Attach* Authorize* CreateNetwork* "
    "CreateRoute* CreateSecurityGroup CreateVpcEndpoint DeleteNetwork* DeleteRoute* DeleteSecurityGroup "
    "DeleteVpcEndpoints Detach* Disassociate* ModifySecurityGroupRules ModifySubnet* ModifyVpcEndpoint Release* "
    "Replace* Revoke* Unassign* elasticloadbalancing:Add* Create* Modify* Remove* Set*"
)
RUN_DATABASES = (
    "rds:AddTags* Apply* CopyDBParameterGroup CopyOptionGroup CreateDBParameterGroup CreateDBSnapshot "
    "CreateEventSubscription CreateOptionGroup Modify* Reboot* RemoveTags* Reset* StartDBInstance StopDBInstance"
)


def own_mfa() -> list[Statement]:
    """Return what everybody who signs in may do: manage their own MFA, and nothing else without it.

    A session token gives no rights; it is how who has access keys signs in with MFA, so it may be asked for without.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
    """
    mfa = " ".join(f"iam:{action}" for action in OWN_MFA.split())
    return [
        allow("OwnMfa", "iam:EnableMFADevice GetMFADevice GetUser ListMFADevices", ONESELF),
        allow("OwnVirtualDevice", "iam:CreateVirtualMFADevice", MFA_DEVICES),
        allow("Lists", "iam:GetAccountPasswordPolicy ListVirtualMFADevices", ANYTHING),
        allow("OwnDeviceAnew", "iam:DeactivateMFADevice ResyncMFADevice", ONESELF, when=[WITH_MFA]),
        allow("OwnPassword", "iam:ChangePassword", ONESELF, when=[WITH_MFA]),
        deny_others("NothingElseWithoutMfa", f"{mfa} sts:GetSessionToken", when=[WITHOUT_MFA]),
    ]


def own_access_keys() -> list[Statement]:
    """Return what who works with programs needs: keys of their own, made by themselves, never by a template."""
    keys = "iam:CreateAccessKey DeleteAccessKey GetAccessKeyLastUsed ListAccessKeys UpdateAccessKey"
    return [allow("OwnAccessKeys", keys, ONESELF, when=[WITH_MFA])]


def enter(*roles: str) -> list[Statement]:
    """Return what entering roles takes, in every account of the environment, with MFA."""
    arns = [PEOPLE % names.human_role(PROJECT, ENVIRONMENT, role) for role in roles]
    here = StringEquals({"aws:ResourceAccount": Ref(facts.TARGET_ACCOUNTS)})
    return [allow("Enter", "sts:AssumeRole", *arns, when=[WITH_MFA, here])]


def monitor(look: str) -> list[Statement]:
    """Return what looking at a service takes."""
    return [allow("Look", look, ANYTHING)]


def never_read() -> list[Statement]:
    """Return what no monitor reads, whatever else is allowed."""
    return [deny("NeverRead", NEVER_READ, ANYTHING)]


def administer_systems() -> list[Statement]:
    """Return what system administrators do, but for principals."""
    return [
        allow("Look", f"{LOOK_EC2} {LOOK_S3} {LOOK_RDS} {LOOK_ALL} cloudtrail:LookupEvents", ANYTHING),
        allow("Instances", f"{RUN_INSTANCES} {RUN_FLEETS}", ANYTHING),
        allow("Network", RUN_NETWORK, ANYTHING),
        allow("Alarms", "cloudwatch:DeleteAlarms Disable* Enable* Put* SetAlarmState", ANYTHING),
        *_sessions(),
    ]


def administer_principals() -> list[Statement]:
    """Return what administrators do about people and principals: all that they make is bounded."""
    bounded = StringEquals({"iam:PermissionsBoundary": Sub(BOUNDARY_ARN)})
    return [
        allow("Look", "iam:Get* List* Generate* Simulate*", ANYTHING),
        allow(
            "Bounded",
            "iam:AttachRolePolicy AttachUserPolicy CreateRole CreateUser DetachRolePolicy DetachUserPolicy "
            "PutRolePermissionsBoundary PutRolePolicy DeleteRolePolicy PutUserPermissionsBoundary",
            *DELEGATED,
            when=[bounded],
        ),
        allow(
            "Delegated",
            "iam:AddRoleToInstanceProfile CreateInstanceProfile CreatePolicy CreatePolicyVersion "
            "DeleteInstanceProfile DeletePolicy DeletePolicyVersion DeleteRole DeleteUser "
            "RemoveRoleFromInstanceProfile SetDefaultPolicyVersion Tag* Untag* UpdateAssumeRolePolicy UpdateRole*",
            *DELEGATED,
        ),
        allow("HandsRoles", "iam:PassRole", DELEGATED[0]),
        allow("SignIn", "iam:CreateLoginProfile DeleteLoginProfile UpdateLoginProfile", USERS),
        allow("Members", "iam:AddUserToGroup RemoveUserFromGroup", GROUPS),
    ]


def administer_databases() -> list[Statement]:
    """Return what database administrators do: run databases and read their logs, not what is in them."""
    logs = OWN % ("logs", "log-group:/aws/rds/*")
    return [
        allow("Look", f"{LOOK_RDS} backup:Describe* List* ec2:DescribeSecurityGroups logs:DescribeLogGroups", ANYTHING),
        allow("Databases", RUN_DATABASES, ANYTHING),
        allow("Performance", "pi:DescribeDimensionKeys GetDimensionKeyDetails GetResourceMetrics", ANYTHING),
        allow("Logs", "logs:DescribeLogStreams FilterLogEvents GetLogEvents", logs, f"{logs}:*"),
        allow("Rotation", "secretsmanager:DescribeSecret RotateSecret", OWN % ("secretsmanager", "secret:rds!*")),
    ]


def engineer() -> list[Statement]:
    """Return what engineers do: develop, release, maintain the fleets, read and write S3 but for what is bounded."""
    ours = names.instance_stack(PROJECT, ENVIRONMENT, "*")
    releases = (f"application:{ours}", f"deploymentgroup:{ours}", "deploymentconfig:*")
    through_s3 = StringLike({"kms:ViaService": "s3.*.amazonaws.com"})
    return [
        allow("Look", f"{LOOK_EC2} s3:GetBucketLocation ListAllMyBuckets ssm:DescribeInstance* Get*Status", ANYTHING),
        allow("Instances", f"{RUN_INSTANCES} {RUN_FLEETS}", ANYTHING),
        allow("Alarms", "cloudwatch:PutDashboard PutMetricAlarm", ANYTHING),
        allow(
            "Releases",
            "codedeploy:BatchGet* CreateDeployment Get* List* RegisterApplicationRevision",
            *(OWN % ("codedeploy", each) for each in releases),
        ),
        allow(
            "ReleasesSeen",  # of which AWS asks on no resource
            "codedeploy:BatchGetDeploymentTargets GetDeploymentTarget ListApplications ListDeploymentConfigs "
            "ListDeploymentTargets",
            ANYTHING,
        ),
        allow(
            "Objects",
            "s3:AbortMultipartUpload DeleteObject GetObject GetObjectTagging GetObjectVersion ListBucket "
            "ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts PutObject PutObjectTagging",
            BUCKETS,
        ),
        allow("EncryptedObjects", "kms:Decrypt GenerateDataKey", OWN % ("kms", "key/*"), when=[through_s3]),
        *_sessions(),
    ]


def repair() -> list[Statement]:
    """Return what only an emergency needs: principals, key and bucket policies, the trail, and stuck stacks."""
    return [
        allow(
            "Principals",
            "iam:Add* Attach* Create* Deactivate* Delete* Detach* Get* List* Put* Remove* Set* Tag* Untag* Update*",
            ANYTHING,
        ),
        allow("Keys", "kms:CancelKeyDeletion Describe* Enable* Get* List* PutKeyPolicy Tag* Untag*", ANYTHING),
        allow(
            "Buckets",
            "s3:BypassGovernanceRetention DeleteBucketPolicy DeleteObject* GetBucket* GetObjectRetention List* "
            "PutBucketPolicy PutBucketPublicAccessBlock PutEncryptionConfiguration PutObjectRetention",
            ANYTHING,
        ),
        allow(
            "Trail", "cloudtrail:Describe* Get* List* LookupEvents PutEventSelectors StartLogging UpdateTrail", ANYTHING
        ),
        allow("Stacks", "cloudformation:Cancel* Continue* Describe* Get* List* Rollback* UpdateTermination*", ANYTHING),
    ]


def _sessions() -> list[Statement]:
    """Return what logging in to the environment's instances takes, through Session Manager alone.

    The documents encrypt with the key of operations, of which whoever starts a session makes the data key.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
    """
    tags = {"aws:ResourceTag/Project": Ref(facts.PROJECT), "aws:ResourceTag/Environment": Ref(facts.ENVIRONMENT)}
    named = BoolIfExists({"ssm:SessionDocumentAccessCheck": True})
    documents = [OWN % ("ssm", f"document/{name}") for name in (f"{PROJECT}-{ENVIRONMENT}-session", PREFERENCES)]
    session = OWN % ("ssm", "session/${!aws:userid}-*")
    key = ForAnyValueStringEquals({"kms:ResourceAliases": Sub(f"alias/{PROJECT}-{ENVIRONMENT}-operations-key")})
    return [
        allow("Sessions", "ssm:StartSession", OWN % ("ec2", "instance/*"), when=[StringEquals(tags), named]),
        allow("SessionDocuments", "ssm:StartSession", *documents),
        allow("OwnSessions", "ssm:ResumeSession TerminateSession", session),
        allow("SessionChannel", "ssmmessages:OpenDataChannel", ANYTHING),  # by the token that starting a session gives
        allow("SessionKey", "kms:GenerateDataKey", OWN % ("kms", "key/*"), when=[key]),
    ]
