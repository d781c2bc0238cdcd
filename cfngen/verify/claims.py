"""Claims: what stacks that are still to be made want to be the first to have, in an account or a region.

Read from the evaluated templates, so a new layer's names and singletons are among them without a word here. Whether
somebody has them already is asked by `cfngen.aws.presence`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..deployment import Instance
from ..expressions.values import NO_VALUE
from .placement import NAMED_BY, name_property
from .world import Located, World

COUNTED = ("AWS::CloudTrail::Trail", "AWS::EC2::EIP", "AWS::EC2::VPC")
"""Types of which AWS allows few."""

SINGLE = (
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::Config::ConfigurationRecorder",
    "AWS::GuardDuty::Detector",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::SecurityHub::Hub",
)
"""Types of which there can be one; an analyzer, because AWS allows one of each type."""

NAMED = ("AWS::Backup::BackupVault", "AWS::Cognito::UserPoolDomain", "AWS::S3::Bucket", "AWS::SSM::Document")
"""Types whose fixed names somebody may have used before; those of roles and policies go with their stacks."""

GENERATION = "StoreGeneration"


class Claim(NamedTuple):
    """A resource that a stack is to make where there may be one already."""

    place: Instance
    target: str
    """The place in words, `us/us-east-1`."""
    layer: str
    type: str
    name: str
    """Its fixed name, or the service of a service-linked role; '' where it has none."""
    setting: str
    """The line in the environment file that avoids it, '' where there is none."""


def claims(world: World, due: Collection[tuple[str, Instance]]) -> Iterator[Claim]:
    """Yield the claims of the stacks that are not there yet: bundles and the instances where they are due."""
    for site in world.sites:
        place = Instance(site.account, site.region)
        for located in site.resources(*COUNTED, *SINGLE, *NAMED):
            bundle, kind = located.stack.file.path.parent.name, located.resource.type
            name = _name(located)
            if (bundle, place) in due and (name or kind not in NAMED):
                setting = _setting(located)
                yield Claim(place, str(site.target), located.stack.layer, kind, name, setting)


def _name(located: Located) -> str:
    kind, given = located.resource.type, located.resource.properties
    key = "AWSServiceName" if kind == "AWS::IAM::ServiceLinkedRole" else NAMED_BY.get(kind) or name_property(kind)
    value = given.get(key, NO_VALUE) if key else NO_VALUE
    return value if isinstance(value, str) else ""


def _setting(located: Located) -> str:
    """Return the line that avoids a resource: the switch that its condition reads, or another generation."""
    body, declared = located.stack.file.body, located.stack.file.resources[located.resource.logical_id]
    if GENERATION in str(declared.get("Properties")):
        now = str(located.stack.frame.parameters.get(GENERATION, ""))
        return f"{GENERATION}: {chr(ord(now) + 1) if now and now != 'z' else 'a'}"
    condition = (body.get("Conditions") or {}).get(declared.get("Condition"), {})
    sides = condition.get("Fn::Equals", ()) if isinstance(condition, dict) else ()
    switches = [side["Ref"] for side in sides if isinstance(side, dict) and "Ref" in side]
    return f"{switches[0]}: false" if len(switches) == 1 and "true" in sides else ""
