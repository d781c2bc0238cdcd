"""People: the roles that they enter in every account, and the groups and users with which they sign in to one.

A role here is for people, not for instances, which have roles of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from awacs.aws import Bool, ConditionElement, NumericLessThan, PolicyDocument, Statement
from troposphere import AccountId, And, AWSHelperFn, Condition, Equals, If, Not, Or, Parameter, Ref, Sub, Template, iam

from .. import names
from ..layer import setting
from . import people_policies as may
from .boundary import ENVIRONMENT, PROJECT
from .metadata import context, suppress
from .tags import name_tag
from .trust import trust_principal

IDENTITY_ACCOUNT = Parameter(
    "IdentityAccount",
    Type="String",
    Default="",
    AllowedPattern="([0-9]{12})?",
    Description="The one account in which people sign in to enter roles everywhere; empty for each account's own.",
)

PATH = "/people/"
HOUR = 3600
HAS_IDENTITY_ACCOUNT, IS_IDENTITY_ACCOUNT, SIGN_IN_HERE = "HasIdentityAccount", "IsIdentityAccount", "PeopleSignInHere"


@dataclass(frozen=True)
class HumanRole:
    """A role that people enter: `name` is how they know it, `policies` are logical ids."""

    title: str
    name: str
    why: str
    policies: tuple[str, ...]
    seconds: int = 4 * HOUR
    bounded: bool = True


@dataclass(frozen=True)
class Group:
    """Who signs in, and what they may enter."""

    title: str
    why: str
    roles: tuple[str, ...]
    programs: bool = False
    """Whether they may make access keys of their own."""


@dataclass(frozen=True)
class Slot:
    """A user that may be: the setting of the name begins with the title."""

    title: str
    what: str
    groups: tuple[str, ...]

    @property
    def name(self) -> Parameter:
        """The setting that names the user; empty where there is none."""
        return Parameter(
            f"{self.title}Name",
            Type="String",
            Default="",
            AllowedPattern=r"[\w+=.@-]{0,32}",
            Description=f"Name of {self.what}, a user in the identity account; empty for none.",
        )


POLICIES: Mapping[str, tuple[str, Callable[[], Sequence[Statement]]]] = {
    "SystemsPolicy": ("Run instances, fleets and networks.", may.administer_systems),
    "PrincipalsPolicy": ("Invite people; make principals, within the boundary.", may.administer_principals),
    "DatabasesPolicy": ("Run databases.", may.administer_databases),
    "EngineerPolicy": ("Develop, test and maintain; read and write EC2 and S3.", may.engineer),
    "SupervisorPolicy": ("Look at everything.", lambda: may.monitor(f"{may.LOOK_ALL} iam:Get* List*")),
    "Ec2MonitorPolicy": ("Look at EC2.", lambda: may.monitor(may.LOOK_EC2)),
    "S3MonitorPolicy": ("Look at S3.", lambda: may.monitor(may.LOOK_S3)),
    "RdsMonitorPolicy": ("Look at RDS.", lambda: may.monitor(may.LOOK_RDS)),
    "NeverReadPolicy": ("What no monitor reads.", may.never_read),
    "RepairPolicy": ("Repair in an emergency.", may.repair),
}

MONITORS = ("Ec2MonitorPolicy", "S3MonitorPolicy", "RdsMonitorPolicy")
ROLES = (
    HumanRole(
        "SystemAdministratorRole",
        "system-administrator",
        "Runs the systems and invites people.",
        ("SystemsPolicy", "PrincipalsPolicy"),
    ),
    HumanRole(
        "DatabaseAdministratorRole",
        "database-administrator",
        "Runs the databases, without reading what is in them.",
        ("DatabasesPolicy",),
    ),
    HumanRole(
        "EngineerRole",
        "read_write_s3_ec2",
        "Engineers develop, test and maintain, mostly auto scaling.",
        ("EngineerPolicy",),
    ),
    HumanRole(
        "MonitorSupervisorRole",
        "monitor-supervisor",
        "Looks at everything, and at what the other monitors look at.",
        ("SupervisorPolicy", *MONITORS, "NeverReadPolicy"),
    ),
    *(
        HumanRole(
            f"Monitor{what}Role", f"monitor-{what.lower()}", f"Looks at {what.upper()}.", (policy, "NeverReadPolicy")
        )
        for what, policy in zip(("Ec2", "S3", "Rds"), MONITORS, strict=True)
    ),
    HumanRole(
        "BreakGlassRole",
        "break-glass",
        "For emergencies: the only role of people without a boundary. Entering it raises an alarm.",
        ("RepairPolicy", "SystemsPolicy", "DatabasesPolicy"),
        HOUR,
        bounded=False,
    ),
)

GROUPS = (
    Group("SystemAdministrators", "System Administrator", ("system-administrator", "break-glass"), programs=True),
    Group("DatabaseAdministrators", "Database Administrator", ("database-administrator",), programs=True),
    Group("Engineers", "Engineer: who develops, tests and maintains.", ("read_write_s3_ec2",), programs=True),
    Group("Monitors", "Monitor: its members are also in one of the groups below.", ()),
    Group("MonitorSupervisors", "Monitor of everything.", ("monitor-supervisor",)),
    Group("Ec2Monitors", "Monitor of EC2.", ("monitor-ec2",)),
    Group("S3Monitors", "Monitor of S3.", ("monitor-s3",)),
    Group("RdsMonitors", "Monitor of RDS.", ("monitor-rds",)),
)

SLOTS = (
    Slot("SystemAdmin1", "the first system administrator, such as System-admin-1", ("SystemAdministrators",)),
    Slot("SystemAdmin2", "the second system administrator, such as System-admin-2", ("SystemAdministrators",)),
    Slot("DatabaseAdmin1", "the first database administrator, such as DB-admin-1", ("DatabaseAdministrators",)),
    Slot("DatabaseAdmin2", "the second database administrator, such as DB-admin-2", ("DatabaseAdministrators",)),
    Slot(
        "MonitorSupervisor", "the monitor of everything, such as Monitor-Supervisor", ("Monitors", "MonitorSupervisors")
    ),
    Slot("MonitorEc2", "the monitor of EC2, such as Monitor-EC2", ("Monitors", "Ec2Monitors")),
    Slot("MonitorS3", "the monitor of S3, such as Monitor-S3", ("Monitors", "S3Monitors")),
    Slot("MonitorRds", "the monitor of RDS, such as Monitor-RDS", ("Monitors", "RdsMonitors")),
)


def conditions(template: Template) -> None:
    """Say where people sign in: in the identity account, or in every account where there is none."""
    account = setting(template, IDENTITY_ACCOUNT)
    template.add_condition(HAS_IDENTITY_ACCOUNT, Not(Equals(account, "")))
    template.add_condition(IS_IDENTITY_ACCOUNT, Equals(account, AccountId))
    template.add_condition(SIGN_IN_HERE, Or(Not(Condition(HAS_IDENTITY_ACCOUNT)), Condition(IS_IDENTITY_ACCOUNT)))


def roles(template: Template, boundary_arn: AWSHelperFn) -> None:
    """Add every role that people enter, with its policies."""
    policies = {title: _policy(template, title, why, made()) for title, (why, made) in POLICIES.items()}
    for role in ROLES:
        _role(template, role, [policies[title] for title in role.policies], boundary_arn)


def sign_in(template: Template) -> None:
    """Add groups, and users for the slots that are filled, where people sign in."""
    mfa = _policy(template, "OwnMfaPolicy", "Nothing but one's own MFA, until signed in with it.", may.own_mfa())
    keys = _policy(template, "OwnAccessKeysPolicy", "Access keys of one's own.", may.own_access_keys())
    groups = {group.title: _group(template, group, mfa, keys) for group in GROUPS}
    for policy in (mfa, keys):
        policy.Condition = SIGN_IN_HERE
    for slot in SLOTS:
        _user(template, slot, [groups[title] for title in slot.groups])


def _policy(template: Template, title: str, why: str, statements: Sequence[Statement]) -> iam.ManagedPolicy:
    policy = iam.ManagedPolicy(
        title,
        Metadata=context(why, mutable="review-required"),
        Description=why,
        Path=PATH,
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=list(statements)),
    )
    suppress(
        policy,
        "For people, whose work is on resources that AWS names later; MFA, the permissions boundary and, for the "
        "unbounded role, an alarm at each use limit it.",
        checkov=("CKV_AWS_107", "CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_110", "CKV_AWS_111"),
        nag=("AwsSolutions-IAM5",),
    )
    if title == "RepairPolicy":
        suppress(
            policy,
            "What breaks is not known before; MFA of the last hour lets in, and each use is an alarm.",
            lint=("E9192",),
        )
    return template.add_resource(policy)


def _role(
    template: Template, role: HumanRole, policies: Sequence[iam.ManagedPolicy], boundary_arn: AWSHelperFn
) -> iam.Role:
    account = If(HAS_IDENTITY_ACCOUNT, Ref(IDENTITY_ACCOUNT), AccountId)
    mfa: list[ConditionElement] = [Bool({"aws:MultiFactorAuthPresent": True})]
    if not role.bounded:
        mfa.append(NumericLessThan({"aws:MultiFactorAuthAge": str(role.seconds)}))
    made = iam.Role(
        role.title,
        Metadata=context(role.why, must=("Nobody enters it without MFA.",), mutable="change-with-constraints"),
        AssumeRolePolicyDocument=trust_principal(
            Sub("arn:${AWS::Partition}:iam::${Account}:root", Account=account), *mfa
        ),
        Description=role.why,
        ManagedPolicyArns=[Ref(policy) for policy in policies],
        MaxSessionDuration=role.seconds,
        Path=PATH,
        RoleName=Sub(names.human_role(PROJECT, ENVIRONMENT, role.name)),
        Tags=name_tag(template, role.name),
    )
    if role.bounded:
        made.PermissionsBoundary = boundary_arn
        made.DependsOn = "Boundary"
    else:
        suppress(
            made,
            "It is there to repair what the boundary protects; MFA of the last hour lets in, and each use is an alarm.",
            lint=("E9137",),
        )
    return template.add_resource(made)


def _group(template: Template, group: Group, mfa: iam.ManagedPolicy, keys: iam.ManagedPolicy) -> iam.Group:
    policies = [mfa, *([keys] if group.programs else [])]
    if group.roles:
        enter = _policy(template, f"Enter{group.title}Policy", f"Enter as: {group.why}", may.enter(*group.roles))
        enter.Condition = SIGN_IN_HERE
        policies.append(enter)
    made = iam.Group(
        group.title,
        Condition=SIGN_IN_HERE,
        Metadata=context(group.why, must=("No rights but to manage one's own MFA and to enter roles with it.",)),
        ManagedPolicyArns=[Ref(policy) for policy in policies],
        Path=PATH,
    )
    suppress(
        made,
        "Users are optional and made in the identity account by name, so a template cannot show a group's members.",
        nag=("HIPAA.Security-IAMGroupHasUsers", "NIST.800.53.R5-IAMGroupHasUsers"),
    )
    return template.add_resource(made)


def _user(template: Template, slot: Slot, groups: Sequence[iam.Group]) -> iam.User:
    name = setting(template, slot.name)
    is_there = f"Has{slot.title}"
    template.add_condition(is_there, And(Condition(IS_IDENTITY_ACCOUNT), Not(Equals(name, ""))))
    return template.add_resource(
        iam.User(
            slot.title,
            Condition=is_there,
            Metadata=context(
                "Has neither password nor keys: an administrator invites them, they add MFA and then enter a role.",
                must=("No policies of its own.", "No access keys in a template."),
                mutable="review-required",
            ),
            Groups=[Ref(group) for group in groups],
            Path=PATH,
            Tags=name_tag(template, slot.title),
            UserName=Sub("${Project}-${Environment}-${" + slot.name.title + "}"),
        )
    )
