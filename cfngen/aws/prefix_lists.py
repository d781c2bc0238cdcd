"""Whether each region's web balancer admits CloudFront: the ids of AWS's prefix lists differ from region to region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..deployment import WantedStackSet
from ..environment.config import Environment
from ..errors import Problem, Where, problem
from .errors import answered, translated
from .session import Aws

SETTING = "EdgePrefixListId"
NAME = "com.amazonaws.global.cloudfront.origin-facing"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html"""


def check_prefix_lists(aws: Aws, environment: Environment, wanted: Sequence[WantedStackSet]) -> Iterator[Problem]:
    """Yield each target whose list is not CloudFront's there, and each without one though the edge is in front."""
    for item in wanted:
        for place, target in item.targets.items():
            if SETTING not in item.definition.parameters:
                continue
            given = item.instances[place].get(SETTING, item.definition.parameters[SETTING])
            if not given and "edge" not in environment.bundles:
                continue
            there = prefix_list(aws, place.region)
            if there and given != there:
                where = item.origins.get(place, {}).get(SETTING) if given else None
                what = f"{SETTING} at {target} is {given}" if given else f"{target} admits everybody past CloudFront"
                hint = f"write {SETTING}: {there} under overrides.{target}"
                yield _problem(
                    where, environment, f"{what}; CloudFront's prefix list in {place.region} is {there}", hint
                )


def prefix_list(aws: Aws, region: str) -> str:
    """Return the id of CloudFront's origin-facing prefix list, '' where we may not ask; the same in every account."""
    wanted = [{"Name": "prefix-list-name", "Values": [NAME]}]
    with translated(f"asking for CloudFront's prefix list in {region}"), answered("UnauthorizedOperation"):
        found = aws.client("ec2", region).describe_managed_prefix_lists(Filters=wanted)["PrefixLists"]
        return str(found[0]["PrefixListId"]) if found else ""
    return ""


def _problem(where: Where | None, environment: Environment, what: str, hint: str) -> Problem:
    return Problem(where, what, hint) if where and where.file else problem(what, where=environment.file, hint=hint)
