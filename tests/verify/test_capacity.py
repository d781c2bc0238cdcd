from __future__ import annotations

from cfngen.verify.capacity import prove_capacity

NETWORK, WEB = "out/foundation/network.yaml", "out/service/web.yaml"


def test_fleets_that_can_double_in_two_zones_are_proved(prove):
    proof = prove(prove_capacity)
    assert proof.findings == ()
    assert proof.facts_checked == 4 * (1 + 3) + 2, "a fleet and three tiers at each place, two databases with standby"


def test_a_fleet_that_cannot_double_is_found_where_it_is(prove):
    (finding,) = prove(prove_capacity, ("params/prod.yaml", "eu/eu-west-1: {", "eu/eu-west-1: {FleetMax: 1, ")).findings
    assert finding.rule == "capacity.fleet"
    assert finding.problem.what == "prod eu/eu-west-1: web.Fleet runs 1 and may grow to 1, which is not 2 × 1"
    assert finding.problem.hint == "raise the maximum to 2"


def test_a_standby_must_be_able_to_double_once_promoted(prove):
    (finding,) = prove(prove_capacity, ("params/prod.yaml", "us/us-west-2: {", "us/us-west-2: {FleetMax: 1, ")).findings
    assert finding.problem.what.startswith("prod us/us-west-2 once promoted: web.Fleet")


def test_the_minimum_counts_as_running(prove):
    proof = prove(prove_capacity, (WEB, "MinSize: !If [IsActive, 1, 0]", "MinSize: !If [IsActive, 3, 0]"))
    assert "runs 3" in proof.findings[0].problem.what


def test_a_tier_in_one_zone_is_found(prove):
    proof = prove(prove_capacity, (NETWORK, "!Select [1, !GetAZs", "!Select [0, !GetAZs"))
    tiers = {finding.problem.what.split(": ")[1].split()[0] for finding in proof.findings}
    assert tiers == {"web.Fleet", "web.Balancer", "network.DatabaseSubnets"}
    assert {finding.rule for finding in proof.findings} == {"capacity.zones"}


def test_a_database_without_standby_is_found_where_there_is_a_standby_region(prove):
    proof = prove(prove_capacity, (NETWORK, "MultiAZ: true", "MultiAZ: false"))
    assert [finding.problem.what.partition(":")[0] for finding in proof.findings] == [
        "prod us/us-east-1",
        "prod us/us-west-2 once promoted",
    ]


def test_sizes_that_cannot_be_told_are_no_proof(prove):
    proof = prove(prove_capacity, (WEB, "MaxSize: !Ref FleetMax", "MaxSize: !ImportValue Max"))
    assert {finding.rule for finding in proof.findings} == {"capacity.unknown"}
