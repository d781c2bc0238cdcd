"""A new environment file: its text with comments, address ranges that nobody has, and bundles that it can deploy.

Pure: `cfngen init` asks, has the text checked like any other environment file, and writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from ..catalog import BUNDLES, Scope
from ..errors import CfngenError, Problem, Where, problem
from .addresses import SETTING as VPC_CIDR
from .config import Environment
from .mistakes import EDGE_BUNDLES
from .shape import Target

BLOCKS = (*IPv4Network("10.0.0.0/8").subnets(new_prefix=12), IPv4Network("172.16.0.0/12"))
"""An environment begins in a block of its own, sixteen /16 long, so that its next regions are its neighbours."""

ONCE_PER_ACCOUNT = (Scope.ACCOUNTS, Scope.ACCOUNT_REGIONS)
"""Scopes of bundles that only one environment may deploy to an account."""

FLAGS: Mapping[str, str] = {
    "project": "--project",
    "domain": "--domain",
    "admin.account": "--admin-account",
    "admin.region": "--admin-region",
    "edge": "--edge-account",
    "geographies": "--geography",
    "rollout": "--geography",
    "overrides": "--geography",
}
"""What says each place of the file on the command line."""

OF_A_FILE: Mapping[str, str] = {" in quotes": "", "remove the line": "leave it out"}
"""Words of hints about a file, and what says the same of a command line."""

_PLAIN = re.compile("[A-Za-z][A-Za-z0-9./-]*")
_TRUTHS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")


@dataclass(frozen=True)
class NewGeography:
    """One account with its regions."""

    slot: str
    account: str
    active: str
    standby: str | None = None

    @property
    def targets(self) -> tuple[Target, ...]:
        """The active region, then the standby if there is one."""
        regions = (self.active, self.standby) if self.standby else (self.active,)
        return tuple(Target(self.slot, region) for region in regions)


@dataclass(frozen=True)
class NewEnvironment:
    """What somebody said of an environment that is not written yet."""

    name: str
    project: str
    domain: str
    admin_account: str
    admin_region: str
    geographies: tuple[NewGeography, ...]
    edge_account: str | None = None

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every geography's regions."""
        return tuple(target for geography in self.geographies for target in geography.targets)


def bundles(new: NewEnvironment, others: Sequence[Environment] = ()) -> tuple[str, ...]:
    """Return what it can deploy: nothing at the edge without its account, nothing that another manages already."""
    mine = {geography.account for geography in new.geographies}
    managed = {name for other in others if mine & set(other.accounts) for name in other.bundles}
    return tuple(
        bundle.name
        for bundle in BUNDLES
        if (new.edge_account or (bundle.name not in EDGE_BUNDLES and bundle.scope is not Scope.EDGE))
        and not (bundle.scope in ONCE_PER_ACCOUNT and bundle.name in managed)
    )


def free_ranges(count: int, taken: Sequence[IPv4Network]) -> tuple[IPv4Network, ...]:
    """Return /16 ranges that overlap none that is taken, from the block after the last; raises without enough."""
    used = [number for number, block in enumerate(BLOCKS) if any(block.overlaps(each) for each in taken)]
    first = max(used, default=-1) + 1
    ranges = (each for block in (*BLOCKS[first:], *BLOCKS[:first]) for each in block.subnets(new_prefix=16))
    free = [each for each in ranges if not any(each.overlaps(other) for other in taken)][:count]
    if len(free) < count:
        hint = "write the file by hand, with ranges smaller than /16"
        raise CfngenError(problem(f"only {len(free)} of {count} address ranges are free", hint=hint))
    return tuple(free)


def taken_ranges(others: Sequence[Environment]) -> tuple[IPv4Network, ...]:
    """Return the ranges that other environments give to any of their networks; what is no range is left out."""
    return tuple(found for other in others for text in _written(other) for found in _network(text))


def environment_text(new: NewEnvironment, others: Sequence[Environment] = ()) -> str:
    """Return the text of `params/<name>.yaml`."""
    ranges = dict(zip(new.targets, free_ranges(len(new.targets), taken_ranges(others)), strict=True))
    targets = _targets(ranges, bundles(new, others))
    return "\n".join([*_head(new, others), *_places(new, others), *_geographies(new), *targets]) + "\n"


def said_of_flags(problems: Sequence[Problem], new: NewEnvironment) -> tuple[Problem, ...]:
    """Return the problems of a file that was not written as those of what was typed for it.

    Canary, address ranges and, unless it is given, the admin account's region follow from the geographies: where one
    of these is wrong, nobody typed what is wrong with those.
    """
    same_region = new.admin_region == new.geographies[0].active
    follows = ("rollout", "overrides", *(("admin.region",) if same_region else ()))
    typed = [found for found in problems if not found.where.path.startswith(follows)]
    wrong = any(found.where.path.startswith("geographies") for found in problems)
    return tuple(_said_of_flag(found) for found in (typed if wrong else problems))


def _said_of_flag(found: Problem) -> Problem:
    top, _, rest = found.where.path.partition(".")
    flag = FLAGS.get(found.where.path) or FLAGS.get(top) or "ENV"
    hint = found.hint
    for words, instead in OF_A_FILE.items():
        hint = hint.replace(words, instead)
    return Problem(Where(path=f"{flag} {rest}".strip() if top == "geographies" else flag), found.what, hint)


def _head(new: NewEnvironment, others: Sequence[Environment]) -> Iterator[str]:
    named = bundles(new, others)
    yield "# yaml-language-server: $schema=schema.json"
    yield "#"
    yield f"# What is not set here has the default that its template declares: `cfngen params {new.name}` prints"
    yield "# every value and where it comes from, `cfngen explain NAME` what a setting is."
    yield ""
    yield f"project: {_scalar(new.project)} # begins the names of roles, buckets and stack sets"
    yield f"domain: {_scalar(new.domain)} # users see this name"
    yield ""
    yield "# What is deployed, in this order; each bundle is one stack set."
    yield from (f"# Not {name}: {why}." for name, why in _left_out(new, named).items())
    yield f"bundles: [{', '.join(named)}]"
    yield ""
    yield "# cfngen's own roles, made by `cfngen bootstrap`, which nested stacks need."
    yield "permission_model: SELF_MANAGED"
    yield ""


def _left_out(new: NewEnvironment, named: Sequence[str]) -> Mapping[str, str]:
    needs_edge = "it needs an edge account" if not new.edge_account else ""
    return {
        bundle.name: needs_edge if bundle.scope is Scope.EDGE and needs_edge else "another environment manages it there"
        for bundle in BUNDLES
        if bundle.name not in named
    }


def _places(new: NewEnvironment, others: Sequence[Environment]) -> Iterator[str]:
    yield "# Where the stack sets and the template bucket are. `entry_role` is the role in every account that"
    yield "# `cfngen bootstrap` enters with; an organization makes this one in each account that it creates."
    yield "admin:"
    yield f"  account: {json.dumps(new.admin_account)}"
    yield f"  region: {_scalar(new.admin_region)}"
    yield "  entry_role: OrganizationAccountAccessRole"
    yield ""
    yield from _edge(new, others)
    yield "# One target first, then all others at once; the first failure stops what has not started."
    yield "rollout:"
    yield f"  canary: {_scalar(str(new.targets[0]))}"
    yield "  max_concurrent_percentage: 100"
    yield "  failure_tolerance_count: 0"
    yield ""
    yield "# Values for every target."
    yield "parameters: {}"
    yield ""


def _edge(new: NewEnvironment, others: Sequence[Environment]) -> Iterator[str]:
    if not new.edge_account:
        return
    yield "# The account of what is in front of all geographies: the public zone and CloudFront."
    yield "edge:"
    yield f"  account: {json.dumps(new.edge_account)}"
    if any(new.edge_account in other.accounts for other in others):
        yield "  managed: false # another environment has its audit trail and its detectors"
    yield ""


def _geographies(new: NewEnvironment) -> Iterator[str]:
    yield "# Whose data lives where. A standby waits to be promoted."
    yield "geographies:"
    for geography in new.geographies:
        yield f"  {_scalar(geography.slot)}:"
        yield f"    account: {json.dumps(geography.account)}"
        yield f"    active: {_scalar(geography.active)}"
        yield from [f"    standby: {_scalar(geography.standby)}"] if geography.standby else []
        yield "    parameters: {}"
    yield ""


def _targets(ranges: Mapping[Target, IPv4Network], named: Sequence[str]) -> Iterator[str]:
    yield "# One target. Nothing is stronger than this. No two address ranges of any environment may overlap, or"
    yield "# the networks could never be joined."
    if "edge" in named:
        yield "# The bundle `edge` needs each region's EdgePrefixListId beside its range: the id that this shows."
        yield "#   aws ec2 describe-managed-prefix-lists --region REGION \\"
        yield "#     --filters Name=prefix-list-name,Values=com.amazonaws.global.cloudfront.origin-facing"
    yield "overrides:"
    yield from (f"  {_scalar(str(target))}: {{{VPC_CIDR}: {found}}}" for target, found in ranges.items())


def _scalar(text: str) -> str:
    """Return a text as YAML reads it back: in quotes unless it is plainly text, so that an answer stays one value."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _TRUTHS else json.dumps(text)


def _written(environment: Environment) -> Iterator[str]:
    geographies = (geography.parameters for geography in environment.geographies.values())
    for values in (environment.parameters, *geographies, *environment.overrides.values()):
        if VPC_CIDR in values:
            yield values[VPC_CIDR].value


def _network(text: str) -> list[IPv4Network]:
    try:
        return [IPv4Network(text, strict=False)]
    except ValueError:
        return []
