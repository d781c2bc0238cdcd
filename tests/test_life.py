"""The life of an environment as its how-to pages tell it, followed word by word on the local AWS, over HTTP.

One environment grows, moves, moves back, shrinks, is destroyed and made again; each test goes on where the last ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cfngen.aws.session import Aws, connect
from cfngen.cli.main import cli
from cfngen.cli.workspace import made_now
from cfngen.files import write
from cfngen.local.server import start
from cfngen.local.settings import Settings
from tests.leavings import LISTS, left, listed_by
from tests.pages import Command, Step, steps

ENTRY = "OrganizationAccountAccessRole"
US, EU = "222222222222", "333333333333"
EAST, WEST = "us-east-1", "us-west-2"
ENVIRONMENT = """\
project: medapp
domain: app.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: us-east-1}
rollout:
  canary: us/us-east-1
parameters:
  DatabaseDeletionProtection: false
  LoadBalancerDeletionProtection: false
  UserPoolDeletionProtection: INACTIVE
  ReplicateToStandby: false
geographies:
  us:
    account: "222222222222"
    active: us-east-1
overrides:
  us/us-east-1: {VpcCidr: 10.0.0.0/16}
"""
EXAMPLE = "arn:aws:rds:us-west-2:222222222222:auto-backup:ab-example"
BACK = "arn:aws:rds:us-east-1:222222222222:auto-backup:ab-back"


@dataclass
class Life:
    """The local AWS, the environment's file, and what was said."""

    url: str
    folder: Path
    clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "params" / "prod.yaml"

    def cfngen(self, *words: str) -> Result:
        """Run a command as on the page, on the local AWS."""
        more = ("--local", "--yes") if words[0] in ("bootstrap", "deploy", "destroy") else ("--local",)
        templates = ("--templates", str(self.folder / "out"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.url)
            return CliRunner().invoke(cli, ["--params", str(self.file.parent), *words, *more, *templates])

    def works(self, *words: str) -> str:
        done = self.cfngen(*words)
        assert done.exit_code == 0, done.output
        return done.output

    def refused(self, *words: str) -> str:
        done = self.cfngen(*words)
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 1, done.output
        return done.output

    def follow(self, todo: list[Step]) -> list[str]:
        """Do what a page says; return what each command printed."""
        said = []
        for step in todo:
            if isinstance(step, Command) and step.words == ("verify",):
                continue  # judges every environment together; this one has nobody who has charge of its accounts
            if isinstance(step, Command):
                said.append(self.works(*step.words))
            else:
                self.file.write_text(step.apply(self.file.read_text()))
        return said

    def member(self, service: str, region: str, account: str = US) -> Any:
        """Return a client with that account's credentials, as an engineer would get them."""
        key = (service, region, account)
        if key not in self.clients:
            self.clients[key] = self.account(account).client(service, region)
        return self.clients[key]

    def account(self, account: str) -> Aws:
        return connect(EAST, endpoint=self.url).assume(account, ENTRY)

    def databases(self, region: str) -> list[dict[str, Any]]:
        return self.member("rds", region).describe_db_instances()["DBInstances"]

    def fleets(self, region: str) -> list[int]:
        groups = self.member("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
        return [group["DesiredCapacity"] for group in groups]

    def backups(self, region: str) -> list[tuple[str, str]]:
        """Return the automated backups that a region has from another: source region and ARN."""
        found = self.member("rds", region).describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"]
        there = [row for row in found if row.get("Region", region) != region]
        return [(row["Region"], row["DBInstanceAutomatedBackupsArn"]) for row in there]

    def replicates_to(self, region: str) -> str:
        """Return the bucket that the documents of a region are copied to."""
        s3 = self.member("s3", region)
        found = s3.get_bucket_replication(Bucket=documents(region))["ReplicationConfiguration"]["Rules"]
        return str(found[0]["Destination"]["Bucket"])


def documents(region: str, generation: str = "") -> str:
    return f"medapp-prod-docs-{US}-{region}{generation}"


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    write(folder / "out", made_now())
    (folder / "params").mkdir()
    with start(Settings("111111111111", (US, EU), ENTRY)) as running:
        life = Life(running.url, folder)
        life.file.write_text(ENVIRONMENT)
        life.works("deploy", "prod")
        life.member("s3", EAST).put_object(Bucket=documents(EAST), Key="scan.png", Body=b"patient")
        yield life


def test_a_region_is_added_and_connected(life: Life) -> None:
    plan, *_ = life.follow(steps("add-a-region"))
    assert "+ create us/us-west-2" in plan
    assert not re.search("replace[sd]", plan)
    assert "deletes" not in plan
    assert (len(life.databases(EAST)), len(life.databases(WEST))) == (1, 0)
    assert (life.fleets(EAST), life.fleets(WEST)) == ([2, 2], [0, 0])
    assert life.replicates_to(EAST) == f"arn:aws:s3:::{documents(WEST)}"
    assert [source for source, _ in life.backups(WEST)] == [EAST]
    assert "Nothing to do." in life.works("plan", "prod")


def test_a_swap_alone_is_refused_for_the_old_database_and_for_the_new_one(life: Life) -> None:
    before = life.file.read_text()
    swap, *_ = steps("promote-a-standby")
    life.follow([swap])
    said = life.refused("deploy", "prod")
    assert "deletes data.Database (AWS::RDS::DBInstance), which holds data, in 1 instances" in said
    assert "foundation us/us-west-2: is promoted with an empty database" in said
    life.file.write_text(before)
    assert "Nothing to do." in life.works("plan", "prod")


def test_a_standby_is_promoted_without_a_loss_and_the_old_database_stays(life: Life) -> None:
    (old,) = life.databases(EAST)
    ((_, arn),) = life.backups(WEST)
    todo = steps("promote-a-standby", {EXAMPLE: arn})
    end = next(index for index, step in enumerate(todo) if isinstance(step, Command) and step.words[0] == "deploy")
    plan, deployed = life.follow(todo[: end + 1])
    assert "deletes" not in plan
    assert not re.search("replace[sd]", plan)
    assert "data.Database (AWS::RDS::DBInstance)" in plan
    order = [deployed.index(f"foundation: us/{region} SUCCEEDED") for region in (WEST, EAST)]
    assert order == sorted(order)
    assert [row["DBInstanceIdentifier"] for row in life.databases(EAST)] == [old["DBInstanceIdentifier"]]
    (new,) = life.databases(WEST)
    assert new["MasterUsername"] == old["MasterUsername"]
    assert (life.fleets(EAST), life.fleets(WEST)) == ([0, 0], [2, 2])
    assert life.replicates_to(WEST) == f"arn:aws:s3:::{documents(EAST)}"
    assert [source for source, _ in life.backups(EAST)] == [WEST]
    assert life.member("s3", EAST).get_object(Bucket=documents(EAST), Key="scan.png")["Body"].read() == b"patient"
    assert "Nothing to do." in life.works("plan", "prod")


def test_the_old_database_goes_when_it_is_named_and_leaves_a_snapshot_and_the_way_back_is_the_same(life: Life) -> None:
    ((_, there),) = life.backups(EAST)
    (new,) = life.databases(WEST)
    arn = re.search(r"auto-backup:[\w-]+", life.file.read_text())
    assert arn
    todo = steps("promote-a-standby", {EXAMPLE: f"arn:aws:rds:{WEST}:{US}:{arn[0]}", BACK: there})
    first = next(index for index, step in enumerate(todo) if isinstance(step, Command) and step.words[0] == "deploy")
    life.follow([todo[first + 1]])
    assert "deletes data.Database" in life.refused("deploy", "prod")
    life.follow(todo[first + 2 : first + 4])
    assert life.databases(EAST) == []
    snapshots = life.member("rds", EAST).describe_db_snapshots()["DBSnapshots"]
    assert len(snapshots) == 1
    plan, _ = life.follow(todo[first + 4 :])
    assert "deletes" not in plan
    assert [row["MasterUsername"] for row in life.databases(EAST)] == [new["MasterUsername"]]
    assert [row["DBInstanceIdentifier"] for row in life.databases(WEST)] == [new["DBInstanceIdentifier"]]
    assert (life.fleets(EAST), life.fleets(WEST)) == ([2, 2], [0, 0])


def test_a_geography_is_added_in_an_account_of_its_own_and_nothing_else_changes(life: Life) -> None:
    before = [row["DBInstanceIdentifier"] for row in life.databases(EAST)]
    _, plan, _ = life.follow(steps("add-a-geography"))
    assert "+ create eu/eu-west-1" in plan
    assert "us/us-" not in plan
    assert len(life.member("rds", "eu-west-1", EU).describe_db_instances()["DBInstances"]) == 1
    assert [row["DBInstanceIdentifier"] for row in life.databases(EAST)] == before


def test_a_region_is_removed_when_everything_it_holds_was_named(life: Life) -> None:
    stop, deploy, out, plan, last = steps("remove-a-region")
    life.follow([stop, deploy, out])
    life.file.write_text(re.sub(r"  us/us-west-2: .*\n", "", life.file.read_text()))
    life.follow([plan])
    said = life.refused("deploy", "prod")
    assert "add --delete if that is meant" in said
    stays = listed_by(said)
    assert set(stays) == {(US, WEST)}
    assert ("AWS::S3::Bucket", documents(WEST)) in stays[US, WEST]
    named = dict.fromkeys(re.findall(r"add --replace (\S+)", said))
    assert isinstance(last, Command)
    words = [word for word in last.words if word not in ("--replace", "…")]
    life.works(*words, *(word for name in named for word in ("--replace", name)))
    assert life.databases(WEST) == []
    assert life.fleets(WEST) == []
    assert life.member("backup", WEST).describe_backup_vault(BackupVaultName="medapp-prod-backups")["Locked"] is True


def test_after_a_destruction_there_is_exactly_what_was_listed(life: Life) -> None:
    before = {place: left(life.member, *place) for place in ((US, EAST), (EU, "eu-west-1"))}
    said = life.follow(steps("destroy-and-deploy-again")[:1])[0]
    listed = listed_by(said)
    assert set(listed) == {(US, EAST), (EU, "eu-west-1")}
    for place, names in listed.items():
        earlier = {each for each in before[place] if each[0] == "AWS::RDS::DBInstance"}
        assert left(life.member, *place) - earlier == {each for each in names if each[0] in LISTS}
    assert {kind for names in listed.values() for kind, _ in names} - set(LISTS) == set()
    assert all(f"  {kind}: " in said for names in listed.values() for kind, _ in names)


def test_a_deployment_after_it_says_which_line_is_missing_and_succeeds_with_it(life: Life) -> None:
    said = life.refused("deploy", "prod")
    assert "the bucket medapp-prod-docs-222222222222-us-east-1 is there from an earlier life" in said
    assert "the backup vault medapp-prod-backups is there from an earlier life" in said
    assert "write `StoreGeneration: a` under parameters" in said
    (snapshot,) = life.member("rds", "eu-west-1", EU).describe_db_snapshots()["DBSnapshots"]
    _, edit, deploy = steps("destroy-and-deploy-again")
    life.follow([edit])
    text = re.sub(r', DatabaseBackup: "[^"]+"', "", life.file.read_text())
    name = snapshot["DBSnapshotIdentifier"]
    life.file.write_text(text.replace("10.16.0.0/16", f"10.16.0.0/16, DatabaseSnapshot: {name}"))
    life.follow([deploy])
    assert "Nothing to do." in life.works("plan", "prod")
    assert len(life.member("rds", "eu-west-1", EU).describe_db_instances()["DBInstances"]) == 1
    s3 = life.member("s3", EAST)
    assert s3.get_object(Bucket=documents(EAST), Key="scan.png")["Body"].read() == b"patient"
    assert s3.head_bucket(Bucket=documents(EAST, "a"))
