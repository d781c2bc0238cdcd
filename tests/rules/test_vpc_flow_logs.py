from __future__ import annotations

import pytest

from cfngen.rules.vpc_flow_logs import VpcFlowLogsRule

GOOD = """\
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  FlowLog: {Type: AWS::EC2::FlowLog, Properties: {ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL}}
"""


def test_a_recorded_network_is_accepted(matches):
    assert matches(VpcFlowLogsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "TrafficType: ALL", "TrafficType: REJECT", "Resources.Vpc", "TrafficType ALL", id="rejected traffic only"
        ),
        pytest.param(
            "ResourceId: !Ref Vpc", "ResourceId: !Ref Other", "Resources.Vpc", "TrafficType ALL", id="another network"
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(VpcFlowLogsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
