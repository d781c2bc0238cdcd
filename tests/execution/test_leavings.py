"""What of a stack's resources stays when it goes."""

from __future__ import annotations

from cfngen.deployment import Instance
from cfngen.execution.leavings import Row, leavings

PLACE = Instance("222222222222", "us-east-1")


def test_only_what_exists_and_has_a_policy_stays() -> None:
    declared = {
        "Kept": {"DeletionPolicy": "Retain"},
        "Created": {"DeletionPolicy": "RetainExceptOnCreate"},
        "Copied": {"DeletionPolicy": "Snapshot"},
        "Gone": {},
        "Never": {"DeletionPolicy": "Retain"},
        "Failed": {"DeletionPolicy": "Retain"},
    }
    rows = [
        Row(name, "AWS::S3::Bucket", name.lower(), "CREATE_COMPLETE") for name in ("Kept", "Created", "Copied", "Gone")
    ]
    rows += [Row("Never", "AWS::S3::Bucket", "", "CREATE_IN_PROGRESS"), Row("Failed", "X", "x", "CREATE_FAILED")]
    found = [each.name for each in leavings(PLACE, "b", "layer", declared, rows)]
    assert found == ["layer.Kept", "layer.Created", "layer.Copied"]
