from __future__ import annotations

import json
from pathlib import Path

import botocore
import botocore.args
import pytest
from cfnlint.helpers import REGIONS as LINTED

from cfngen.regions import REGIONS, SLOTS, usable

OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")


def test_the_table_has_botocores_regions():
    endpoints = json.loads((Path(botocore.__file__).parent / "data" / "endpoints.json").read_text(encoding="utf-8"))
    [commercial] = [each for each in endpoints["partitions"] if each["partition"] == "aws"]
    assert set(REGIONS) == set(commercial["regions"])
    for name, region in commercial["regions"].items():
        assert REGIONS[name].place in region["description"] or name == "ca-central-1"


def test_the_table_has_cfn_lints_regions():
    assert set(REGIONS) == {name for name in LINTED if not name.startswith(OTHER_PARTITIONS)}


def test_the_regions_without_opt_in_are_those_of_the_global_sts_endpoint_and_seoul_and_osaka():
    older = set(botocore.args.LEGACY_GLOBAL_STS_REGIONS) - {"aws-global"}
    assert set(usable()) == older | {"ap-northeast-2", "ap-northeast-3"}


@pytest.mark.parametrize(("slot", "prefix"), [("us", "us-"), ("eu", "eu-"), ("apac", "ap-")])
def test_a_geography_has_regions_of_its_own_part_of_the_world(slot, prefix):
    assert usable(slot)
    assert all(name.startswith(prefix) for name in usable(slot))


def test_every_slot_has_room_for_an_active_and_a_standby_region():
    assert all(len(usable(slot)) >= 2 for slot in SLOTS)


def test_london_and_zurich_are_not_in_the_european_union():
    assert REGIONS["eu-west-2"].geography is None
    assert REGIONS["eu-central-2"].geography is None
