"""The audit trail itself: one for the account, of every region, with what it writes to."""

from __future__ import annotations

from dataclasses import dataclass

from awacs import logs as actions
from awacs.aws import Allow, PolicyDocument, Statement, StringEquals
from troposphere import GetAtt, Ref, Sub, Template, cloudtrail, iam, kms, logs, s3, sns

from .. import names
from .metadata import context, suppress
from .tags import name_tag
from .trust import trust_service

TRAIL_NAME = "${AWS::StackName}"
"""Known before the trail exists, so that bucket, key and topics admit it alone; and another one if it is made anew,
so that one which outlived its stack is not in the way."""

TRAIL_ARN = "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/" + TRAIL_NAME
DOCUMENTS = "arn:${AWS::Partition}:s3:::" + names.documents_bucket(
    "${Project}", "${Environment}", "${AWS::AccountId}", ""
)


@dataclass(frozen=True)
class Destination:
    """Where a trail writes: the archive, the log group that is searched, and the topic that tells of files."""

    archive: s3.Bucket
    group: logs.LogGroup
    topic: sns.Topic


def trail(template: Template, key: kms.Key, to: Destination) -> cloudtrail.Trail:
    """Add the account's trail; who admits it must be there first."""
    role = _log_role(template, to.group)
    return template.add_resource(
        cloudtrail.Trail(
            "Trail",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(
                "Its name is the stack's, so that bucket and key can name it before it exists.",
                must=("log always", "record every region", "be validated", "be encrypted"),
                mutable="must-never-change",
            ),
            AdvancedEventSelectors=_selectors(),
            CloudWatchLogsLogGroupArn=GetAtt(to.group, "Arn"),
            CloudWatchLogsRoleArn=GetAtt(role, "Arn"),
            EnableLogFileValidation=True,
            IncludeGlobalServiceEvents=True,
            IsLogging=True,
            IsMultiRegionTrail=True,
            KMSKeyId=GetAtt(key, "Arn"),
            S3BucketName=Ref(to.archive),
            SnsTopicName=GetAtt(to.topic, "TopicName"),
            Tags=name_tag(template, "audit-trail"),
            TrailName=Sub(TRAIL_NAME),
        )
    )


def _log_role(template: Template, group: logs.LogGroup) -> iam.Role:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html."""
    stream = "log-stream:${AWS::AccountId}_CloudTrail_${AWS::Region}*"
    home = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + group.title + "}:"
    deliver = Statement(
        Sid="Deliver",
        Effect=Allow,
        Action=[actions.CreateLogStream, actions.PutLogEvents],
        Resource=[Sub(home + stream)],
    )
    policy = template.add_resource(
        iam.ManagedPolicy(
            "TrailLogPolicy",
            Metadata=context("What delivering to the one log group takes."),
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[deliver]),
        )
    )
    suppress(policy, "The star stands for what CloudTrail appends to its stream's name.", nag=("AwsSolutions-IAM5",))
    return template.add_resource(
        iam.Role(
            "TrailLogRole",
            Metadata=context("Delivers one trail to its log group."),
            AssumeRolePolicyDocument=trust_service(
                "cloudtrail.amazonaws.com", StringEquals({"aws:SourceArn": Sub(TRAIL_ARN)})
            ),
            ManagedPolicyArns=[Ref(policy)],
            Tags=name_tag(template, "audit-trail"),
        )
    )


def _selectors() -> list[cloudtrail.AdvancedEventSelector]:
    """Return what is recorded: all management events, and each read and write of a document, by the bucket's name."""
    field = cloudtrail.AdvancedFieldSelector
    return [
        cloudtrail.AdvancedEventSelector(
            Name="Management", FieldSelectors=[field(Field="eventCategory", Equals=["Management"])]
        ),
        cloudtrail.AdvancedEventSelector(
            Name="Documents of patients",
            FieldSelectors=[
                field(Field="eventCategory", Equals=["Data"]),
                field(Field="resources.type", Equals=["AWS::S3::Object"]),
                field(Field="resources.ARN", StartsWith=[Sub(DOCUMENTS)]),
            ],
        ),
    ]
