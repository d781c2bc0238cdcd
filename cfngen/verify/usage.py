"""Usage: how much of each quota is used, one `Use` per thing that is counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .. import deployment, names
from ..environment.parameters import places
from ..errors import Where
from ..expressions.values import Reference, Text, Unknown, Value, pieces
from ..templates import TemplateFile, compact
from . import quotas
from .proof import place
from .quotas import Quota
from .world import Located, Site, World

DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:")
LONGEST_REFERENCE = 128
"""Characters that a value nobody knows yet is taken to have: an ARN rarely has more."""


@dataclass(frozen=True)
class Use:
    """How much of a quota one thing uses."""

    quota: Quota
    used: int
    of: str
    """The thing, for a person: `foundation/network.yaml`."""
    where: Where


def usage(world: World) -> Iterator[Use]:
    """Yield every use of every quota."""
    for file in world.bootstrap:
        yield Use(quotas.BODY, len(compact(file).encode()), _short(file), Where(str(file.path)))
        yield from _template(file)
    for bundle in world.bundles.values():
        total = sum(len(file.resources) for file in bundle.files)
        yield Use(quotas.NESTED, total, bundle.name, Where(str(bundle.root.path)))
        for file in bundle.files:
            yield Use(quotas.OBJECT, len(file.text.encode()), _short(file), Where(str(file.path)))
            yield from _template(file)
    for site in (*world.sites, *world.promoted):
        yield from _site(site)
    yield from _stack_sets(world)
    yield from _places(world)


def _short(file: TemplateFile) -> str:
    return f"{file.path.parent.name}/{file.path.name}"


def _template(file: TemplateFile) -> Iterator[Use]:
    of, where, body = _short(file), Where(str(file.path)), file.body
    sections = {key: body.get(key) or {} for key in ("Resources", "Parameters", "Outputs", "Mappings")}
    for key, quota in zip(
        sections, (quotas.RESOURCES, quotas.PARAMETERS, quotas.OUTPUTS, quotas.MAPPINGS), strict=True
    ):
        yield Use(quota, len(sections[key]), of, where)
    for name, mapping in sections["Mappings"].items():
        yield Use(quotas.ATTRIBUTES, len(mapping), f"{of} {name}", where)
    for name in (*sections["Parameters"], *sections["Outputs"]):
        yield Use(quotas.NAME, len(name), f"{of} {name}", where)
    yield Use(quotas.DESCRIPTION, len(str(body.get("Description", "")).encode()), of, where)
    yield Use(quotas.DYNAMIC_REFERENCES, len(DYNAMIC_REFERENCE.findall(file.text)), of, where)


def _site(site: Site) -> Iterator[Use]:
    for bundle, given in site.given.items():
        for name, value in given.items():
            where = Where(site.environment.file, path=name)
            yield Use(quotas.VALUE, len(value.encode()), f"{site} {bundle} {name}", where)
    for located in site.resources():
        yield from _resource(site, located)


def _resource(site: Site, located: Located) -> Iterator[Use]:
    resource = located.resource
    of, where = f"{site} {located.stack.layer}.{resource.logical_id}", place(located.stack, resource.logical_id)
    for kind, key, quota in _SIZES:
        if resource.type == kind and (value := _at(resource.properties, key)) is not None:
            yield Use(quota, _size(value), of, where)
    for kind, key, quota in _COUNTS:
        if resource.type == kind and isinstance(value := _at(resource.properties, key), list):
            yield Use(quota, len(value), of, where)


_SIZES = (
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData", quotas.USER_DATA),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", quotas.MANAGED_POLICY),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", quotas.TRUST_POLICY),
    ("AWS::S3::BucketPolicy", "PolicyDocument", quotas.BUCKET_POLICY),
    ("AWS::KMS::Key", "KeyPolicy", quotas.KEY_POLICY),
)
_COUNTS = (
    ("AWS::IAM::Role", "ManagedPolicyArns", quotas.ROLE_POLICIES),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.SecurityGroupIds", quotas.GROUPS),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "SecurityGroups", quotas.GROUPS),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups", quotas.GROUPS),
    ("AWS::RDS::DBInstance", "VPCSecurityGroups", quotas.GROUPS),
)


def _at(properties: Mapping[str, Value], path: str) -> Value | None:
    value: Any = properties
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _size(value: Value) -> int:
    """Return the length of a text, or of a policy as IAM counts it: JSON without spaces."""
    if isinstance(value, Mapping | list):
        return len(json.dumps(value, separators=(",", ":"), default=_stand_in).encode())
    return sum(len(piece.encode()) if isinstance(piece, str) else LONGEST_REFERENCE for piece in pieces(value))


def _stand_in(value: object) -> str:
    """Return a text as long as a value that is not known is taken to be."""
    if isinstance(value, Text):
        return "x" * _size(value)
    return "x" * LONGEST_REFERENCE if isinstance(value, Reference | Unknown) else str(value)


def _stack_sets(world: World) -> Iterator[Use]:
    for environment in world.environments:
        where = Where(environment.file)
        for bundle in environment.bundles:
            instances = len(places(environment, world.bundles[bundle]))
            name = names.stack_set(environment.project, environment.name, bundle)
            yield Use(quotas.STACK_SET_NAME, len(name), name, where)
            yield Use(quotas.INSTANCES, instances, name, where)
        yield Use(quotas.STACK_TAGS, len(deployment.tags(environment)), environment.name, where)
    admins = {(each.admin.account, each.admin.region) for each in world.environments}
    for account, region in sorted(admins):
        of, where = f"{account}/{region}", Where(path=f"administrator {account}")
        here = [each for each in world.environments if (each.admin.account, each.admin.region) == (account, region)]
        yield Use(quotas.STACK_SETS, sum(len(each.bundles) for each in here), of, where)
        yield Use(
            quotas.OPERATIONS,
            sum(len(places(each, world.bundles[name])) for each in here for name in each.bundles),
            of,
            where,
        )


def _places(world: World) -> Iterator[Use]:
    """Yield what one account and region have of all environments together."""
    counted: dict[Quota, Counter[str]] = {quota: Counter() for quota in (quotas.STACKS, quotas.VPCS, quotas.ADDRESSES)}
    kinds = {"AWS::EC2::VPC": quotas.VPCS, "AWS::EC2::EIP": quotas.ADDRESSES}
    for site in world.sites:
        here = f"{site.account}/{site.region}"
        counted[quotas.STACKS][here] += len(site.stacks)
        for located in site.resources(*kinds):
            counted[kinds[located.resource.type]][here] += 1
    for quota, counts in counted.items():
        for here, used in sorted(counts.items()):
            yield Use(quota, used, here, Where(path=here))
    yield from _members(world)


def _members(world: World) -> Iterator[Use]:
    """Yield how many rules a security group, and entries a network ACL, have in one direction."""
    for site in (*world.sites, *world.promoted):
        counts: Counter[tuple[Quota, tuple[str, str], str]] = Counter()
        for located in site.resources():
            counts.update(_memberships(located))
        for (quota, (stack, name), direction), used in counts.items():
            of = f"{site} {stack.rpartition('/')[2]}.{name} {direction}"
            yield Use(quota, used, of, Where(path=f"{site} {name}"))


def _memberships(located: Located) -> Iterator[tuple[Quota, tuple[str, str], str]]:
    resource = located.resource
    kind, given = resource.type, resource.properties
    owner = given.get("GroupId", given.get("NetworkAclId"))
    for direction in ("Ingress", "Egress"):
        if kind == "AWS::EC2::SecurityGroup":
            for _ in given.get(f"SecurityGroup{direction}", ()):
                yield quotas.GROUP_RULES, resource.reference.resource, direction
        elif kind == f"AWS::EC2::SecurityGroup{direction}" and isinstance(owner, Reference):
            yield quotas.GROUP_RULES, owner.resource, direction
        elif kind == "AWS::EC2::NetworkAclEntry" and isinstance(owner, Reference) and _direction(given) == direction:
            yield quotas.ACL_ENTRIES, owner.resource, direction


def _direction(entry: Mapping[str, Value]) -> str:
    return "Egress" if entry.get("Egress") in (True, "true") else "Ingress"
