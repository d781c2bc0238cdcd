from __future__ import annotations

import ipaddress

from troposphere import Ref

from cfngen.parts import tiers


def test_tiers_take_a_block_each_and_leave_none_out():
    assert [tier.row for tier in tiers.TIERS] == [0, 1, 2, 3]
    assert len({tier.title for tier in tiers.TIERS}) == len({tier.name for tier in tiers.TIERS}) == len(tiers.TIERS)


def test_a_tiers_block_is_its_quarter_of_sixteen_subnets():
    row, blocks = tiers.tier_block(Ref("VpcCidr"), tiers.DB).to_dict()["Fn::Select"]
    _, count, bits = blocks["Fn::Cidr"]
    quarters = list(ipaddress.ip_network("10.0.0.0/20").subnets(new_prefix=32 - bits))
    assert (len(quarters), str(quarters[row])) == (count, "10.0.12.0/22")


def test_only_the_third_zone_is_conditional():
    assert [tiers.in_zone(zone) for zone in tiers.ZONES] == [{}, {}, {"Condition": tiers.HAS_THIRD_ZONE}]


def test_a_list_of_one_per_zone_leaves_the_third_out_where_there_is_none():
    assert tiers.in_each_zone(["a", "b", "c"]).to_dict() == {
        "Fn::If": [tiers.HAS_THIRD_ZONE, ["a", "b", "c"], ["a", "b"]]
    }
