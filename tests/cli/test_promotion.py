"""A promotion while the region that was active does not answer: the other one serves, and the rest follows later."""

from __future__ import annotations

from cfngen.local.faults import Faults, Stacks
from tests.cli.conftest import Stage

LOST, PROMOTED = "us-east-1", "us-west-2"
BACKUP = "arn:aws:rds:us-west-2:222222222222:auto-backup:ab-1"
BEFORE = """
project: sim
domain: sim.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: eu-west-1}
geographies:
  us: {account: "222222222222", active: us-east-1, standby: us-west-2}
overrides:
  us/us-east-1: {VpcCidr: 10.0.0.0/16}
  us/us-west-2: {VpcCidr: 10.1.0.0/16}
"""
AFTER = f"""
project: sim
domain: sim.example.com
bundles: [foundation, service]
admin: {{account: "111111111111", region: eu-west-1}}
rollout: {{canary: us/us-west-2}}
geographies:
  us: {{account: "222222222222", active: us-west-2, standby: us-east-1, home: us-east-1}}
overrides:
  us/us-east-1: {{VpcCidr: 10.0.0.0/16, KeepDatabase: true}}
  us/us-west-2: {{VpcCidr: 10.1.0.0/16, DatabaseBackup: "{BACKUP}"}}
"""


def test_bundle_by_bundle_the_promoted_region_goes_first_and_the_lost_one_is_told_and_done_later(stage: Stage) -> None:
    path = stage.params / "lost.yaml"
    path.write_text(BEFORE)
    stage.works("deploy", "lost")
    stage.backend.calls.clear()
    path.write_text(AFTER)
    stage.faults[0] = Faults(fail=(Stacks(region=LOST, operation="UPDATE", reason="the region does not answer"),))
    for bundle in ("foundation", "service"):
        said = stage.fails("deploy", "lost", "--bundle", bundle)
        assert f"{bundle}: us/{PROMOTED} SUCCEEDED" in said
        assert f"222222222222/{LOST}: the region does not answer" in said
    stage.faults[0] = Faults()
    stage.works("deploy", "lost")
    assert "Nothing to do." in stage.works("plan", "lost")
