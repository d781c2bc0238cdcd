"""What StackSets and the admin account need in a target account: the execution role and the reader role.

The execution role makes what the templates describe and can be entered by the administration role alone.
The reader role looks at stacks and at the environment's own parameters, never at what patients own.
"""

from __future__ import annotations

from collections.abc import Sequence

from awacs import cloudformation as stacks
from awacs import s3, ssm
from awacs.aws import Action, Allow, PolicyDocument, Statement
from troposphere import GetAtt, Ref, Sub, Template, iam

from .. import facts, names
from ..layer import Classification, Wire, give, setting
from ..parts import permissions
from ..parts.metadata import context, suppress
from ..parts.scopes import ENVIRONMENT, IMAGES, MADE, OWN, PARAMETERS, PROJECT, STACKS, TEMPLATES
from ..parts.trust import trust_principal

CLASSIFICATION = Classification.AUDIT

EXECUTION_ROLE_ARN = Wire("ExecutionRoleArn", "String", "Role with which StackSets makes resources here.")
READER_ROLE_ARN = Wire("ReaderRoleArn", "String", "Role with which the admin account looks at stacks here.")

ADMINISTRATION_ROLE = "arn:${AWS::Partition}:iam::${AdminAccount}:role/" + names.administration_role(
    PROJECT, ENVIRONMENT
)

POLICIES = {
    "Stacks": "Stacks, their templates and their parameters.",
    "Identity": "Roles, policies and people.",
    "Network": "Networks, balancers and fleets.",
    "Data": "Buckets, keys, logs, secrets and databases.",
    "Account": "The audit trail, functions, records and detectors.",
    "Protection": "Users and backups.",
    "Service": "Firewalls, alarms, releases, patching.",
    "Edge": "Names, certificates and distributions.",
}
"""The execution role's policies, which `scopes` names."""


PRESENT = (
    "access-analyzer:ListAnalyzers",
    "backup:ListBackupVaults",
    "cloudtrail:DescribeTrails",
    "cognito-idp:DescribeUserPoolDomain",
    "config:DescribeConfigurationRecorders",
    "ec2:DescribeAddresses",
    "ec2:DescribeRegions",
    "ec2:DescribeVpcs",
    "guardduty:ListDetectors",
    "iam:ListRoles",
    "s3:ListAllMyBuckets",
    "securityhub:DescribeHub",
    "servicequotas:GetServiceQuota",
    "ssm:DescribeDocument",
)
"""What preflight looks for before the first deployment: names and numbers, never what is in anything."""

PARAMETER_TYPES = ("Images", "SecurityGroups", "Subnets", "Vpcs")
"""What CloudFormation looks up for a preview, with its caller's rights: parameters of AWS's own types are checked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""


def build(template: Template) -> None:
    """Add the execution role with its policies, and the reader role."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.ADMIN_ACCOUNT):
        setting(template, fact)
    statements = {title: permissions.statements(title, permissions.needed_actions()) for title in POLICIES}
    policies = [_policy(template, title, found) for title, found in statements.items() if found]
    execution = _execution_role(template, policies)
    reader = _reader_role(template, [_reader_policy(template), _drift_policy(template)])
    give(template, EXECUTION_ROLE_ARN, GetAtt(execution, "Arn"))
    give(template, READER_ROLE_ARN, GetAtt(reader, "Arn"))


def _policy(template: Template, title: str, statements: Sequence[Statement]) -> iam.ManagedPolicy:
    bootstrap = [permissions.leave_bootstrap_alone()] if title == "Identity" else []
    policy = iam.ManagedPolicy(
        f"{title}Policy",
        Description=POLICIES[title],
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[*statements, *bootstrap]),
        Metadata=context(
            "Generated from the templates' types; a policy may hold 6,144 characters.",
            must=(
                "No action on all services.",
                "No reading of objects, log events, or secrets but the header to origins.",
            ),
            mutable="review-required",
        ),
    )
    suppress(
        policy,
        "Stacks choose the names of what they make; only StackSets, for this environment, acts with it.",
        checkov=("CKV_AWS_109", "CKV_AWS_111"),
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(policy)


def _execution_role(template: Template, policies: Sequence[iam.ManagedPolicy]) -> iam.Role:
    role = iam.Role(
        "ExecutionRole",
        RoleName=Sub(names.execution_role(PROJECT, ENVIRONMENT)),
        Description="StackSets makes the environment's resources with it.",
        AssumeRolePolicyDocument=trust_principal(Sub(ADMINISTRATION_ROLE)),
        ManagedPolicyArns=[Ref(policy) for policy in policies],
        Metadata=context(
            "The name is fixed because a stack set enters every account by the same name.",
            must=("Trusts the administration role of the admin account and nobody else.", "Cannot change itself."),
            mutable="change-with-constraints",
        ),
    )
    return template.add_resource(role)


def _looking() -> list[Statement]:
    """Return what it takes to look at stacks, their parameters and what an update would do to them."""
    stacks_of_environment = [
        OWN % ("cloudformation", f"stack/{names.instance_stack(PROJECT, ENVIRONMENT, '*')}/*"),
        OWN % ("cloudformation", f"stack/{names.bootstrap_stack(PROJECT, ENVIRONMENT, '*')}/*"),
    ]
    look = [
        stacks.DescribeStackEvents,
        stacks.DescribeStackResource,
        stacks.DescribeStackResourceDrifts,
        stacks.DescribeStackResources,
        stacks.DescribeStacks,
        stacks.DetectStackDrift,
        stacks.DetectStackResourceDrift,
        stacks.GetTemplate,
        stacks.ListStackResources,
    ]
    of_no_stack = [stacks.DescribeStackDriftDetectionStatus, stacks.ListStacks]  # AWS asks for them on no resource
    return [
        Statement(Sid="Stacks", Effect=Allow, Action=look, Resource=[Sub(arn) for arn in stacks_of_environment]),
        Statement(Sid="StackList", Effect=Allow, Action=of_no_stack, Resource=["*"]),
        Statement(
            Sid="Parameters",
            Effect=Allow,
            Action=[ssm.GetParameter, ssm.GetParameters, ssm.GetParametersByPath],
            Resource=[Sub(PARAMETERS), Sub(IMAGES)],
        ),
        Statement(
            Sid="Previews",  # never ExecuteChangeSet, and no role is passed
            Effect=Allow,
            Action=[stacks.CreateChangeSet, stacks.DeleteChangeSet, stacks.DescribeChangeSet],
            Resource=[Sub(STACKS)],
        ),
        Statement(Sid="Templates", Effect=Allow, Action=[s3.GetObject], Resource=[Sub(TEMPLATES)]),
        _looks("Present", PRESENT, "*"),
        _looks("ParameterTypes", [f"ec2:Describe{kind}" for kind in PARAMETER_TYPES], "*"),
    ]


def _drift_policy(template: Template) -> iam.ManagedPolicy:
    found = permissions.drift_actions()
    of_functions = [each for each in found if each.startswith("lambda:")]  # which tell where the code is
    policy = iam.ManagedPolicy(
        "DriftPolicy",
        Description="Look at the settings of what stacks made.",
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                _looks("Settings", [each for each in found if each not in of_functions], "*"),
                _looks("Functions", of_functions, OWN % ("lambda", f"function:{MADE}")),
            ],
        ),
        Metadata=context(
            "CloudFormation looks for drift with the rights of whoever asks for it.",
            must=("Settings alone: no object and no list of them, no event, no parameter, no secret.",),
            mutable="review-required",
        ),
    )
    suppress(policy, "AWS names what stacks made, and much of it is described as a list.", nag=("AwsSolutions-IAM5",))
    return template.add_resource(policy)


def _looks(sid: str, actions: Sequence[str], resource: str) -> Statement:
    named = [Action(*each.split(":")) for each in actions]
    return Statement(Sid=sid, Effect=Allow, Action=named, Resource=[Sub(resource) if "${" in resource else resource])


def _reader_policy(template: Template) -> iam.ManagedPolicy:
    policy = iam.ManagedPolicy(
        "ReaderPolicy",
        Description="Look at the environment's stacks and parameters.",
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=_looking()),
        Metadata=context(
            "`status`, `plan` and `drift` read with it; identity of the caller needs no permission.",
            must=(
                "Nothing that changes a resource: a preview is deleted, never executed.",
                "Nothing that patients own.",
            ),
            mutable="review-required",
        ),
    )
    suppress(policy, "Wildcards stand for names that StackSets chooses.", nag=("AwsSolutions-IAM5",))
    return template.add_resource(policy)


def _reader_role(template: Template, policies: Sequence[iam.ManagedPolicy]) -> iam.Role:
    role = iam.Role(
        "ReaderRole",
        RoleName=Sub(names.reader_role(PROJECT, ENVIRONMENT)),
        Description="The admin account looks at the environment's stacks with it.",
        AssumeRolePolicyDocument=trust_principal(Sub("arn:${AWS::Partition}:iam::${AdminAccount}:root")),
        ManagedPolicyArns=[Ref(policy) for policy in policies],
        Metadata=context(
            "The name is fixed because `status` asks every account by the same name.",
            must=("Only principals that the admin account permits may assume it.",),
            mutable="change-with-constraints",
        ),
    )
    suppress(
        role,
        "Programs look with it, which have no MFA device: it reads stacks, parameters and settings and changes no "
        "resource, so it has nothing to be bounded from.",
        lint=("E9136", "E9137"),
    )
    return template.add_resource(role)
