from __future__ import annotations

import pytest

from cfngen.rules.ingress_ranges import IngressRangesRule

from .weakening import weakened

GOOD = """\
Parameters: {Callers: {Type: String, Default: 0.0.0.0/0}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref Callers}]
  FromInside:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {IpProtocol: "-1", CidrIp: 10.0.0.0/16}
"""


def test_a_range_by_parameter_on_one_port_is_accepted(matches):
    assert matches(IngressRangesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("CidrIp: !Ref Callers", "CidrIp: 0.0.0.0/0", "CidrIp 0.0.0.0/0 must be a parameter"),
        ("CidrIp: !Ref Callers", 'CidrIpv6: "::/0"', "CidrIpv6 ::/0 must be a parameter"),
        ("FromPort: 443", "FromPort: 0", "CidrIp must open one TCP port (FromPort, ToPort, IpProtocol)"),
        ("IpProtocol: tcp, FromPort: 443, ToPort: 443", 'IpProtocol: "-1"', "must open one TCP port"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(IngressRangesRule(), weakened(GOOD, old, new))
    assert message in what
