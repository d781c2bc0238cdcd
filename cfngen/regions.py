"""The regions of AWS: which geography each belongs to, and which an account must first switch on.

As of botocore 1.44.5 and cfn-lint 1.58.0 (November 2026); a test compares with both. Opt-in is every
region launched after 20 March 2019:
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SLOTS = ("us", "eu", "apac")
"""The geographies that templates have a place for, in the order of everything that is listed."""


@dataclass(frozen=True)
class Region:
    """A region of the partition `aws`."""

    name: str
    place: str
    geography: str | None
    """Whose data may live there; `None` for a country that is in none of our geographies."""
    opt_in: bool


def _region(name: str, place: str, *, geography: str | None = None, opt_in: bool = False) -> Region:
    return Region(name, place, geography, opt_in)


# `eu` is the European Union, not the continent: London and Zurich are under other laws.
_TABLE = (
    _region("us-east-1", "N. Virginia", geography="us"),
    _region("us-east-2", "Ohio", geography="us"),
    _region("us-west-1", "N. California", geography="us"),
    _region("us-west-2", "Oregon", geography="us"),
    _region("eu-central-1", "Frankfurt", geography="eu"),
    _region("eu-north-1", "Stockholm", geography="eu"),
    _region("eu-south-1", "Milan", geography="eu", opt_in=True),
    _region("eu-south-2", "Spain", geography="eu", opt_in=True),
    _region("eu-west-1", "Ireland", geography="eu"),
    _region("eu-west-3", "Paris", geography="eu"),
    _region("ap-east-1", "Hong Kong", geography="apac", opt_in=True),
    _region("ap-east-2", "Taipei", geography="apac", opt_in=True),
    _region("ap-northeast-1", "Tokyo", geography="apac"),
    _region("ap-northeast-2", "Seoul", geography="apac"),
    _region("ap-northeast-3", "Osaka", geography="apac"),
    _region("ap-south-1", "Mumbai", geography="apac"),
    _region("ap-south-2", "Hyderabad", geography="apac", opt_in=True),
    _region("ap-southeast-1", "Singapore", geography="apac"),
    _region("ap-southeast-2", "Sydney", geography="apac"),
    _region("ap-southeast-3", "Jakarta", geography="apac", opt_in=True),
    _region("ap-southeast-4", "Melbourne", geography="apac", opt_in=True),
    _region("ap-southeast-5", "Malaysia", geography="apac", opt_in=True),
    _region("ap-southeast-6", "New Zealand", geography="apac", opt_in=True),
    _region("ap-southeast-7", "Thailand", geography="apac", opt_in=True),
    _region("af-south-1", "Cape Town", opt_in=True),
    _region("ca-central-1", "Canada"),
    _region("ca-west-1", "Calgary", opt_in=True),
    _region("eu-central-2", "Zurich", opt_in=True),
    _region("eu-west-2", "London"),
    _region("il-central-1", "Tel Aviv", opt_in=True),
    _region("me-central-1", "UAE", opt_in=True),
    _region("me-south-1", "Bahrain", opt_in=True),
    _region("mx-central-1", "Mexico", opt_in=True),
    _region("sa-east-1", "Sao Paulo"),
)

REGIONS: Mapping[str, Region] = {region.name: region for region in _TABLE}


def usable(geography: str | None = None) -> tuple[str, ...]:
    """Return the regions that need no opt-in, of one geography or of all that there are."""
    return tuple(
        name for name, region in REGIONS.items() if not region.opt_in and geography in (None, region.geography)
    )
