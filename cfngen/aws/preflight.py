"""What must be true on AWS before a deployment begins: account, bucket, roles, regions, lists and quotas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from botocore.exceptions import ClientError

from .. import names
from ..deployment import Instance, PlainStack, WantedStackSet
from ..environment.config import Environment
from ..errors import CfngenError, Problem, problem, require
from ..regions import REGIONS
from ..templates import parse_template
from ..verify.claims import Claim
from ..verify.quotas import STACK_SETS, STACKS
from .bucket import Bucket
from .calls import side_by_side
from .errors import code, translated
from .prefix_lists import check_prefix_lists
from .presence import check_presence
from .readers import Readers
from .session import Aws, require_account

WHERE = "preflight"
OPTED_IN = ("ENABLED", "ENABLED_BY_DEFAULT", "opted-in", "opt-in-not-required")
Claims = Callable[[Collection[tuple[str, Instance]]], Sequence[Claim]]
"""Returns the claims of the stacks of bundles and instances."""

LIVE = ("CREATE", "UPDATE", "ROLLBACK", "DELETE_FAILED", "DELETE_IN_PROGRESS", "IMPORT", "REVIEW")
"""Beginnings of the statuses of stacks that count against the quota: all but those that were deleted."""


@dataclass(frozen=True)
class Limits:
    """AWS's quotas for what a deployment adds to."""

    stack_sets: int = STACK_SETS.allowed
    stacks: int = STACKS.allowed
    """Per account and region."""


def preflight(
    aws: Aws,
    environment: Environment,
    bucket: Bucket,
    stacks: Sequence[PlainStack],
    wanted: Sequence[WantedStackSet],
    *,
    claims: Claims = lambda _: (),
    limits: Limits = Limits(),
) -> str:
    """Check everything and raise with all problems; return the ARN of who deploys.

    `stacks` are those of the bootstrap as the templates have them now; `claims` returns what stacks that are due want
    to be the first to have.
    """
    arn = require_account(aws, environment.admin.account)
    readers = Readers(aws, names.reader_role(environment.project, environment.name))
    roles = list(_check_bootstrap(aws, environment, readers, stacks))
    further = [] if roles else _check_accounts(aws, environment, readers, wanted, claims, limits)
    regions = [*_check_regions(aws, environment, readers), *check_prefix_lists(aws, environment, wanted)]
    require([*_check_bucket(bucket, environment), *roles, *regions, *further])
    return arn


def _check_accounts(
    aws: Aws,
    environment: Environment,
    readers: Readers,
    wanted: Sequence[WantedStackSet],
    claims: Claims,
    limits: Limits,
) -> list[Problem]:
    """Look at what is in the accounts already: how much there is, and what would be in the way."""
    places = list(dict.fromkeys(chain.from_iterable(item.instances for item in wanted)))
    answers = dict(side_by_side(lambda place: _stacks_at(readers, place), places))
    stacks = {place: found for place, found in answers.items() if found is not None}
    due = {
        (item.bundle, place)
        for item in wanted
        for place in item.instances
        if place in stacks and not _has(stacks[place], item)
    }
    home = {
        place: f"overrides.{target}"
        for item in wanted
        for place, target in item.targets.items()
        if target.geography in environment.geographies
    }
    found = check_presence(readers, claims(due), home) if due else []
    return [*_check_quotas(aws, environment, wanted, stacks, limits), *found]


def _check_bucket(bucket: Bucket, environment: Environment) -> Iterator[Problem]:
    if not bucket.exists():
        yield problem(f"there is no template bucket {bucket.name}", where=WHERE, hint=_bootstrap(environment))


def _check_bootstrap(
    aws: Aws, environment: Environment, readers: Readers, stacks: Sequence[PlainStack]
) -> Iterator[Problem]:
    """Compare each bootstrap stack with its template: an account whose roles are old fails half-way."""

    def checked(stack: PlainStack) -> str:
        ours = stack.place.account == environment.admin.account
        try:
            client = aws.client("cloudformation", stack.place.region) if ours else readers.cloudformation(stack.place)
            with translated(f"reading the stack {stack.name}"):
                return _outdated(client, stack)
        except CfngenError as error:
            found = error.problems[0].what
            return found if ours else f"the role {readers.role} cannot be used: {found}"

    for stack, why in side_by_side(checked, stacks):
        if why:
            yield problem(f"account {stack.place.account}: {why}", where=WHERE, hint=_bootstrap(environment))


def _outdated(client: Any, stack: PlainStack) -> str:
    try:
        described = client.describe_stacks(StackName=stack.name)["Stacks"][0]
        body = client.get_template(StackName=stack.name)["TemplateBody"]
    except ClientError as error:
        if code(error) == "ValidationError":
            return f"the stack {stack.name} is missing"
        raise
    values = {each["ParameterKey"]: each["ParameterValue"] for each in described.get("Parameters", ())}
    changed = [name for name, value in stack.parameters.items() if values.get(name) != value]
    if not described["StackStatus"].endswith("_COMPLETE") or described["StackStatus"] == "ROLLBACK_COMPLETE":
        return f"the stack {stack.name} is {described['StackStatus']}"
    if not _is_same(body, stack):
        return f"the roles of the stack {stack.name} were made from another template"
    if changed:
        return f"the stack {stack.name} was made with other values of {', '.join(changed)}"
    return ""


def _is_same(body: Any, stack: PlainStack) -> bool:
    """Whether a stack was made from the template that is wanted, however it is laid out; JSON comes back parsed."""
    try:
        there = parse_template(stack.template, body).body if isinstance(body, str) else body
    except CfngenError:
        return False
    return bool(there == parse_template(stack.template, stack.body).body)


def _check_regions(aws: Aws, environment: Environment, readers: Readers) -> Iterator[Problem]:
    """Look up whether the regions that an account must switch on are on, in targets and in the admin account."""
    targets = [Instance(environment.account(target), target.region) for target in environment.targets]
    admin = [Instance(environment.admin.account, place.region) for place in targets]
    asked = [place for place in dict.fromkeys((*targets, *admin)) if _must_be_on(place.region)]
    for place, status in side_by_side(lambda place: _opt_in_status(aws, environment, readers, place), asked):
        if status and status not in OPTED_IN:
            hint = "switch it on in that account (`aws account enable-region`), which takes minutes to hours"
            yield problem(f"region {place.region} is {status} in account {place.account}", where=WHERE, hint=hint)


def _must_be_on(region: str) -> bool:
    return region not in REGIONS or REGIONS[region].opt_in


def _opt_in_status(aws: Aws, environment: Environment, readers: Readers, place: Instance) -> str:
    """Return what AWS says of a region in an account, '' where we may not ask.

    The Account API answers for other accounts only in an organization's management account.
    """
    ours = place.account == environment.admin.account
    try:
        with translated(f"asking for the region {place.region}"):
            which = {} if ours else {"AccountId": place.account}
            found = aws.client("account").get_region_opt_status(RegionName=place.region, **which)
            return str(found["RegionOptStatus"])
    except CfngenError:
        return _known_to_ec2(aws if ours else aws.assume(place.account, readers.role), place.region)


def _known_to_ec2(there: Aws, region: str) -> str:
    try:
        with translated(f"asking for the region {region}"):
            found = there.client("ec2").describe_regions(AllRegions=True, RegionNames=[region])["Regions"]
            return str(found[0]["OptInStatus"]) if found else "unknown"
    except CfngenError:
        return ""


def _check_quotas(
    aws: Aws,
    environment: Environment,
    wanted: Sequence[WantedStackSet],
    stacks: Mapping[Instance, Sequence[str]],
    limits: Limits,
) -> Iterator[Problem]:
    """Count stack sets and stacks, where a call tells them, against AWS's quotas."""
    pages = aws.client("cloudformation").get_paginator("list_stack_sets").paginate(Status="ACTIVE")
    with translated("counting stack sets"):
        present = {row["StackSetName"] for page in pages for row in page["Summaries"]}
    new = [item.definition.name for item in wanted if item.definition.name not in present]
    if new and len(present) + len(new) > limits.stack_sets:
        yield _beyond("stack sets", len(present), len(new), limits.stack_sets, environment.admin.account)
    for place, found in stacks.items():
        due = sum(len(item.uploads) for item in wanted if place in item.instances and not _has(found, item))
        if due and len(found) + due > limits.stacks:
            yield _beyond("stacks", len(found), due, limits.stacks, str(place))


def _stacks_at(readers: Readers, place: Instance) -> list[str] | None:
    """Return the names of the stacks of an account and region, None where it does not say: a region may be lost."""
    try:
        with translated(f"counting stacks of {place}"):
            pages = readers.cloudformation(place).get_paginator("list_stacks").paginate()
            rows = [row for page in pages for row in page["StackSummaries"]]
    except CfngenError:
        return None
    return [row["StackName"] for row in rows if row["StackStatus"].startswith(LIVE)]


def _has(stacks: Sequence[str], item: WantedStackSet) -> bool:
    return any(name.startswith(f"StackSet-{item.definition.name}-") for name in stacks)


def _beyond(what: str, present: int, new: int, limit: int, where: str) -> Problem:
    hint = "ask for more in the Service Quotas console of that account, or remove some"
    return problem(f"{where} has {present} {what} and needs {new} more; AWS allows {limit}", where=WHERE, hint=hint)


def _bootstrap(environment: Environment) -> str:
    return f"run `cfngen bootstrap {environment.name}`"
