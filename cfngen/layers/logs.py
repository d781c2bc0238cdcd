"""The region's log buckets: load balancer access logs and S3 access logs.

Logs stay in the region that they are about. Both buckets accept only the AWS services that write
to them, over TLS, and keep what they get for the retention that all logs share.
"""

from __future__ import annotations

from awacs import s3 as actions
from awacs.aws import (
    Action,
    Allow,
    ArnLike,
    AWSPrincipal,
    Bool,
    Condition,
    Deny,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import (
    AccountId,
    AWSHelperFn,
    Equals,
    FindInMap,
    If,
    Not,
    NoValue,
    Parameter,
    Ref,
    Region,
    Sub,
    Template,
    s3,
)

from ..layer import Classification, Wire, give, setting
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag

CLASSIFICATION = Classification.AUDIT

LOAD_BALANCER_LOGS_BUCKET = Wire(
    "LoadBalancerLogsBucket", "String", "Name of the bucket for load balancer access logs; no prefix is needed."
)
ACCESS_LOGS_BUCKET = Wire("AccessLogsBucket", "String", "Name of the bucket for S3 server access logs.")

LOG_RETENTION_DAYS = Parameter(
    "LogRetentionDays",
    Type="Number",
    Default="3653",
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    AllowedValues=[
        *("1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731"),
        *("1096", "1827", "2192", "2557", "2922", "3288", "3653"),
    ],
    Description="Days that logs are kept, in CloudWatch and in S3; HIPAA asks for six years of documentation.",
)

DELETED_LOGS_KEPT_DAYS = 90
"""How long a log that somebody deleted or overwrote can still be recovered, as an old version."""

ANY_OBJECT_ACTION = Action("s3", "*")
LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
S3_LOG_DELIVERY = "logging.s3.amazonaws.com"

LOAD_BALANCER_ACCOUNTS = (
    ("af-south-1", "098369216593"),
    ("ap-east-1", "754344448648"),
    ("ap-east-2", "none"),
    ("ap-northeast-1", "582318560864"),
    ("ap-northeast-2", "600734575887"),
    ("ap-northeast-3", "383597477331"),
    ("ap-south-1", "718504428378"),
    ("ap-south-2", "none"),
    ("ap-southeast-1", "114774131450"),
    ("ap-southeast-2", "783225319266"),
    ("ap-southeast-3", "589379963580"),
    ("ap-southeast-4", "none"),
    ("ap-southeast-5", "none"),
    ("ap-southeast-6", "none"),
    ("ap-southeast-7", "none"),
    ("ca-central-1", "985666609251"),
    ("ca-west-1", "none"),
    ("eu-central-1", "054676820928"),
    ("eu-central-2", "none"),
    ("eu-north-1", "897822967062"),
    ("eu-south-1", "635631232127"),
    ("eu-south-2", "none"),
    ("eu-west-1", "156460612806"),
    ("eu-west-2", "652711504416"),
    ("eu-west-3", "009996457667"),
    ("il-central-1", "none"),
    ("me-central-1", "none"),
    ("me-south-1", "076674570225"),
    ("mx-central-1", "none"),
    ("sa-east-1", "507241528517"),
    ("us-east-1", "127311923021"),
    ("us-east-2", "033677994240"),
    ("us-west-1", "027434742980"),
    ("us-west-2", "797873946194"),
)
"""The account from which load balancers of a region write their logs, `none` where a service does.

AWS's list, closed since August 2022, as of November 2026 (its older regions only, standard partition):
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-access-logs.html#attach-bucket-policy
"""

_ACCOUNTS_MAP = "LoadBalancerAccounts"
_HAS_ACCOUNT = "HasLoadBalancerAccount"


def build(template: Template) -> None:
    """Add the buckets and the policies that let the log writers in."""
    access_logs = _access_logs_bucket(template)
    admits_logs = _policy(template, access_logs, _server_access_logging(access_logs))
    balancer_logs = _load_balancer_logs_bucket(template, access_logs, admits_logs)
    _policy(template, balancer_logs, *_load_balancer_logging(template, balancer_logs))
    give(template, ACCESS_LOGS_BUCKET, Ref(access_logs))
    give(template, LOAD_BALANCER_LOGS_BUCKET, Ref(balancer_logs))


def _access_logs_bucket(template: Template) -> s3.Bucket:
    bucket = _bucket(
        template,
        "AccessLogsBucket",
        "s3-access-logs",
        "Who read or wrote which object, of every bucket in the region; S3 delivers to SSE-S3 only.",
    )
    suppress(
        bucket,
        "This bucket receives the access logs of all others; logging it into itself would never end.",
        checkov=("CKV_AWS_18",),
    )
    return bucket


def _load_balancer_logs_bucket(template: Template, access_logs: s3.Bucket, admits_logs: s3.BucketPolicy) -> s3.Bucket:
    """Add the bucket once the other one admits its access logs: S3 may refuse to log into a closed bucket."""
    bucket = _bucket(
        template,
        "LoadBalancerLogsBucket",
        "load-balancer-logs",
        "Every request to the web and app balancers; Elastic Load Balancing delivers to SSE-S3 only.",
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=Ref(access_logs), LogFilePrefix="load-balancer-logs/"
        ),
    )
    bucket.DependsOn = admits_logs.title
    return bucket


def _bucket(template: Template, title: str, name: str, why: str, **more: s3.LoggingConfiguration) -> s3.Bucket:
    encryption = s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
    bucket = s3.Bucket(
        title,
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(why, must=("keep SSE-S3", "stay closed to the public"), mutable="must-never-change"),
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=encryption)]
        ),
        LifecycleConfiguration=_lifecycle(template),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        Tags=name_tag(template, name),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        **more,
    )
    _accept_log_bucket_findings(bucket)
    return template.add_resource(bucket)


def _lifecycle(template: Template) -> s3.LifecycleConfiguration:
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="expire",
                Status="Enabled",
                ExpirationInDays=setting(template, LOG_RETENTION_DAYS),
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=DELETED_LOGS_KEPT_DAYS),
                AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
                Transitions=[
                    s3.LifecycleRuleTransition(StorageClass="INTELLIGENT_TIERING", TransitionInDays=0),
                ],
            )
        ]
    )


def _accept_log_bucket_findings(bucket: s3.Bucket) -> None:
    suppress(
        bucket,
        "Log delivery by Elastic Load Balancing and S3 supports no other default encryption than SSE-S3.",
        nag=("HIPAA.Security-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
    )
    suppress(
        bucket,
        "Logs stay in their region and geography; versions and retention protect them against deletion.",
        nag=("HIPAA.Security-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
    )


def _policy(template: Template, bucket: s3.Bucket, *writers: Statement | AWSHelperFn) -> s3.BucketPolicy:
    # A plain dictionary, because a PolicyDocument of awacs refuses a statement behind a condition.
    document = {"Version": "2012-10-17", "Statement": [_tls_only(bucket), *writers]}
    return template.add_resource(s3.BucketPolicy(f"{bucket.title}Policy", Bucket=Ref(bucket), PolicyDocument=document))


def _tls_only(bucket: s3.Bucket) -> Statement:
    return Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[ANY_OBJECT_ACTION],
        Resource=[_arn(bucket), _arn(bucket, "/*")],
        Condition=Condition(Bool({"aws:SecureTransport": False})),
    )


def _server_access_logging(bucket: s3.Bucket) -> Statement:
    """Admit S3's log delivery for this account's buckets: their names are AWS's choice, hence the star."""
    return Statement(
        Sid="ServerAccessLogs",
        Effect=Allow,
        Principal=Principal("Service", S3_LOG_DELIVERY),
        Action=[actions.PutObject],
        Resource=[_arn(bucket, "/*")],
        Condition=Condition(
            [
                ArnLike({"aws:SourceArn": Sub("arn:${AWS::Partition}:s3:::*")}),
                StringEquals({"aws:SourceAccount": AccountId}),
            ]
        ),
    )


def _load_balancer_logging(template: Template, bucket: s3.Bucket) -> tuple[Statement, AWSHelperFn]:
    """Admit load balancers: through a service everywhere, and through AWS's account in older regions."""
    logs_of_this_account = _arn(bucket, "/AWSLogs/${AWS::AccountId}/*")
    service = Statement(
        Sid="LoadBalancerLogs",
        Effect=Allow,
        Principal=Principal("Service", LOG_DELIVERY),
        Action=[actions.PutObject],
        Resource=[logs_of_this_account],
    )
    account = Statement(
        Sid="LoadBalancerLogsOfOlderRegions",
        Effect=Allow,
        Principal=AWSPrincipal(_load_balancer_account(template)),
        Action=[actions.PutObject],
        Resource=[logs_of_this_account],
    )
    return service, If(_HAS_ACCOUNT, account, NoValue)


def _load_balancer_account(template: Template) -> Sub:
    template.add_mapping(_ACCOUNTS_MAP, {region: {"Id": account} for region, account in LOAD_BALANCER_ACCOUNTS})
    account = FindInMap(_ACCOUNTS_MAP, Region, "Id")
    template.add_condition(_HAS_ACCOUNT, Not(Equals(account, "none")))
    return Sub("arn:${AWS::Partition}:iam::${Account}:root", Account=account)


def _arn(bucket: s3.Bucket, below: str = "") -> Sub:
    return Sub("arn:${AWS::Partition}:s3:::${" + bucket.title + "}" + below)
