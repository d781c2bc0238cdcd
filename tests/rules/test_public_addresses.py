from __future__ import annotations

import pytest

from cfngen.rules.public_addresses import PublicAddressesRule

GOOD = """\
Resources:
  Private: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: 10.0.0.0/24}}
  Public: {Type: AWS::EC2::Subnet, Properties: {MapPublicIpOnLaunch: false}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {NetworkInterfaces: [{AssociatePublicIpAddress: false}]}}
"""


def test_private_addresses_are_accepted(matches):
    assert matches(PublicAddressesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "MapPublicIpOnLaunch: false",
            "MapPublicIpOnLaunch: true",
            "Resources.Public.Properties.MapPublicIpOnLaunch",
            "must be false",
            id="a subnet that hands them out",
        ),
        pytest.param(
            "AssociatePublicIpAddress: false",
            "AssociatePublicIpAddress: true",
            "Resources.Template.Properties.LaunchTemplateData.NetworkInterfaces.0.AssociatePublicIpAddress",
            "must be false",
            id="a fleet with public addresses",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(PublicAddressesRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
