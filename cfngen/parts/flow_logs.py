"""Flow logs: who spoke to whom in a VPC, accepted or rejected."""

from __future__ import annotations

from awacs import logs as actions
from awacs.aws import Allow, ArnLike, PolicyDocument, Statement, StringEquals
from troposphere import AccountId, AWSHelperFn, GetAtt, Ref, Sub, Template, ec2, iam, logs

from .log_groups import log_group
from .metadata import context
from .tags import name_tag
from .trust import trust_service

DELIVER = (actions.CreateLogStream, actions.DescribeLogStreams, actions.PutLogEvents)
"""https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html, without creating log groups."""

AGGREGATION_SECONDS = 60


def flow_log(template: Template, vpc: ec2.VPC, key_arn: AWSHelperFn) -> ec2.FlowLog:
    """Add the flow log of a VPC, its encrypted log group and the role that delivers."""
    tags, why = name_tag(template, "flow-log"), "Where the flow log is kept and searched."
    group = log_group(template, "FlowLogGroup", key_arn, why, Tags=tags)
    role = _role(template)
    policy = _policy(template, role, group)
    return template.add_resource(
        ec2.FlowLog(
            "FlowLog",
            DependsOn=policy,
            Metadata=context("Evidence of every connection, for audits and for finding what a rule blocks."),
            DeliverLogsPermissionArn=GetAtt(role, "Arn"),
            LogDestinationType="cloud-watch-logs",
            LogGroupName=Ref(group),
            MaxAggregationInterval=AGGREGATION_SECONDS,
            ResourceId=Ref(vpc),
            ResourceType="VPC",
            Tags=tags,
            TrafficType="ALL",
        )
    )


def _role(template: Template) -> iam.Role:
    flow_logs = Sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc-flow-log/*")
    return template.add_resource(
        iam.Role(
            "FlowLogRole",
            Metadata=context("Delivers flow logs of this account and region only."),
            AssumeRolePolicyDocument=trust_service(
                "vpc-flow-logs.amazonaws.com",
                StringEquals({"aws:SourceAccount": AccountId}),
                ArnLike({"aws:SourceArn": flow_logs}),
            ),
            Tags=name_tag(template, "flow-log"),
        )
    )


def _policy(template: Template, role: iam.Role, group: logs.LogGroup) -> iam.ManagedPolicy:
    deliver = Statement(Sid="Deliver", Effect=Allow, Action=[*DELIVER], Resource=[GetAtt(group, "Arn")])
    return template.add_resource(
        iam.ManagedPolicy(
            "FlowLogPolicy",
            Metadata=context("What delivering to the one log group takes."),
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[deliver]),
            Roles=[Ref(role)],
        )
    )
