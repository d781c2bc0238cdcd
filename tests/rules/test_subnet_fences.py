from __future__ import annotations

import pytest

from cfngen.rules.subnet_fences import SubnetFencesRule

from .weakening import weakened

GOOD = """\
Resources:
  Subnet: {Type: AWS::EC2::Subnet}
  Fence:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties: {SubnetId: !Ref Subnet, NetworkAclId: !GetAtt Acl.Id}
  Way:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}
"""


def test_a_subnet_with_both_is_accepted(matches):
    assert matches(SubnetFencesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SubnetId: !Ref Subnet, NetworkAclId", "SubnetId: !Ref Other, NetworkAclId", "must give it a NetworkAclId"),
        (", NetworkAclId: !GetAtt Acl.Id", "", "a SubnetNetworkAclAssociation"),
        ("AWS::EC2::SubnetRouteTableAssociation", "AWS::SNS::Topic", "must give it a RouteTableId"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((path, what),) = matches(SubnetFencesRule(), weakened(GOOD, old, new))
    assert path == "Resources.Subnet"
    assert message in what
