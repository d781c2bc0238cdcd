from __future__ import annotations

import pytest

from cfngen.rules.open_egress import OpenEgressRule

GOOD = """\
Resources:
  Fleet:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
  Balancer: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x}}
  ToFleet:
    Type: AWS::EC2::SecurityGroupEgress
    Properties: {GroupId: !GetAtt Balancer.GroupId, IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}
"""


def test_stated_egress_is_accepted(matches):
    assert matches(OpenEgressRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "IpProtocol: tcp, FromPort: 443, ToPort: 443",
            'IpProtocol: "-1"',
            "Resources.Fleet.Properties.SecurityGroupEgress.0.CidrIp",
            "must name a protocol and ports",
            id="all protocols",
        ),
        pytest.param(
            "FromPort: 443, ToPort: 443",
            "FromPort: 0, ToPort: 65535",
            "Resources.Fleet.Properties.SecurityGroupEgress.0.CidrIp",
            "0.0.0.0/0",
            id="all ports",
        ),
        pytest.param(
            "      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]",
            "      GroupDescription: x",
            "Resources.Fleet.Properties",
            "SecurityGroupEgress must be stated",
            id="egress left to the default",
        ),
        pytest.param(
            "GroupId: !GetAtt Balancer.GroupId",
            "GroupId: !Ref Other",
            "Resources.Balancer.Properties",
            "SecurityGroupEgress must be stated",
            id="rules of another group",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(OpenEgressRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
