"""Placement: what may exist once per account, once per region or only in us-east-1 is where it must be.

Two environments in one account must not collide either: names are compared across all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import Where
from ..expressions.evaluate import Resource
from ..expressions.values import NO_VALUE
from ..schemas import resource_schema
from .proof import HOLDS, Fact, Proof, against, place, proof
from .world import Located, Site, World

WORLD, WORLD_REGION, ACCOUNT, REGION = "all accounts", "all accounts of a region", "account", "account and region"

GLOBAL_NAMES = {"AWS::S3::Bucket": WORLD, "AWS::Cognito::UserPoolDomain": WORLD_REGION}
"""Names that are unique over all customers, Cognito's within a region.

S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
Cognito: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
"""

ACCOUNT_SERVICES = ("AWS::IAM::", "AWS::CloudFront::", "AWS::Organizations::")
"""Services whose names are unique in an account, whatever the region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

NAMED_BY = {
    "AWS::Cognito::UserPoolDomain": "Domain",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::WAFv2::WebACL": "Name",
}
"""Where a physical name is not the identifier that the type's schema names."""

SINGLETONS: Mapping[str, str] = {
    "AWS::ApiGateway::Account": REGION,
    "AWS::Config::ConfigurationRecorder": REGION,
    "AWS::Config::DeliveryChannel": REGION,
    "AWS::GuardDuty::Detector": REGION,
    "AWS::SecurityHub::Hub": REGION,
    "AWS::IAM::ServiceLinkedRole": ACCOUNT,
    "AWS::Route53::DNSSEC": ACCOUNT,
}
"""Types of which there can be one. Config: "only one delivery channel per region per AWS account".

A service-linked role is one per service, so `AWSServiceName` tells two of them apart.
"""

US_EAST_1: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "AWS::WAFv2::WebACL": lambda given: given.get("Scope") == "CLOUDFRONT",
    "AWS::WAFv2::IPSet": lambda given: given.get("Scope") == "CLOUDFRONT",
    "AWS::CloudFront::Distribution": lambda _: True,
    "AWS::Route53::HealthCheck": lambda _: True,
}
"""What is, or is watched, in us-east-1 only.

https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
"""

ONE_MANAGER = ("account", "detection")
"""Bundles of which exactly one environment has charge in each account."""


def prove_placement(world: World, one_manager: Sequence[str] = ONE_MANAGER) -> Proof:
    """Prove that nothing collides, nothing is where it cannot be and each account has one manager."""
    return proof("placement", [*_names(world), *_singletons(world), *_regions(world), *managers(world, one_manager)])


def _names(world: World) -> Iterator[Fact]:
    """Compare the explicit names of all environments, each within the space where it must be unique."""
    seen: dict[tuple[str, ...], list[tuple[Site, Located]]] = defaultdict(list)
    for site in world.sites:
        for located in site.resources():
            name = _name(located.resource)
            if name:
                kind = located.resource.type
                seen[(kind, name, *_space(kind, site))].append((site, located))
    for (kind, name, *_), owners in seen.items():
        yield _unique(owners, "placement.name", f"{kind} {name}", "let AWS name it, or put what tells them apart in it")


def _name(resource: Resource) -> str:
    """Return the name a template gives, if it is known: one with a reference in it is the stack's own."""
    key = name_property(resource.type)
    value = resource.properties.get(key, NO_VALUE) if key else NO_VALUE
    return value if isinstance(value, str) else ""


def name_property(kind: str) -> str:
    """Return the property that names a resource, from AWS's schema: the identifier that may be written."""
    if kind in NAMED_BY:
        return NAMED_BY[kind]
    schema = resource_schema(kind)
    if schema is None or len(schema.primary_identifier) != 1:
        return ""
    (identifier,) = schema.primary_identifier
    return "" if identifier in schema.read_only else identifier


def _space(kind: str, site: Site) -> tuple[str, ...]:
    """Return what a name must be unique in."""
    scope = GLOBAL_NAMES.get(kind, ACCOUNT if kind.startswith(ACCOUNT_SERVICES) else REGION)
    spaces = {WORLD: (), WORLD_REGION: (site.region,), ACCOUNT: (site.account,), REGION: (site.account, site.region)}
    return spaces[scope]


def _singletons(world: World) -> Iterator[Fact]:
    seen: dict[tuple[str, ...], list[tuple[Site, Located]]] = defaultdict(list)
    for site in world.sites:
        for located in site.resources(*SINGLETONS):
            kind, given = located.resource.type, located.resource.properties
            region = (site.region,) if SINGLETONS[kind] == REGION else ()
            service = str(given.get("AWSServiceName", ""))
            seen[(kind, service, site.account, *region)].append((site, located))
    for (kind, service, *space), owners in seen.items():
        what = f"{kind} {service}".strip() + f" in {'/'.join(space)}"
        yield _unique(owners, "placement.once", what, "leave it to one bundle of one environment")


def _unique(owners: list[tuple[Site, Located]], rule: str, what: str, hint: str) -> Fact:
    if len(owners) == 1:
        return HOLDS
    (_, first), *_ = owners
    places = ", ".join(f"{site} ({located.stack.layer}.{located.resource.logical_id})" for site, located in owners)
    return against(
        rule, place(first.stack, first.resource.logical_id), f"{what} can exist once, but is in {places}", hint
    )


def _regions(world: World) -> Iterator[Fact]:
    for site in world.sites:
        for located in site.resources(*US_EAST_1):
            if not US_EAST_1[located.resource.type](located.resource.properties):
                continue
            if site.region == "us-east-1":
                yield HOLDS
            else:
                where = place(located.stack, located.resource.logical_id)
                what = f"{located.resource.type} can be in us-east-1 only, but {site} has it"
                yield against("placement.us-east-1", where, what, "move its layer to a bundle of us-east-1")


def managers(world: World, bundles: Sequence[str]) -> Iterator[Fact]:
    """Yield, for each account, whether exactly one environment has charge of each of the bundles given."""
    accounts = {account for environment in world.environments for account in environment.accounts}
    for bundle in bundles:
        for account in sorted(accounts):
            here = [each for each in world.environments if account in each.accounts]
            managing = [each.name for each in here if bundle in each.bundles]
            if len(managing) == 1:
                yield HOLDS
                continue
            what = f"{' and '.join(managing) or 'no environment'} manages {bundle} in account {account}"
            hint = f"name {bundle} in the bundles of exactly one of {', '.join(each.name for each in here)}"
            yield against("placement.manager", Where(here[0].file, path="bundles"), what, hint)
