from __future__ import annotations

import pytest

from cfngen.rules.open_ingress import OpenIngressRule

GOOD = """\
Parameters:
  From: {Type: String, Default: 0.0.0.0/0}
Resources:
  Balancer:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref From}
        - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, CidrIp: 10.0.0.0/16}
  Fleet:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Group, IpProtocol: tcp, FromPort: 1433, ToPort: 1433, SourceSecurityGroupId: !Ref App}
"""


def test_web_ports_and_private_ranges_are_accepted(matches):
    assert matches(OpenIngressRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "SourceSecurityGroupId: !Ref App",
            "CidrIpv6: '::/0'",
            "Resources.Fleet.Properties.CidrIpv6",
            "::/0 may reach TCP port 80 or 443 only",
            id="a database port for everyone",
        ),
        pytest.param(
            "FromPort: 80, ToPort: 80",
            "FromPort: 80, ToPort: 443",
            "Resources.Balancer.Properties.SecurityGroupIngress.0.CidrIp",
            "0.0.0.0/0",
            id="a range of ports",
        ),
        pytest.param(
            "{IpProtocol: tcp, FromPort: 80, ToPort: 80,",
            '{IpProtocol: "-1",',
            "Resources.Balancer.Properties.SecurityGroupIngress.0.CidrIp",
            "0.0.0.0/0",
            id="all protocols",
        ),
        pytest.param(
            "CidrIp: 10.0.0.0/16",
            "CidrIp: 128.0.0.0/1",
            "Resources.Balancer.Properties.SecurityGroupIngress.2.CidrIp",
            "128.0.0.0/1",
            id="half of the internet",
        ),
        pytest.param(
            "FromPort: 443, ToPort: 443, CidrIp: !Ref From",
            "FromPort: 22, ToPort: 22, CidrIp: !Ref From",
            "Resources.Balancer.Properties.SecurityGroupIngress.1.CidrIp",
            "0.0.0.0/0",
            id="a parameter that is open by default",
        ),
        pytest.param(
            "CidrIp: 10.0.0.0/16",
            "CidrIp: !If [Open, 0.0.0.0/0, 10.0.0.0/16]",
            "Resources.Balancer.Properties.SecurityGroupIngress.2.CidrIp.Fn::If.1",
            "0.0.0.0/0",
            id="one branch of a condition",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(OpenIngressRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
