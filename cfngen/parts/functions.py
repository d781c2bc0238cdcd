"""Lambda functions whose code is in the template: what a custom resource needs where CloudFormation has no type.

Each has a role of its own, an encrypted log group with retention, and no more rights than its statements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from awacs.aws import Allow, PolicyDocument, Statement
from awacs.logs import CreateLogStream, PutLogEvents
from troposphere import AWSHelperFn, GetAtt, Ref, Template, awslambda, iam, logs

from .log_groups import log_group
from .metadata import context, suppress
from .tags import name_tag
from .trust import trust_service

RUNTIME = "python3.14"
MEMORY = 256
LONGEST_CODE = 4096
"""Characters: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"""

_FOR_OUR_LINTER = re.compile(r" *# noqa: .*$", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """What a function is: its title in the template, its module in `cfngen.functions`, and why it is there."""

    title: str
    module: str
    why: str
    timeout: int = 60
    """Seconds."""


def source(module: str) -> str:
    """Return the code of a module of `cfngen.functions` as a template carries it."""
    return _FOR_OUR_LINTER.sub("", text_of(f"{module}.py"))


def text_of(file: str) -> str:
    """Return a file of `cfngen.functions` as it is."""
    return files(f"{__package__.partition('.')[0]}.functions").joinpath(file).read_text(encoding="utf-8")


def inline_function(
    template: Template, code: Code, key_arn: AWSHelperFn, statements: Sequence[Statement]
) -> awslambda.Function:
    """Add a function with its role and log group; `key_arn` is the key of the log group."""
    group = _log_group(template, code, key_arn)
    role = _role(template, code, _policy(template, code, group, statements))
    function = awslambda.Function(
        code.title,
        Metadata=context(code.why, mutable="review-required"),
        Code=awslambda.Code(ZipFile=source(code.module)),
        Description=code.why,
        Handler="index.handler",
        LoggingConfig=awslambda.LoggingConfig(LogGroup=Ref(group)),
        MemorySize=MEMORY,
        Role=GetAtt(role, "Arn"),
        Runtime=RUNTIME,
        Tags=name_tag(template, code.module.replace("_", "-")),
        Timeout=code.timeout,
    )
    _explain(function)
    return template.add_resource(function)


def _log_group(template: Template, code: Code, key_arn: AWSHelperFn) -> logs.LogGroup:
    why, tags = "What the function did, and why it failed.", name_tag(template, code.module.replace("_", "-"))
    return log_group(template, f"{code.title}Logs", key_arn, why, Tags=tags)


def _policy(template: Template, code: Code, group: logs.LogGroup, statements: Sequence[Statement]) -> iam.ManagedPolicy:
    log = Statement(Sid="Log", Effect=Allow, Action=[CreateLogStream, PutLogEvents], Resource=[GetAtt(group, "Arn")])
    policy = iam.ManagedPolicy(
        f"{code.title}Policy",
        Metadata=context("What the function does, and writing its log.", mutable="review-required"),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[log, *statements]),
    )
    suppress(
        policy,
        "Stars stand for the streams of its own log group, and for account settings that have no ARN to name.",
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(policy)


def _role(template: Template, code: Code, policy: iam.ManagedPolicy) -> iam.Role:
    return template.add_resource(
        iam.Role(
            f"{code.title}Role",
            Metadata=context("For this function alone.", must=("Nobody but Lambda may assume it.",)),
            AssumeRolePolicyDocument=trust_service("lambda.amazonaws.com"),
            ManagedPolicyArns=[Ref(policy)],
            Tags=name_tag(template, code.module.replace("_", "-")),
        )
    )


def _explain(function: awslambda.Function) -> None:
    suppress(
        function,
        "The newest runtime that CloudFormation's published schemas know in every region; one the CDK knows may not be "
        "there yet.",
        nag=("AwsSolutions-L1",),
    )
    suppress(
        function,
        "It speaks to AWS's own APIs only, holds no data and must also work in accounts that have no network.",
        checkov=("CKV_AWS_117",),
        nag=("HIPAA.Security-LambdaInsideVPC", "NIST.800.53.R5-LambdaInsideVPC"),
    )
    suppress(
        function,
        "Only CloudFormation calls it, for one stack at a time; a new account may have a concurrency of 10 in all.",
        checkov=("CKV_AWS_115",),
        nag=("HIPAA.Security-LambdaConcurrency", "NIST.800.53.R5-LambdaConcurrency"),
    )
    suppress(
        function,
        "It answers CloudFormation in every case, and a failure fails the stack: there is nothing to put in a queue.",
        checkov=("CKV_AWS_116",),
        nag=("HIPAA.Security-LambdaDLQ", "NIST.800.53.R5-LambdaDLQ"),
    )
