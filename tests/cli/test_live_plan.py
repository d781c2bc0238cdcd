"""`plan --live` against real stacks: CloudFormation is asked, and nothing of that stays, whatever breaks."""

from __future__ import annotations

from contextlib import suppress

from botocore.exceptions import ClientError

from cfngen.local.faults import Calls, Faults
from tests.cli.conftest import Real


def test_no_change_set_is_left_when_only_the_answer_to_its_creation_was_lost(real: Real) -> None:
    client = real.member("222222222222").client("cloudformation")
    path = real.params / "made.yaml"
    path.write_text(path.read_text().replace("parameters:\n", "parameters:\n  LogRetentionDays: 400\n"))
    real.faults[0] = Faults(drop=(Calls("CreateChangeSet", 2, carried_out=True),))
    with suppress(ClientError):  # the first call, so that the next one is the second
        client.create_change_set(StackName="nobody", ChangeSetName="first", TemplateBody="{}")
    done = real.cfngen("plan", "made", "--live")
    assert done.exit_code == 0, done.output
    assert "AlreadyExists" not in done.output
    assert "already exists" not in done.output
    stacks = [row["StackId"] for row in client.describe_stacks()["Stacks"] if "real-made" in row["StackName"]]
    assert stacks
    assert [found for each in stacks for found in client.list_change_sets(StackName=each)["Summaries"]] == []
