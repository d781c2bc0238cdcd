"""Destroying: asked for by name, refused while it would fail, complete, and in reverse order."""

from __future__ import annotations

from cfngen.local.faults import Faults, Stacks
from tests.cli.conftest import Stage


def test_nothing_is_left_of_the_stack_sets_and_the_history_remains(stage: Stage) -> None:
    stage.works("deploy", stage.environment("gone"))
    out = stage.works("destroy", "gone", "--yes")
    assert "- delete " in out
    assert "Not known of what stays:" in out  # simulated stacks have no resources
    names = [row["StackSetName"] for row in stage.client().list_stack_sets(Status="ACTIVE")["Summaries"]]
    assert stage.name("gone") not in names
    assert not [stack_id for stack_id in stage.backend.stacks if stage.name("gone") in stack_id]
    assert "Nothing to do." in stage.works("destroy", "gone", "--yes")
    assert "SUCCEEDED" in stage.works("history", "gone")


def test_without_a_terminal_it_asks_for_the_flag_and_deletes_nothing(stage: Stage) -> None:
    stage.works("deploy", stage.environment("kept"))
    assert "add --yes to go ahead without asking" in stage.fails("destroy", "kept")
    assert set(stage.instances("kept").values()) == {"CURRENT"}


def test_a_destruction_that_failed_is_finished_by_the_next(stage: Stage) -> None:
    stage.works("deploy", stage.environment("twice"))
    stage.faults[0] = Faults(fail=(Stacks(account="333333333333", operation="DELETE", reason="bucket not empty"),))
    assert "333333333333/eu-west-1: bucket not empty" in stage.fails("destroy", "twice", "--yes")
    assert stage.instances("twice") == {("333333333333", "eu-west-1"): "INOPERABLE"}
    stage.faults[0] = Faults()
    stage.works("destroy", "twice", "--yes")


PROTECTED = """
project: sim
domain: sim.example.com
bundles: [foundation]
admin: {{account: "111111111111", region: us-east-1}}
parameters: {{DatabaseDeletionProtection: {on}, UserPoolDeletionProtection: {active}, VpcCidr: 10.0.0.0/16}}
geographies:
  us: {{account: "222222222222", active: us-east-1}}
"""


def test_deletion_protections_are_told_before_anything_begins_with_how_to_switch_them_off(stage: Stage) -> None:
    path = stage.params / "guarded.yaml"
    path.write_text(PROTECTED.format(on="true", active="ACTIVE"))
    stage.works("deploy", "guarded")
    stage.backend.calls.clear()
    out = stage.fails("destroy", "guarded", "--yes")
    assert "foundation: DatabaseDeletionProtection is on in 222222222222/us-east-1" in out
    assert "switch DatabaseDeletionProtection off under parameters" in out
    assert stage.backend.calls == []
    path.write_text(PROTECTED.format(on="false", active="INACTIVE"))
    stage.works("deploy", "guarded")
    stage.works("destroy", "guarded", "--yes")
    assert [call.verb for call in stage.backend.calls] == ["update", "delete"]
