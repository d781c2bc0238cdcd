"""Principals: roles, groups and users with their policies and boundaries, and things with theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...expressions.values import Reference, Value
from ..world import Located, Site
from .arns import Names
from .managed import EVERYTHING, managed_policy
from .matching import token
from .policies import Statement, read_policy

ROLE, GROUP, USER, POLICY = "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::User", "AWS::IAM::ManagedPolicy"

RESOURCE_POLICIES: Mapping[str, tuple[str, str]] = {
    "AWS::S3::BucketPolicy": ("Bucket", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("Topics", "PolicyDocument"),
    "AWS::SQS::QueuePolicy": ("Queues", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": ("SecretId", "ResourcePolicy"),
}
"""Types that are a policy of other resources: which property names those, and which holds the policy."""

OWN_POLICIES = {
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::Backup::BackupVault": "AccessPolicy",
    ROLE: "AssumeRolePolicyDocument",
}
"""Types that hold their own policy."""


@dataclass(frozen=True, eq=False)
class Principal:
    """Who acts: what it is called, its account, and what its policies and its boundary say."""

    name: str
    """`layer.LogicalId`, or words for somebody who is in no template."""
    kind: str
    """`role`, `group`, `user`, `delegate`, or one of those who are in no template, such as `stranger`."""
    account: str
    arn: str
    site: Site | None = None
    located: Located | None = None
    statements: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_from: str = ""
    """The account that somebody outside of all templates is a stranger to."""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Thing:
    """What is acted on: its ARN, its account, and what its own policy says; `part` is of what is in it."""

    name: str
    type: str
    account: str
    arn: str
    site: Site | None = None
    located: Located | None = None
    policy: tuple[Statement, ...] | None = None
    """None where it has none."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def read_principals(sites: Sequence[Site], names: Names) -> tuple[Principal, ...]:
    """Return every role, group and user of some sites; a group stands for one of its members."""
    attached = _attached(sites, names)
    found = [
        _principal(site, located, attached, names) for site in sites for located in site.resources(ROLE, GROUP, USER)
    ]
    return (*found, *_delegates(found))


def _principal(
    site: Site, located: Located, attached: Mapping[tuple[str, str], list[Statement]], names: Names
) -> Principal:
    resource = located.resource
    kind = resource.type.rpartition("::")[2].lower()
    given = resource.properties
    own = [*attached[resource.reference.resource], *_inline(located, names)]
    for arn in _listed(given.get("ManagedPolicyArns")):
        own += _managed(arn, attached, names)
    for group in _listed(given.get("Groups")):
        found = names.known.get(group.resource) if isinstance(group, Reference) else None
        own += _principal(*found, attached, names).statements if found else ()
    boundary = given.get("PermissionsBoundary")
    arn = names.arn_of(site, located)
    is_group = kind == "group"
    return Principal(
        name=f"{located.stack.layer}.{resource.logical_id}",
        kind=kind,
        account=site.account,
        arn=arn.replace(":group/", ":user/") + token(arn, "member") if is_group else arn,
        site=site,
        located=located,
        statements=tuple(own),
        boundary=None if boundary is None else tuple(_managed(boundary, attached, names)),
    )


def _attached(sites: Sequence[Site], names: Names) -> Mapping[tuple[str, str], list[Statement]]:
    """Return the statements of managed policies by policy, and those that name roles, users or groups by these."""
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for site in sites:
        for located in site.resources(POLICY, "AWS::IAM::Policy", "AWS::IAM::RolePolicy"):
            given = located.resource.properties
            read = read_policy(located, ("PolicyDocument",), given.get("PolicyDocument"), names)
            found[located.resource.reference.resource] += read
            holders = [*_listed(given.get("Roles")), *_listed(given.get("Users")), *_listed(given.get("Groups"))]
            for holder in (*holders, given.get("RoleName")):
                if isinstance(holder, Reference):
                    found[holder.resource] += read
    return found


def _inline(located: Located, names: Names) -> Iterator[Statement]:
    for number, each in enumerate(_listed(located.resource.properties.get("Policies"))):
        if isinstance(each, Mapping):
            yield from read_policy(
                located, ("Policies", str(number), "PolicyDocument"), each.get("PolicyDocument"), names
            )


def _managed(arn: Value, attached: Mapping[tuple[str, str], list[Statement]], names: Names) -> list[Statement]:
    """Return the statements of an attached policy; one that nobody here knows may allow everything."""
    if isinstance(arn, Reference):
        return attached[arn.resource]
    spelled = names.text(arn)
    if spelled in names.policies:
        return attached[names.policies[spelled]]
    return read_policy(None, (), managed_policy(spelled), names)


def _delegates(principals: Sequence[Principal]) -> Iterator[Principal]:
    """Yield, for each boundary, somebody who has every right within it: whom administrators may make."""
    seen = set()
    for each in principals:
        key = (each.account, *map(str, each.boundary or ()))
        if each.boundary is not None and key not in seen:
            seen.add(key)
            arn = f"arn:aws:iam::{each.account}:role/delegated/{token(*key)}"
            allow = tuple(read_policy(None, (), EVERYTHING, _NOBODY))
            yield Principal("a delegate", "delegate", each.account, arn, each.site, None, allow, each.boundary)


_NOBODY = Names({}, {})


def read_things(sites: Sequence[Site], names: Names, types: Sequence[str]) -> tuple[Thing, ...]:
    """Return the resources of some types, with their own policies."""
    policies: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for site in sites:
        for located in site.resources(*RESOURCE_POLICIES):
            key, document = RESOURCE_POLICIES[located.resource.type]
            given = located.resource.properties
            for owner in _listed(given.get(key)):
                if isinstance(owner, Reference):
                    policies[owner.resource] += read_policy(located, (document,), given.get(document), names)
    aliases = _aliases(sites, names)
    return tuple(
        _thing(site, located, policies, aliases, names) for site in sites for located in site.resources(*types)
    )


def _thing(
    site: Site,
    located: Located,
    policies: Mapping[tuple[str, str], list[Statement]],
    aliases: Mapping[tuple[str, str], tuple[str, ...]],
    names: Names,
) -> Thing:
    resource = located.resource
    key = resource.reference.resource
    own = OWN_POLICIES.get(resource.type)
    written = read_policy(located, (own,), resource.properties.get(own), names) if own else []
    policy = [*written, *policies[key]] if written or key in policies else None
    return Thing(
        name=f"{located.stack.layer}.{resource.logical_id}",
        type=resource.type,
        account=site.account,
        arn=names.arn_of(site, located),
        site=site,
        located=located,
        policy=None if policy is None else tuple(policy),
        context={"kms:resourcealiases": aliases.get(key, ())} if resource.type == "AWS::KMS::Key" else {},
    )


def _aliases(sites: Sequence[Site], names: Names) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for site in sites:
        for located in site.resources("AWS::KMS::Alias"):
            target, alias = (located.resource.properties.get(key) for key in ("TargetKeyId", "AliasName"))
            if isinstance(target, Reference):
                found[target.resource] = (*found.get(target.resource, ()), names.text(alias))
    return found


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [] if value is None else [value]
