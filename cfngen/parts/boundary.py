"""The permissions boundary: what nobody whom it bounds can do, whatever any policy allows.

It bounds the roles that people enter and every principal that administrators make, who can make no others. So nobody
but the stack sets and the break-glass role reaches the audit trail, the keys of patient data or the boundary itself.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from awacs.aws import ForAnyValueStringLike, PolicyDocument, Statement, StringNotEquals
from troposphere import AWSHelperFn, Select, Split, Sub, Template, iam

from .. import names
from .metadata import context, suppress
from .statements import ANYTHING, allow, deny, deny_elsewhere

PROJECT, ENVIRONMENT = "${Project}", "${Environment}"
NAME = f"{PROJECT}-{ENVIRONMENT}-boundary"
IAM = "arn:${AWS::Partition}:iam::${AWS::AccountId}:%s"
OWN = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
BUCKETS = "arn:${AWS::Partition}:s3:::%s"

BOUNDARY_ARN = IAM % f"policy/people/{NAME}"
"""Spelled out, because the policy names itself."""

DELEGATED = tuple(IAM % f"{kind}/delegated/*" for kind in ("role", "user", "policy", "instance-profile"))
"""Where administrators may make principals and policies: paths of IAM."""

DOCUMENTS = BUCKETS % names.documents_bucket(PROJECT, "*", "*", "*")
TEMPLATES = BUCKETS % names.template_bucket(PROJECT, "*", "*", "*")
"""Both of every environment: one of them bounds the people of an account, and others may be in it."""

LOGS = BUCKETS % "stackset-*logs*"
ALARMS = OWN % ("cloudwatch", f"alarm:{names.instance_stack(PROJECT, ENVIRONMENT, 'account')}-*")
ALIASES = (names.data_key_alias(PROJECT, "*"), f"alias/{PROJECT}-{ENVIRONMENT}-audit-key")
"""The data keys of every environment, for the same reason; the audit key is the account's."""

CEILING = (
    "access-analyzer acm application-autoscaling autoscaling backup cloudformation cloudtrail cloudwatch codedeploy "
    "config ec2 ec2messages elasticloadbalancing events guardduty health inspector2 kms logs pi rds route53 s3 "
    "securityhub sns ssm ssmmessages tag wafv2"
)
"""Services that the bounded may be allowed to use. Secrets, user pools and distributions are not among them."""

IAM_CEILING = (
    "iam:Add* Attach* ChangePassword Create* Deactivate* Delete* Detach* Enable* Generate* Get* List* Put* Remove* "
    "Resync* Set* Simulate* Tag* Untag* Update* sts:Decode* Get*"
)
IAM_WRITES = (
    "iam:Attach* CreateAccessKey CreateAccountAlias CreateGroup CreateInstanceProfile CreateOpen* CreatePolicy* "
    "CreateRole CreateSAML* CreateService* CreateUser DeleteA* DeleteG* DeleteI* DeleteO* DeleteP* DeleteR* DeleteS* "
    "DeleteU* Detach* Put* RemoveClient* RemoveRole* Set* Tag* Untag* UpdateA* UpdateG* UpdateO* UpdateR* UpdateS* "
    "UpdateU*"
)
"""All that changes principals, policies and the account, but for sign-in profiles, members of groups and MFA."""

OBJECTS = "s3:Abort* Bypass* Create* Delete* *Object* ListBucket* Put* Replicate* Restore* Update*"
WRITES_OF_OBJECTS = "s3:Abort* Bypass* Create* Delete* Put* Replicate* Restore* Update*"
SHARING = (
    "rds:ModifyDBClusterSnapshotAttribute ModifyDBSnapshotAttribute ec2:ModifyImageAttribute ModifySnapshotAttribute"
)
"""What hands a copy of a database or a disk to another account."""

KEY_USES = (
    "kms:Cancel* Connect* Create* Decrypt Delete* Derive* Disable* Enable* Encrypt Generate* Import* Put* ReEncrypt* "
    "Replicate* Retire* Revoke* Rotate* Schedule* Sign Synchronize* Tag* Untag* Update*"
)


def boundary(template: Template, archive: AWSHelperFn, log_group_arn: AWSHelperFn, topic: AWSHelperFn) -> Sub:
    """Add the boundary and return its ARN; the arguments are the audit trail's bucket, log group and topic."""
    policy = iam.ManagedPolicy(
        "Boundary",
        Metadata=context(
            "It gives nothing: it is the most that the bounded can be given.",
            must=("Keeps audit, patient data's keys and itself out of reach.", "No principal without it."),
            mutable="change-with-constraints",
        ),
        ManagedPolicyName=Sub(NAME),
        Path="/people/",
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[*_ceiling(), *_audit(archive, log_group_arn, topic), *_patient_data(), *_principals()],
        ),
    )
    suppress(
        policy,
        "A boundary gives nothing by itself: what it allows is the ceiling of other policies, and it denies "
        "what none of them may give.",
        lint=("E9120",),
        checkov=("CKV_AWS_107", "CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_110", "CKV_AWS_111"),
        nag=(
            "AwsSolutions-IAM5",
            "HIPAA.Security-IAMPolicyNoStatementsWithFullAccess",
            "NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
        ),
    )
    template.add_resource(policy)
    return Sub(BOUNDARY_ARN)


def _ceiling() -> list[Statement]:
    return [
        allow("Ceiling", " ".join(f"{service}:*" for service in CEILING.split()), ANYTHING),
        allow("CeilingOfIam", IAM_CEILING, ANYTHING),
        allow("Roles", "iam:PassRole sts:AssumeRole", DELEGATED[0]),
    ]


def _audit(archive: AWSHelperFn, log_group_arn: AWSHelperFn, topic: AWSHelperFn) -> list[Statement]:
    bucket = Sub(BUCKETS % "${Archive}", Archive=archive)
    objects = Sub(BUCKETS % "${Archive}/*", Archive=archive)
    return [
        deny("Trail", "cloudtrail:Add* Create* Delete* Deregister* Put* Register* Remove* Stop* Update*", ANYTHING),
        deny("Archive", f"{WRITES_OF_OBJECTS} GetObject*", bucket, objects, LOGS, f"{LOGS}/*"),
        deny(
            "TrailLog",
            "logs:Associate* Create* Delete* Disassociate* Put* Tag* Untag*",
            log_group_arn,
            Select(0, Split(":*", log_group_arn)),
        ),
        deny("AuditTopic", "sns:Add* Delete* Put* Remove* Set* Unsubscribe", topic),
        deny("AuditAlarms", "cloudwatch:Delete* Disable* Put* Set*", ALARMS),
    ]


def _patient_data() -> list[Statement]:
    known = ForAnyValueStringLike({"kms:ResourceAliases": [Sub(alias) for alias in ALIASES]})
    return [
        deny("Keys", KEY_USES, ANYTHING, when=[known]),
        deny("Aliases", "kms:CreateAlias DeleteAlias UpdateAlias", *(OWN % ("kms", alias) for alias in ALIASES)),
        deny("Documents", OBJECTS, DOCUMENTS, f"{DOCUMENTS}/*"),
        deny("Copies", SHARING, ANYTHING),
    ]


def _principals() -> list[Statement]:
    unbound = StringNotEquals({"iam:PermissionsBoundary": Sub(BOUNDARY_ARN)})
    stacks = OWN % ("cloudformation", "stack/StackSet-*")
    stack_sets = OWN % ("cloudformation", f"stackset/{names.stack_set(PROJECT, ENVIRONMENT, '*')}")
    return [
        deny_elsewhere("OnlyDelegated", IAM_WRITES, *DELEGATED),
        deny(
            "OnlyBounded",
            "iam:AttachRolePolicy AttachUserPolicy CreateRole CreateUser PutRolePermissionsBoundary PutRolePolicy "
            "PutUserPermissionsBoundary PutUserPolicy",
            ANYTHING,
            when=[unbound],
        ),
        deny("NeverUnbound", "iam:DeleteRolePermissionsBoundary DeleteUserPermissionsBoundary", ANYTHING),
        deny("ItselfFirst", "iam:CreatePolicyVersion DeletePolicy* SetDefaultPolicyVersion", BOUNDARY_ARN),
        deny("Stacks", "cloudformation:Cancel* Continue* Create* Delete* Execute* Set* Update*", stacks, stack_sets),
        deny("Templates", WRITES_OF_OBJECTS, TEMPLATES, f"{TEMPLATES}/*"),
    ]
