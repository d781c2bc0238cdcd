"""The region's log buckets: load balancer access logs and S3 access logs.

Logs stay in the region that they are about. Both buckets accept only the AWS services that write
to them, over TLS, and keep what they get for the retention that all logs share.
"""

from __future__ import annotations

from awacs import s3 as actions
from awacs.aws import Allow, AWSPrincipal, Principal, Statement
from troposphere import AWSHelperFn, Equals, FindInMap, If, Not, NoValue, Ref, Region, Sub, Template, s3

from ..layer import Classification, Wire, give
from ..parts import buckets
from ..parts.retention import LOG_RETENTION_DAYS as LOG_RETENTION_DAYS

CLASSIFICATION = Classification.AUDIT

LOAD_BALANCER_LOGS_BUCKET = Wire(
    "LoadBalancerLogsBucket", "String", "Name of the bucket for load balancer access logs; no prefix is needed."
)
ACCESS_LOGS_BUCKET = Wire("AccessLogsBucket", "String", "Name of the bucket for S3 server access logs.")

LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"

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
    access_logs, admits_logs = buckets.access_logs_bucket(template)
    balancer_logs = _load_balancer_logs_bucket(template, access_logs, admits_logs)
    buckets.bucket_policy(template, balancer_logs, *_load_balancer_logging(template, balancer_logs))
    give(template, ACCESS_LOGS_BUCKET, Ref(access_logs))
    give(template, LOAD_BALANCER_LOGS_BUCKET, Ref(balancer_logs))


def _load_balancer_logs_bucket(template: Template, access_logs: s3.Bucket, admits_logs: s3.BucketPolicy) -> s3.Bucket:
    """Add the bucket once the other one admits its access logs: S3 may refuse to log into a closed bucket."""
    bucket = buckets.closed_bucket(
        template,
        "LoadBalancerLogsBucket",
        "load-balancer-logs",
        "Every request to the web and app balancers; Elastic Load Balancing delivers to SSE-S3 only.",
        must=("keep SSE-S3", "stay closed to the public"),
        key=None,
        lifecycle=buckets.expiring_logs(template),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=Ref(access_logs), LogFilePrefix="load-balancer-logs/"
        ),
    )
    buckets.explain_delivered_logs(bucket)
    bucket.DependsOn = admits_logs.title
    return bucket


def _load_balancer_logging(template: Template, bucket: s3.Bucket) -> tuple[Statement, AWSHelperFn]:
    """Admit load balancers: through a service everywhere, and through AWS's account in older regions."""
    logs_of_this_account = buckets.bucket_arn(bucket, "/AWSLogs/${AWS::AccountId}/*")
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
