"""The distribution's access log, by version 2 of log delivery: chosen fields, encrypted, in us-east-1.

It leaves the geography of whoever is in it, so it has no cookie, no query string and no referrer, and
CloudFront never logs the Authorization header.
"""

from __future__ import annotations

from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, cloudfront, logs

from .. import facts
from .log_groups import log_group
from .metadata import context
from .tags import name_tag
from .unique import unique_name

FIELDS = (
    *("date", "time", "x-edge-location", "x-edge-request-id", "x-host-header", "c-ip", "cs-method", "cs-uri-stem"),
    *("sc-status", "cs-bytes", "sc-bytes", "time-taken", "time-to-first-byte", "cs-protocol", "cs-protocol-version"),
    *("ssl-protocol", "ssl-cipher", "cs(User-Agent)", "sc-content-type"),
    *("x-edge-result-type", "x-edge-response-result-type", "x-edge-detailed-result-type"),
)
"""Without cs(Cookie), cs-uri-query and cs(Referer).

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

_NAME = "${Project}-${Environment}-edge-access"


def access_log(template: Template, distribution: cloudfront.Distribution, key: AWSHelperFn) -> None:
    """Add the log group, and the delivery of the distribution's log into it."""
    group = _log_group(template, key)
    arn = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${" + distribution.title + "}"
    source = template.add_resource(
        logs.DeliverySource(
            "AccessLogSource",
            Name=Sub(_NAME),
            LogType="ACCESS_LOGS",
            ResourceArn=Sub(arn),
            Tags=name_tag(template, "edge-access-log"),
            Metadata=context("What is logged: every request that the distribution answers."),
        )
    )
    destination = template.add_resource(
        logs.DeliveryDestination(
            "AccessLogDestination",
            Name=Sub(_NAME),
            DestinationResourceArn=GetAtt(group, "Arn"),
            OutputFormat="json",
            Tags=name_tag(template, "edge-access-log"),
            Metadata=context("Where it goes: CloudWatch, where it can be asked."),
        )
    )
    template.add_resource(
        logs.Delivery(
            "AccessLog",
            DeliverySourceName=Ref(source),
            DeliveryDestinationArn=GetAtt(destination, "Arn"),
            RecordFields=list(FIELDS),
            Tags=name_tag(template, "edge-access-log"),
            Metadata=context(
                "Version 2, which needs no bucket with ACLs and lets us leave fields out.",
                must=("No cookie, no query string, no referrer.",),
                mutable="review-required",
            ),
        )
    )


def _log_group(template: Template, key: AWSHelperFn) -> logs.LogGroup:
    return log_group(
        template,
        "AccessLogs",
        key,
        "Who asked for what, in every geography.",
        must=("Its name begins with /aws/vendedlogs/, or the policy of log delivery would outgrow its limit.",),
        name=unique_name("/aws/vendedlogs/cloudfront", Ref(facts.PROJECT), Ref(facts.ENVIRONMENT)),
        Tags=name_tag(template, "edge-access-logs"),
    )
