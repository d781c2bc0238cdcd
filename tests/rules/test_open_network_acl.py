from __future__ import annotations

import pytest

from cfngen.rules.open_network_acl import OpenNetworkAclRule

GOOD = """\
Resources:
  In:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {RuleAction: allow, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: {From: 443, To: 443}}
  Inside:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {RuleAction: allow, Protocol: -1, CidrBlock: 10.0.0.0/16}
  Rest:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {RuleAction: deny, Protocol: -1, CidrBlock: 0.0.0.0/0}
"""


def test_entries_with_protocols_are_accepted(matches):
    assert matches(OpenNetworkAclRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "Protocol: 6",
            "Protocol: -1",
            "Resources.In.Properties",
            "must name a protocol",
            id="everything for everyone",
        ),
        pytest.param(
            "10.0.0.0/16", "0.0.0.0/0", "Resources.Inside.Properties", "must name a protocol", id="a widened range"
        ),
        pytest.param(
            "RuleAction: deny",
            "RuleAction: allow",
            "Resources.Rest.Properties",
            "must name a protocol",
            id="a denial that became a permission",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(OpenNetworkAclRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
