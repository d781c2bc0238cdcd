from __future__ import annotations

import pytest

from cfngen.verify.limits import prove_limits

ROOT, NETWORK, WEB = "out/foundation/root.yaml", "out/foundation/network.yaml", "out/service/web.yaml"
RULES = ", ".join(["{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}"] * 61)


def names(prefix: str, value: str, count: int) -> str:
    return "".join(f"\n  {prefix}{number}: {value}" for number in range(count))


def test_a_small_world_is_within_all_limits(prove):
    proof = prove(prove_limits)
    assert proof.findings == ()
    assert proof.holds
    assert proof.facts_checked > 100


def test_the_highest_use_of_each_quota_is_shown(prove):
    details = prove(prove_limits).details
    assert "resources per template: 8 of 500 (foundation/network.yaml)" in details
    assert "instances per stack set: 3 of 100,000 (medapp-prod-foundation)" in details
    assert len(details) == len({line.partition(":")[0] for line in details})


@pytest.mark.parametrize(
    ("change", "rule", "what"),
    [
        pytest.param(
            (NETWORK, "\nOutputs:", names("Topic", "{Type: AWS::SNS::Topic}", 493) + "\nOutputs:"),
            "limits.resources-per-template",
            "foundation/network.yaml: resources per template: 501 of 500",
            id="too many resources",
        ),
        pytest.param(
            (NETWORK, "\nConditions:", names("Extra", "{Type: String, Default: a}", 199) + "\nConditions:"),
            "limits.parameters-per-template",
            "201 of 200",
            id="too many parameters",
        ),
        pytest.param(
            (NETWORK, "\nOutputs:", "\nOutputs:" + names("Out", "{Value: a}", 200)),
            "limits.outputs-per-template",
            "201 of 200",
            id="too many outputs",
        ),
        pytest.param(
            (NETWORK, "\nConditions:", "\nMappings:" + names("Map", "{a: {b: c}}", 201) + "\nConditions:"),
            "limits.mappings-per-template",
            "201 of 200",
            id="too many mappings",
        ),
        pytest.param(
            (NETWORK, "\nConditions:", "\nMappings:\n Map:" + names("k", "{b: c}", 201) + "\nConditions:"),
            "limits.attributes-per-mapping",
            "network.yaml Map: attributes per mapping: 201 of 200",
            id="too wide a mapping",
        ),
        pytest.param(
            (ROOT, "Description: the network", "Description: " + "é" * 513),
            "limits.bytes-of-a-description",
            "1,026 of 1,024",
            id="a long description, in bytes",
        ),
        pytest.param(
            (NETWORK, "CidrIp: 10.0.0.0/8}]", "CidrIp: 10.0.0.0/8}]\n      x: " + "'{{resolve:ssm:a}}'" * 61),
            "limits.dynamic-references-per-template",
            "61 of 60",
            id="too many dynamic references",
        ),
        pytest.param(
            (NETWORK, "Outputs:", f"# {'x' * 1_000_000}\nOutputs:"),
            "limits.bytes-of-a-template-in-S3",
            "of 1,000,000",
            id="too large a template",
        ),
        pytest.param(
            ("params/prod.yaml", "FleetMax: 4", f"FleetMax: {'4' * 4097}"),
            "limits.bytes-of-a-parameter-value",
            "FleetMax: bytes of a parameter value: 4,097 of 4,096",
            id="too long a value",
        ),
        pytest.param(
            (WEB, '"#!/bin/sh"', '"' + "x" * 16_385 + '"'),
            "limits.bytes-of-user-data",
            "web.Template: bytes of user data: 16,385 of 16,384",
            id="too much user data",
        ),
        pytest.param(
            (
                NETWORK,
                "VpcCidr: {Type: String}",
                f"VpcCidr: {{Type: String}}\n  {'N' * 256}: {{Type: String, Default: a}}",
            ),
            "limits.characters-of-a-parameter-or-output-name",
            "256 of 255",
            id="too long a name",
        ),
        pytest.param(
            (
                WEB,
                "  Fleet:\n",
                "  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {a: "
                + "x" * 6200
                + "}}}\n  Fleet:\n",
            ),
            "limits.characters-of-a-managed-policy",
            "of 6,144",
            id="too long a policy",
        ),
    ],
)
def test_a_quota_that_is_passed_is_found(prove, change, rule, what):
    proof = prove(prove_limits, change)
    assert not proof.holds
    found = [finding for finding in proof.findings if finding.rule == rule]
    assert found
    assert what in found[0].problem.what
    assert found[0].problem.hint
    assert found[0].source.startswith("https://docs.aws.amazon.com/")


def test_a_quota_that_aws_raises_is_a_warning(prove):
    proof = prove(
        prove_limits,
        (
            NETWORK,
            "SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]",
            f"SecurityGroupIngress: [{RULES}]",
        ),
    )
    assert {finding.rule for finding in proof.findings} == {"limits.rules-of-a-security-group-in-one-direction"}
    assert {finding.level for finding in proof.findings} == {"warning"}
    assert proof.holds


def test_addresses_of_two_environments_in_one_account_are_counted_together(prove):
    more = names("Address", "{Type: AWS::EC2::EIP}", 2)
    proof = prove(
        prove_limits,
        (NETWORK, "\n  Nat:", f"{more}\n  Nat:"),
        ("params/dev.yaml", "555555555555", "222222222222"),
    )
    (finding,) = proof.findings
    assert finding.rule == "limits.elastic-addresses-per-account-and-region"
    assert "222222222222/us-east-1" in finding.problem.what
    assert "6 of 5" in finding.problem.what


def test_nested_resources_count_together(prove):
    proof = prove(
        prove_limits,
        *(
            (file, "\nOutputs:" if file == NETWORK else "\n  Fleet:", names("T", "{Type: AWS::SNS::Topic}", 1300) + end)
            for file, end in ((NETWORK, "\nOutputs:"),)
        ),
        (ROOT, "\n  SubnetIdsParameter:", names("T", "{Type: AWS::SNS::Topic}", 1300) + "\n  SubnetIdsParameter:"),
    )
    found = {finding.rule: finding.problem.what for finding in proof.findings}
    assert "foundation: resources of nested stacks per operation: 2,610 of 2,500" in found.values()
