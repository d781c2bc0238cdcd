"""What StackSets needs in the admin account: its role and the bucket of templates.

One role that can do nothing but enter the execution roles of the environment's target accounts,
and one versioned bucket that those execution roles alone can read.
"""

from __future__ import annotations

from typing import Any

from awacs import s3 as s3_actions
from awacs.aws import Allow, ArnLike, Bool, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from awacs.sts import AssumeRole
from troposphere import GetAtt, Ref, Sub, Template, iam, s3

from .. import facts, names
from ..layer import Classification, Wire, give, setting
from ..parts.metadata import context, suppress
from ..parts.trust import trust_service

CLASSIFICATION = Classification.AUDIT

ADMINISTRATION_ROLE_ARN = Wire("AdministrationRoleArn", "String", "Role with which StackSets reaches the targets.")
TEMPLATE_BUCKET = Wire("TemplateBucket", "String", "Bucket of templates and releases.")

PROJECT, ENVIRONMENT = "${Project}", "${Environment}"
EXECUTION_ROLES = "arn:${AWS::Partition}:iam::*:role/" + names.execution_role(PROJECT, ENVIRONMENT)
STACK_SETS = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stackset/" + names.stack_set(
    PROJECT, ENVIRONMENT, "*"
)

BUCKET_NAME = names.template_bucket(PROJECT, ENVIRONMENT, "${AWS::AccountId}", "${AWS::Region}")
OLD_VERSIONS_DAYS = 365
ACCESS_LOG_DAYS = 2192
"""Six years: 45 CFR 164.316(b)(2)(i)."""


def build(template: Template) -> None:
    """Add the administration role and the template bucket with its access logs."""
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    role = _administration_role(template, _administration_policy(template))
    logs = _access_logs(template)
    bucket = _template_bucket(template, logs, _access_logs_policy(template, logs))
    _template_bucket_policy(template, bucket)
    give(template, ADMINISTRATION_ROLE_ARN, GetAtt(role, "Arn"))
    give(template, TEMPLATE_BUCKET, Ref(bucket))


def _administration_policy(template: Template) -> iam.ManagedPolicy:
    enter = Statement(
        Sid="EnterTargets",
        Effect=Allow,
        Action=[AssumeRole],
        Resource=[Sub(EXECUTION_ROLES)],
        Condition=Condition(StringEquals({"aws:ResourceAccount": setting(template, facts.TARGET_ACCOUNTS)})),
    )
    policy = template.add_resource(
        iam.ManagedPolicy(
            "AdministrationPolicy",
            Description="Enter the execution roles of the target accounts, and nothing else.",
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[enter]),
            Metadata=context(
                "A list parameter cannot be spelled into ARNs, so the role name is fixed and the account conditioned.",
                must=("No action but sts:AssumeRole.", "No account but the environment's targets."),
                mutable="review-required",
            ),
        )
    )
    suppress(
        policy,
        "The wildcard stands for the account, which the condition on aws:ResourceAccount limits to the targets.",
        nag=("AwsSolutions-IAM5",),
    )
    return policy


def _administration_role(template: Template, policy: iam.ManagedPolicy) -> iam.Role:
    trust = trust_service(
        "cloudformation.amazonaws.com",
        StringEquals({"aws:SourceAccount": Ref("AWS::AccountId")}),
        ArnLike({"aws:SourceArn": Sub(STACK_SETS)}),
    )
    role = iam.Role(
        "AdministrationRole",
        RoleName=Sub(names.administration_role(PROJECT, ENVIRONMENT)),
        Description="StackSets enters the target accounts of the environment with it.",
        AssumeRolePolicyDocument=trust,
        ManagedPolicyArns=[Ref(policy)],
        Metadata=context(
            "The name is fixed because the execution roles in other accounts trust it by name.",
            must=("Only CloudFormation, for this account's stack sets of this environment, may assume it.",),
            mutable="change-with-constraints",
        ),
    )
    return template.add_resource(role)


def _template_bucket(template: Template, logs: s3.Bucket, admits_logs: s3.BucketPolicy) -> s3.Bucket:
    old = s3.LifecycleRule(
        Id="old-versions",
        Status="Enabled",
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=OLD_VERSIONS_DAYS),
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
    )
    return _bucket(
        template,
        "TemplateBucket",
        old,
        "Every target's stacks are made from what lies here; the name is fixed so that `deploy` knows it unasked.",
        BucketName=Sub(BUCKET_NAME),
        DependsOn=admits_logs.title,  # S3 refuses a destination that it may not write to
        LoggingConfiguration=s3.LoggingConfiguration(DestinationBucketName=Ref(logs), LogFilePrefix="templates/"),
    )


def _access_logs(template: Template) -> s3.Bucket:
    expiry = s3.LifecycleRule(
        Id="expiry",
        Status="Enabled",
        ExpirationInDays=ACCESS_LOG_DAYS,
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=30),
    )
    bucket = _bucket(
        template,
        "TemplateAccessLogs",
        expiry,
        "Who wrote or read a template: whoever can change one can change every account.",
    )
    suppress(bucket, "The bucket of access logs cannot log its own accesses to itself.", checkov=("CKV_AWS_18",))
    return bucket


def _bucket(template: Template, title: str, rule: s3.LifecycleRule, why: str, **extra: Any) -> s3.Bucket:
    bucket = s3.Bucket(
        title,
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[rule]),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(why, must=("Private, versioned, TLS only.",), mutable="must-never-change"),
        **extra,
    )
    _explain(bucket)
    return template.add_resource(bucket)


def _explain(bucket: s3.Bucket) -> None:
    suppress(
        bucket,
        "It holds no patient data, and `cfngen build` makes every template again from the repository.",
        nag=("HIPAA.Security-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
    )
    suppress(
        bucket,
        "SSE-S3: the target accounts read it, and S3 log delivery writes it, without a grant on a key.",
        nag=("HIPAA.Security-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
    )


def _template_bucket_policy(template: Template, bucket: s3.Bucket) -> s3.BucketPolicy:
    read = Statement(
        Sid="TargetsRead",
        Effect=Allow,
        Principal=Principal("AWS", setting(template, facts.TARGET_ACCOUNTS)),
        Action=[s3_actions.GetObject, s3_actions.GetObjectVersion],
        Resource=[Sub(f"${{{bucket.title}.Arn}}/*")],
        Condition=Condition(ArnLike({"aws:PrincipalArn": Sub(EXECUTION_ROLES)})),
    )
    return _bucket_policy(template, bucket, read, "Only the execution roles of the targets read what they apply.")


def _access_logs_policy(template: Template, logs: s3.Bucket) -> s3.BucketPolicy:
    write = Statement(
        Sid="LogDelivery",
        Effect=Allow,
        Principal=Principal("Service", "logging.s3.amazonaws.com"),
        Action=[s3_actions.PutObject],
        Resource=[Sub(f"${{{logs.title}.Arn}}/*")],
        Condition=Condition(
            [
                ArnLike({"aws:SourceArn": Sub(f"arn:${{AWS::Partition}}:s3:::{BUCKET_NAME}")}),
                StringEquals({"aws:SourceAccount": Ref("AWS::AccountId")}),
            ]
        ),
    )
    return _bucket_policy(template, logs, write, "S3 delivers the template bucket's access logs, and nobody else's.")


def _bucket_policy(template: Template, bucket: s3.Bucket, statement: Statement, why: str) -> s3.BucketPolicy:
    tls_only = Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[s3_actions.Action("*")],
        Resource=[GetAtt(bucket, "Arn"), Sub(f"${{{bucket.title}.Arn}}/*")],
        Condition=Condition(Bool({"aws:SecureTransport": False})),
    )
    policy = s3.BucketPolicy(
        f"{bucket.title}Policy",
        Bucket=Ref(bucket),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[tls_only, statement]),
        Metadata=context(why, must=("Plain HTTP is refused.",), mutable="review-required"),
    )
    return template.add_resource(policy)
