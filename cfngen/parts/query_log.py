"""What Route 53 is asked about a public zone, in an encrypted log group that Route 53 may write into.

In us-east-1 only: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html.
"""

from __future__ import annotations

from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from awacs.logs import CreateLogStream, PutLogEvents
from troposphere import GetAtt, Ref, Sub, Template, kms, logs

from .. import facts
from ..layer import setting
from .log_groups import log_group
from .metadata import context
from .tags import name_tag
from .unique import unique_name

GROUP_ARN = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Name}:*"


def query_log(template: Template, key: kms.Key, *, condition: str) -> logs.LogGroup:
    """Add the log group `QueryLogs`, after the policy that admits Route 53: it tries to write as soon as it is told."""
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    name = unique_name("/aws/route53", Ref(facts.PROJECT), Ref(facts.ENVIRONMENT))
    policy = template.add_resource(
        logs.ResourcePolicy(
            "QueryLogsPolicy",
            Condition=condition,
            PolicyName=Sub("${AWS::StackName}-route53"),
            PolicyDocument=Sub(_admits_route53().to_json(indent=0).replace("\n", ""), Name=name),
            Metadata=context("Lets Route 53 write into the group, for hosted zones of this account alone."),
        )
    )
    return log_group(
        template,
        "QueryLogs",
        GetAtt(key, "Arn"),
        "Who looked for which name: evidence, and the first sign of somebody who searches for more.",
        must=("In us-east-1, where Route 53 can write.", "Named so that Route 53 may write into it."),
        name=name,
        Condition=condition,
        DependsOn=policy,
        Tags=name_tag(template, "query-logs"),
    )


def _admits_route53() -> PolicyDocument:
    statement = Statement(
        Sid="Route53",
        Effect=Allow,
        Principal=Principal("Service", "route53.amazonaws.com"),
        Action=[CreateLogStream, PutLogEvents],
        Resource=[GROUP_ARN],
        Condition=Condition(
            [
                ArnLike({"aws:SourceArn": "arn:${AWS::Partition}:route53:::hostedzone/*"}),
                StringEquals({"aws:SourceAccount": "${AWS::AccountId}"}),
            ]
        ),
    )
    return PolicyDocument(Version="2012-10-17", Statement=[statement])
