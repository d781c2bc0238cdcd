"""Presence: what is in an account already is told before a first deployment, with the line that avoids it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cfngen.aws.presence import ASK, COUNT, check_presence
from cfngen.aws.readers import Readers
from cfngen.aws.session import Aws, connect
from cfngen.cli.workspace import made_now
from cfngen.deployment import Instance
from cfngen.environment.config import load_environment
from cfngen.errors import Problem
from cfngen.files import write
from cfngen.layers.execution import PRESENT
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.verify.claims import COUNTED, NAMED, SINGLE, Claim, claims
from cfngen.verify.world import World, survey

ROLE = "OrganizationAccountAccessRole"
PLACE = Instance("222222222222", "us-east-1")
ACCOUNTS = ("222222222222", "333333333333", "444444444444")
ENVIRONMENT = """
project: pre
domain: pre.example.com
bundles: [account, detection, foundation, service]
admin: {account: "111111111111", region: us-east-1}
parameters: {VpcCidr: 10.0.0.0/16, StoreGeneration: b, SessionPreferences: true}
geographies:
  us: {account: "222222222222", active: us-east-1}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("presence")
    write(folder / "out", made_now())
    (folder / "life.yaml").write_text(ENVIRONMENT)
    return survey([load_environment(folder, "life")], folder / "out")


@pytest.fixture(scope="module")
def wanted(world: World) -> tuple[Claim, ...]:
    return tuple(claims(world, {(bundle, PLACE) for bundle in world.bundles}))


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with start(Settings("111111111111", ACCOUNTS, ROLE)) as running:
        yield connect("us-east-1", endpoint=running.url)


def found(aws: Aws, wanted: tuple[Claim, ...], account: str) -> list[Problem]:
    """Ask for what is wanted in an account of its own for each test."""
    place = Instance(account, PLACE.region)
    return check_presence(
        Readers(aws, ROLE), [claim._replace(place=place) for claim in wanted], {place: "overrides.us/us-east-1"}
    )


def test_a_new_account_has_nothing_in_the_way(aws: Aws, wanted: tuple[Claim, ...]) -> None:
    assert found(aws, wanted, ACCOUNTS[1]) == []


RECORDER = {"name": "theirs", "roleARN": "arn:aws:iam::222222222222:role/r"}
DOCUMENT = '{"schemaVersion": "1.0", "description": "d", "sessionType": "Standard_Stream", "inputs": {}}'

TAKEN: dict[str, tuple[str, Callable[[Any], Any], str, str]] = {
    "recorder": (
        "config",
        lambda c: c.put_configuration_recorder(ConfigurationRecorder=RECORDER),
        "us/us-east-1: there is the configuration recorder theirs, and configuration would make another",
        "write `ManageConfig: false` under overrides.us/us-east-1",
    ),
    "detector": (
        "guardduty",
        lambda c: c.create_detector(Enable=True),
        "there is the GuardDuty detector",
        "write `ManageGuardDuty: false` under overrides.us/us-east-1",
    ),
    "hub": (
        "securityhub",
        lambda c: c.enable_security_hub(),
        "there is arn:aws:securityhub:us-east-1:222222222222:hub/default",
        "write `ManageSecurityHub: false` under overrides.us/us-east-1",
    ),
    "analyzer": (
        "accessanalyzer",
        lambda c: c.create_analyzer(analyzerName="theirs", type="ACCOUNT"),
        "there is the analyzer theirs",
        "write `ManageAccessAnalyzer: false` under overrides.us/us-east-1",
    ),
    "linked role": (
        "iam",
        lambda c: c.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com"),
        "there is the service-linked role AWSServiceRoleForAutoScaling",
        "write `CreateAutoScalingServiceLinkedRole: false` under overrides.us/us-east-1",
    ),
    "session preferences": (
        "ssm",
        lambda c: c.create_document(Name="SSM-SessionManagerRunShell", Content=DOCUMENT, DocumentType="Session"),
        "there is the document SSM-SessionManagerRunShell, and operations would make another",
        "write `SessionPreferences: false` under overrides.us/us-east-1",
    ),
    "bucket": (
        "s3",
        lambda c: c.create_bucket(Bucket="pre-life-docs-222222222222-us-east-1b"),
        "the bucket pre-life-docs-222222222222-us-east-1b is there from an earlier life",
        "write `StoreGeneration: c` under parameters: the next life has names of its own",
    ),
    "vault": (
        "backup",
        lambda c: c.create_backup_vault(BackupVaultName="pre-life-backupsb"),
        "the backup vault pre-life-backupsb is there from an earlier life",
        "write `StoreGeneration: c` under parameters: the next life has names of its own",
    ),
}


def test_what_somebody_has_already_is_told_with_the_line_that_leaves_it_to_them(
    aws: Aws, wanted: tuple[Claim, ...]
) -> None:
    there = aws.assume(PLACE.account, ROLE, PLACE.region)
    for service, make, _, _ in TAKEN.values():
        make(there.client(service))
    problems = found(aws, wanted, PLACE.account)
    assert len(problems) == len(TAKEN)
    for _, _, told, hint in TAKEN.values():
        assert [problem.hint for problem in problems if told in problem.what] == [hint]


def test_what_is_left_to_somebody_else_is_no_claim(world: World, wanted: tuple[Claim, ...]) -> None:
    assert {claim.setting for claim in wanted if claim.type in SINGLE} >= {"ManageConfig: false"}
    assert list(claims(world, set())) == []


def test_addresses_networks_and_trails_are_counted_against_the_quota_of_a_new_account(
    aws: Aws, wanted: tuple[Claim, ...]
) -> None:
    counted = tuple(claim for claim in wanted if claim.type in COUNTED)
    there = aws.assume(ACCOUNTS[2], ROLE, PLACE.region)
    for _ in range(4):
        there.client("ec2").allocate_address(Domain="vpc")
        there.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")
    there.client("s3").create_bucket(Bucket="trails")
    for number in range(5):
        there.client("cloudtrail").create_trail(Name=f"trail-{number}", S3BucketName="trails")
    told = {problem.what for problem in found(aws, counted, ACCOUNTS[2])}
    assert told == {
        "us/us-east-1: has 4 of elastic addresses per account and region and needs 2 more; AWS allows 5",
        "us/us-east-1: has 5 of networks per account and region and needs 1 more; AWS allows 5",
        "us/us-east-1: has 5 of trails per region and needs 1 more; AWS allows 5",
    }


def test_where_the_reader_may_not_ask_nothing_is_said(aws: Aws, wanted: tuple[Claim, ...]) -> None:
    assert check_presence(Readers(aws, "no-such-role"), wanted[:1], {}) == []


def test_every_type_that_is_claimed_can_be_asked_for() -> None:
    assert set(ASK) == {*SINGLE, *NAMED}
    assert set(COUNT) == set(COUNTED)


def test_the_reader_may_ask_and_may_do_nothing_else() -> None:
    assert all(action.split(":")[1].startswith(("Describe", "List", "Get")) for action in PRESENT)
