"""The data-loss stop: what holds data is deleted or replaced only when somebody names it."""

from __future__ import annotations

import pytest

from cfngen.planning.losses import check_data_loss, losses
from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan
from cfngen.planning.stateful import CONTEXT, STATEFUL, is_stateful
from tests.bundles import BUCKET, EU, US, deployed, root, stack_set

SERVED = BUCKET.replace("Properties: {}", "Properties: {BucketName: other}")


def planned(old, new, instances=None, before=None):
    here = {US: {}, EU: {}} if instances is None else instances
    names = sorted({*old, *new})
    wanted = stack_set("logs", {"root": root(*(name for name in names if name in new)), **new}, here)
    there = stack_set("logs", {"root": root(*(name for name in names if name in old)), **old}, before or here)
    present = [each.key for each in wanted.uploads]
    return plan([wanted], deployed(there), preferences=Preferences(), present=present)


def test_a_replacement_of_what_holds_data_is_refused_with_the_flag_that_allows_it():
    made = planned({"archive": BUCKET}, {"archive": SERVED})
    (refusal,) = check_data_loss(made, [])
    assert "replaces archive.Archive (AWS::S3::Bucket), which holds data, in 2 instances" in refusal.what
    assert "retained" in refusal.what
    assert refusal.hint == "if that is meant, add --replace Archive"
    assert refusal.where.path == "logs"


@pytest.mark.parametrize("name", ["Archive", "archive.Archive"])
def test_a_named_resource_may_go(name):
    assert check_data_loss(planned({"archive": BUCKET}, {"archive": SERVED}), [name, "Other"]) == []


def test_a_deletion_is_refused_too_and_says_what_becomes_of_the_old_one():
    other = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
    (refusal,) = check_data_loss(planned({"archive": BUCKET}, {"archive": other}), [])
    assert refusal.what.startswith("deletes archive.Archive")


def test_a_possible_replacement_is_refused_too():
    database = "Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {DBSnapshotIdentifier: a}}}"
    made = planned({"data": database}, {"data": database.replace("er: a", "er: b")})
    (refusal,) = check_data_loss(made, [])
    assert "may replace data.Db" in refusal.what
    assert "the old one is deleted for good" in refusal.what


def test_an_instance_that_is_deleted_loses_what_it_holds():
    made = planned({"archive": BUCKET}, {"archive": BUCKET}, {US: {}}, {US: {}, EU: {}})
    (loss,) = losses(made.steps)
    assert (loss.change.name, loss.instances) == ("archive.Archive", (EU,))


def test_one_id_in_two_layers_must_be_named_with_its_layer():
    layers = {"archive": BUCKET, "trail": BUCKET}
    made = planned(layers, dict.fromkeys(layers, SERVED))
    first, second = check_data_loss(made, ["Archive"])
    assert first.hint == "several layers have a Archive: name this one with --replace archive.Archive"
    assert "--replace trail.Archive" in second.hint
    assert check_data_loss(made, ["archive.Archive", "trail.Archive"]) == []


def test_a_misspelt_name_is_pointed_at():
    (refusal,) = check_data_loss(planned({"archive": BUCKET}, {"archive": SERVED}), ["Arcive"])
    assert refusal.hint == "if that is meant, add --replace Archive, not --replace Arcive"


def test_a_change_in_place_is_no_loss():
    tagged = BUCKET.replace("Properties: {}", "Properties: {Tags: [{Key: a, Value: b}]}")
    assert check_data_loss(planned({"archive": BUCKET}, {"archive": tagged}), []) == []


def test_what_can_be_made_again_may_be_replaced():
    vpc = "Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}"
    assert check_data_loss(planned({"net": vpc}, {"net": vpc.replace("10.0", "10.9")}), []) == []


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::KMS::Key",
        "AWS::Cognito::UserPool",
        "AWS::S3::Bucket",
        "AWS::CloudTrail::Trail",
        "AWS::Logs::LogGroup",
        "AWS::Backup::BackupVault",
        "AWS::Route53::HostedZone",
        "AWS::SecretsManager::Secret",
        "AWS::EFS::FileSystem",
    ],
)
def test_these_types_hold_data_whatever_they_say(kind):
    assert kind in STATEFUL
    assert is_stateful(kind, {})


def test_any_resource_may_say_that_it_must_never_change():
    assert is_stateful("AWS::EC2::VPC", {CONTEXT: {"mutable": "must-never-change"}})
    assert not is_stateful("AWS::EC2::VPC", {CONTEXT: {"mutable": "free-to-tune"}})
    assert not is_stateful("AWS::EC2::VPC", {CONTEXT: "odd"})
