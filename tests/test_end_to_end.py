"""From params to running stack instances and back, over HTTP, against the local AWS."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from cfngen.cli.main import cli
from cfngen.local.server import start
from cfngen.local.settings import Settings

HERE = Path(__file__).parent.parent
ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")
TARGETS = (
    ("222222222222", "us-east-1"),
    ("222222222222", "us-west-2"),
    ("333333333333", "eu-west-1"),
    ("333333333333", "eu-central-1"),
    ("444444444444", "ap-southeast-1"),
    ("444444444444", "ap-northeast-1"),
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start(Settings(ACCOUNTS[0], ACCOUNTS, "OrganizationAccountAccessRole")) as running:
        yield running.url


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed environments, with production unprotected so that it can be destroyed again."""
    folder = tmp_path_factory.mktemp("params")
    shutil.copytree(HERE / "params", folder, dirs_exist_ok=True)
    prod = folder / "prod.yaml"
    off = "parameters:\n  DatabaseDeletionProtection: false\n  LoadBalancerDeletionProtection: false\n"
    prod.write_text(prod.read_text().replace("parameters:\n", off, 1))
    return folder


def cfngen(endpoint: str, params: Path, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.chdir(HERE)
        return CliRunner().invoke(cli, ["--params", str(params), *words])


def member(endpoint: str, service: str, account: str, region: str) -> Any:
    """Return a client with that account's credentials, as an engineer would get them."""
    admin = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "endpoint_url": endpoint}
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    sts = boto3.client("sts", region_name="us-east-1", **admin)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.fixture(scope="module")
def deployed(endpoint: str, params: Path) -> str:
    done = cfngen(endpoint, params, "deploy", "prod", "--local")
    assert done.exit_code == 0, done.output
    return endpoint


@pytest.mark.parametrize(("account", "region"), TARGETS)
def test_every_account_and_region_has_its_network_for_its_own_credentials(
    deployed: str, account: str, region: str
) -> None:
    ec2 = member(deployed, "ec2", account, region)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["prod"]}])["Vpcs"]
    tags = {tag["Key"]: tag["Value"] for tag in vpc["Tags"]}
    assert (tags["Layer"], tags["Project"]) == ("network", "medapp")
    zones = {
        subnet["AvailabilityZone"] for subnet in ec2.describe_subnets()["Subnets"] if subnet["VpcId"] == vpc["VpcId"]
    }
    assert len(zones) == 2


def test_only_active_regions_have_a_database(deployed: str) -> None:
    found = {
        (account, region): len(member(deployed, "rds", account, region).describe_db_instances()["DBInstances"])
        for account, region in TARGETS
    }
    assert {place for place, count in found.items() if count == 1} == {TARGETS[0], TARGETS[2], TARGETS[4]}
    assert sum(found.values()) == 3


def test_the_web_balancer_is_classic_and_public_and_the_app_balancer_is_internal(deployed: str) -> None:
    (web,) = member(deployed, "elb", *TARGETS[2]).describe_load_balancers()["LoadBalancerDescriptions"]
    (app,) = member(deployed, "elbv2", *TARGETS[2]).describe_load_balancers()["LoadBalancers"]
    assert (web["Scheme"], app["Scheme"], app["Type"]) == ("internet-facing", "internal", "application")


def test_a_second_deployment_has_nothing_to_do(deployed: str, params: Path) -> None:
    again = cfngen(deployed, params, "deploy", "prod", "--local")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "Nothing to do.")
    assert cfngen(deployed, params, "plan", "prod", "--local", "--exit-code").exit_code == 0


def test_status_names_every_target_as_current(deployed: str, params: Path) -> None:
    done = cfngen(deployed, params, "status", "prod", "--local", "--format", "json")
    assert done.exit_code == 0
    assert {row["status"] for row in json.loads(done.stdout)["instances"]} == {"CURRENT"}


def test_history_names_the_release_and_who_made_it(deployed: str, params: Path) -> None:
    done = cfngen(deployed, params, "history", "prod", "--local", "--format", "json")
    newest = json.loads(done.stdout)[0]
    assert newest["outcome"] == "SUCCEEDED"
    assert newest["by"].startswith("arn:aws:")


def test_changing_one_parameter_of_one_geography_plans_its_instances_and_no_other(
    deployed: str, params: Path, tmp_path: Path
) -> None:
    shutil.copytree(params, tmp_path, dirs_exist_ok=True)
    prod = tmp_path / "prod.yaml"
    text = prod.read_text()
    eu = text.index("active: eu-west-1")
    prod.write_text(text[:eu] + text[eu:].replace("parameters: {}", "parameters: {WebMaxSize: 8}", 1))
    done = cfngen(deployed, tmp_path, "plan", "prod", "--local", "--format", "json", "--exit-code")
    assert done.exit_code == 3, done.output
    assert "eu/eu-west-1" in done.stdout
    assert not {"us/us-east-1", "us/us-west-2", "apac/ap-southeast-1"} & set(done.stdout.replace('"', " ").split())


def test_destroying_leaves_no_network_and_a_deployment_after_it_succeeds(deployed: str, params: Path) -> None:
    gone = cfngen(deployed, params, "destroy", "prod", "--local", "--yes")
    assert gone.exit_code == 0, gone.output
    assert "Retained" in gone.stdout
    for account, region in TARGETS:
        ec2 = member(deployed, "ec2", account, region)
        assert ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["prod"]}])["Vpcs"] == []
        assert member(deployed, "rds", account, region).describe_db_instances()["DBInstances"] == []
    again = cfngen(deployed, params, "deploy", "prod", "--local")
    assert again.exit_code == 0, again.output
