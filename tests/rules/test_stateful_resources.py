from __future__ import annotations

import pytest

from cfngen.rules.stateful_resources import StatefulResourcesRule

GOOD = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Metadata: {com.aws.cloudformation.Context: {why: patient data, mutable: must-never-change}}
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Metadata: {com.aws.cloudformation.Context: {mutable: must-never-change}}
  Topic: {Type: AWS::SNS::Topic}
"""


def test_what_is_retained_and_says_so_is_accepted(matches):
    assert matches(StatefulResourcesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "    DeletionPolicy: RetainExceptOnCreate\n",
            "",
            "Resources.Bucket",
            "DeletionPolicy must be Retain or RetainExceptOnCreate",
            id="a bucket without a deletion policy",
        ),
        pytest.param(
            "DeletionPolicy: RetainExceptOnCreate",
            "DeletionPolicy: Delete",
            "Resources.Bucket.DeletionPolicy",
            "DeletionPolicy",
            id="a bucket that is deleted",
        ),
        pytest.param(
            "UpdateReplacePolicy: Snapshot",
            "UpdateReplacePolicy: Delete",
            "Resources.Database.UpdateReplacePolicy",
            "Retain or Snapshot",
            id="a database that is replaced without a trace",
        ),
        pytest.param(
            "why: patient data, mutable: must-never-change",
            "why: patient data",
            "Resources.Bucket",
            "must-never-change",
            id="a bucket that may change",
        ),
        pytest.param(
            "Metadata: {com.aws.cloudformation.Context: {mutable: must-never-change}}",
            "Metadata: [x]",
            "Resources.Database",
            "must-never-change",
            id="metadata that is no mapping",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(StatefulResourcesRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
