from __future__ import annotations

import pytest

from cfngen.verify.addressing import prove_addressing

NETWORK, WEB = "out/foundation/network.yaml", "out/service/web.yaml"


def test_networks_apart_and_wide_enough_are_proved(prove):
    proof = prove(prove_addressing)
    assert proof.findings == ()
    assert proof.facts_checked == 6 + 5 * (2 + 1 + 2), "pairs of networks; inside, apart and room at each place"


def test_an_overlap_of_two_environments_is_found(prove):
    (finding,) = prove(prove_addressing, ("params/dev.yaml", "10.64.0.0/16", "10.2.128.0/20")).findings
    assert finding.rule == "addressing.overlap"
    assert finding.problem.what == "10.2.0.0/16 of prod eu/eu-west-1 overlaps 10.2.128.0/20 of dev us/us-east-1"


def test_subnets_that_overlap_are_found(prove):
    proof = prove(prove_addressing, (NETWORK, "!Select [1, !Cidr", "!Select [0, !Cidr"))
    assert {finding.rule for finding in proof.findings} == {"addressing.subnet"}
    assert "Subnet2 10.64.0.0/24 overlaps 10.64.0.0/24 of Subnet1" in proof.findings[0].problem.what


def test_a_subnet_outside_its_network_is_found(prove):
    old = "!Select [1, !Cidr [!Ref VpcCidr, 2, 8]]"
    proof = prove(prove_addressing, (NETWORK, old, "192.168.0.0/24"))
    assert "Subnet2 192.168.0.0/24 is not within 10.64.0.0/16" in proof.findings[0].problem.what
    assert proof.findings[0].problem.where.path == "Resources.Subnet2.Properties.CidrBlock"


@pytest.mark.parametrize(("bits", "fits"), [(5, True), (4, False)])
def test_room_is_counted_for_all_that_may_be_in_a_subnet(prove, bits, fits):
    """A balancer 8, a fleet 4, a database 2 and a gateway 1 are 15; a /27 has 27 free addresses, a /28 has 11."""
    proof = prove(prove_addressing, (NETWORK, "VpcCidr, 2, 8", f"VpcCidr, 2, {bits}"))
    assert proof.holds is fits
    if not fits:
        what = proof.findings[0].problem.what
        assert "has 11 addresses, but 13 may be needed" in what
        assert "network.Nat 1" in what


def test_a_fleet_that_may_double_beyond_its_subnet_is_found(prove):
    (finding,) = prove(
        prove_addressing, ("params/prod.yaml", "eu/eu-west-1: {", "eu/eu-west-1: {FleetMax: 250, ")
    ).findings[:1]
    assert finding.rule == "addressing.room"
    assert "web.Fleet 250" in finding.problem.what
    assert "prod eu/eu-west-1" in finding.problem.what


def test_a_standby_needs_the_room_that_it_will_need_when_promoted(prove):
    proof = prove(
        prove_addressing,
        (WEB, "DesiredCapacity: !If [IsActive, 1, 0]", "DesiredCapacity: !If [IsActive, 200, 0]"),
    )
    assert "prod us/us-west-2 once promoted" in {finding.problem.what.partition(":")[0] for finding in proof.findings}
    assert "prod us/us-west-2" not in {finding.problem.what.partition(":")[0] for finding in proof.findings}


def test_subnets_that_cannot_be_told_are_no_proof(prove):
    proof = prove(prove_addressing, (WEB, "Subnets: !Ref SubnetIds", "Subnets: [subnet-1]"))
    assert {finding.rule for finding in proof.findings} == {"addressing.unknown"}
    assert "web.Balancer" in proof.findings[0].problem.what


def test_a_range_that_cannot_be_evaluated_is_no_proof(prove):
    proof = prove(prove_addressing, (NETWORK, "CidrBlock: !Ref VpcCidr}", "CidrBlock: !ImportValue Range}"))
    assert "addressing.unknown" in {finding.rule for finding in proof.findings}
