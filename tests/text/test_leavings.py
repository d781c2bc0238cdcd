"""What stays after a destruction, as a person reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.deployment import Instance
from cfngen.errors import problem
from cfngen.execution.leavings import STAYS, Leaving
from cfngen.templates import read_template
from cfngen.text.leavings import REMOVALS, leavings_lines

HOME = Path(__file__).parent.parent.parent
PLACE = Instance("222222222222", "us-east-1")
RETAINED = sorted(
    {
        resource["Type"]
        for path in (HOME / "templates_out").glob("*/*.yaml")
        if path.parent.name != "bootstrap"
        for resource in read_template(path).resources.values()
        if resource.get("DeletionPolicy") in STAYS
    }
)


@pytest.mark.parametrize("kind", RETAINED)
def test_of_every_type_that_the_templates_retain_it_says_how_it_is_removed(kind: str) -> None:
    assert kind in REMOVALS


def test_each_place_has_its_resources_by_name_and_each_type_is_explained_once() -> None:
    kept = [
        Leaving(PLACE, "foundation", "documents.DocumentsBucket", "AWS::S3::Bucket", "docs-1"),
        Leaving(PLACE, "foundation", "data.Database", "AWS::RDS::DBInstance", "db-1"),
        Leaving(Instance(*PLACE._replace(region="us-west-2")), "foundation", "logs.Logs", "AWS::S3::Bucket", "logs-2"),
    ]
    lines = leavings_lines(kept, [problem("could not be asked")], {PLACE: "us/us-east-1"})
    assert lines[:3] == [
        "Retained, outside any stack:",
        "  222222222222/us-east-1 (us/us-east-1)",
        "    foundation/documents.DocumentsBucket AWS::S3::Bucket docs-1",
    ]
    assert "    foundation/data.Database AWS::RDS::DBInstance a last snapshot of db-1" in lines
    assert sum(line.startswith("  AWS::S3::Bucket: ") for line in lines) == 1
    assert lines[-1] == "Not known of what stays: could not be asked"


def test_a_vault_that_stays_asks_for_another_generation() -> None:
    kept = [Leaving(PLACE, "foundation", "backup.BackupVault", "AWS::Backup::BackupVault", "vault")]
    assert any("StoreGeneration" in line for line in leavings_lines(kept, [], {}))
    assert leavings_lines([], [], {}) == []
