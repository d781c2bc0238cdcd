"""Accounts and identities of the local AWS: who a request is, where it acts, and what every account finds there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from cfngen.local.clients import Clients, clients
from cfngen.local.services import services_app
from cfngen.local.settings import Settings

ADMIN, US, EU, OUTSIDE = "600000000001", "600000000002", "600000000003", "600000000009"
SETTINGS = Settings(ADMIN, (US, EU))
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "ap-northeast-1")
Connect = Callable[..., Any]


@pytest.fixture(scope="module")
def app() -> Any:
    return services_app(SETTINGS)


@pytest.fixture(scope="module")
def connect(app: Any) -> Iterator[Connect]:
    """Clients over HTTP, of whoever the credentials belong to."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()

    def client(service: str, credentials: Any = None, region: str = "us-east-1") -> Any:
        held = credentials or {"AccessKeyId": "AKIAANYTHING", "SecretAccessKey": "x"}
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id=held["AccessKeyId"],
            aws_secret_access_key=held["SecretAccessKey"],
            aws_session_token=held.get("SessionToken"),
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    yield client
    server.shutdown()
    server.server_close()


@pytest.fixture
def inside(app: Any) -> Callable[..., Clients]:
    return lambda account, region="us-east-1": clients(app, account, region)


def role(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def assume(sts: Any, arn: str, **more: Any) -> Any:
    return sts.assume_role(RoleArn=arn, RoleSessionName="session", **more)["Credentials"]


def make_role(iam: Any, name: str, principal: Any, **more: Any) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)


def test_unknown_credentials_are_the_admin_accounts(connect: Connect) -> None:
    who = connect("sts").get_caller_identity()
    assert (who["Account"], who["Arn"]) == (ADMIN, f"arn:aws:iam::{ADMIN}:user/local")


def test_the_entry_role_leads_into_every_account_of_the_settings(connect: Connect) -> None:
    held = assume(connect("sts"), role(EU, "OrganizationAccountAccessRole"))
    who = connect("sts", held).get_caller_identity()
    assert who["Account"] == EU
    assert who["Arn"] == f"arn:aws:sts::{EU}:assumed-role/OrganizationAccountAccessRole/session"


def test_a_session_acts_in_its_roles_account(connect: Connect, inside: Callable[..., Clients]) -> None:
    held = assume(connect("sts"), role(US, "OrganizationAccountAccessRole"))
    connect("sns", held, "us-west-2").create_topic(Name="of-us")
    assert [t["TopicArn"] for t in inside(US)("sns", "us-west-2").list_topics()["Topics"]] == [
        f"arn:aws:sns:us-west-2:{US}:of-us"
    ]
    assert inside(EU)("sns", "us-west-2").list_topics()["Topics"] == []
    assert connect("sns", None, "us-west-2").list_topics()["Topics"] == []


@pytest.mark.parametrize(
    "arn",
    [role(OUTSIDE, "OrganizationAccountAccessRole"), role(US, "DoesNotExist"), role(ADMIN, "DoesNotExist")],
    ids=["an account outside", "no such role", "no such role at home"],
)
def test_a_role_that_is_not_there_cannot_be_assumed(connect: Connect, arn: str) -> None:
    with pytest.raises(ClientError) as refused:
        assume(connect("sts"), arn)
    told = refused.value.response["Error"]
    assert told["Code"] == "AccessDenied"
    user = f"arn:aws:iam::{ADMIN}:user/local"
    assert told["Message"] == f"User: {user} is not authorized to perform: sts:AssumeRole on resource: {arn}"


def test_only_the_admin_account_enters_by_the_entry_role(connect: Connect) -> None:
    held = assume(connect("sts"), role(US, "OrganizationAccountAccessRole"))
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(connect("sts", held), role(EU, "OrganizationAccountAccessRole"))


def test_a_role_is_assumed_by_whom_its_trust_policy_names(connect: Connect, inside: Callable[..., Clients]) -> None:
    make_role(inside(ADMIN)("iam"), "Administration", {"AWS": f"arn:aws:iam::{ADMIN}:root"})
    make_role(inside(US)("iam"), "Execution", {"AWS": role(ADMIN, "Administration")})
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(connect("sts"), role(US, "Execution"))
    administration = assume(connect("sts"), role(ADMIN, "Administration"))
    execution = assume(connect("sts", administration), role(US, "Execution"))
    assert connect("sts", execution).get_caller_identity()["Arn"].endswith("assumed-role/Execution/session")


def test_a_users_own_key_is_that_users(connect: Connect, inside: Callable[..., Clients]) -> None:
    iam = inside(EU)("iam")
    iam.create_user(UserName="Monitor-S3")
    key = iam.create_access_key(UserName="Monitor-S3")["AccessKey"]
    assert connect("sts", key).get_caller_identity()["Arn"] == f"arn:aws:iam::{EU}:user/Monitor-S3"


def test_clients_inside_the_process_act_as_any_account(inside: Callable[..., Clients]) -> None:
    assert inside(OUTSIDE)("sts").get_caller_identity()["Account"] == OUTSIDE


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_names_the_images_that_fleets_use(inside: Callable[..., Clients], region: str) -> None:
    ssm = inside(US, region)("ssm")
    names = [
        "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
        "/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base",
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    ]
    found = {p["Name"]: p["Value"] for p in ssm.get_parameters(Names=names)["Parameters"]}
    assert sorted(found) == sorted(names)
    images = inside(US, region)("ec2").describe_images(ImageIds=list(found.values()))["Images"]
    assert sorted(image["Platform"] for image in images if "Platform" in image) == ["windows", "windows"]
    assert len(images) == 3


def test_managed_policies_of_aws_can_be_attached_and_others_cannot(inside: Callable[..., Clients]) -> None:
    iam = inside(US)("iam")
    make_role(iam, "Instance", {"Service": "ec2.amazonaws.com"})
    iam.attach_role_policy(RoleName="Instance", PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(RoleName="Instance", PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")


def test_nothing_is_read_from_the_machine(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1")
    fresh = clients(app, US, "eu-west-1")
    assert fresh("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_crash_of_the_simulation_is_an_internal_failure(inside: Callable[..., Clients]) -> None:
    with pytest.raises(ClientError, match="NotImplementedError") as crash:
        inside(US)("cloudwatch").describe_alarm_contributors(AlarmName="x")
    assert crash.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    with pytest.raises(ClientError, match="InternalFailure"):
        inside(US)("ec2").describe_capacity_blocks()


def test_objects_of_any_name_are_read_back_from_other_accounts(inside: Callable[..., Clients]) -> None:
    inside(ADMIN)("s3").create_bucket(Bucket="templates-of-600000000001")
    inside(ADMIN)("s3").put_object(Bucket="templates-of-600000000001", Key="a b/ü+é.yaml", Body=b"Resources: {}")
    found = inside(EU, "eu-west-1")("s3").get_object(Bucket="templates-of-600000000001", Key="a b/ü+é.yaml")
    assert found["Body"].read() == b"Resources: {}"


def test_many_threads_work_in_one_account(inside: Callable[..., Clients]) -> None:
    here = inside(EU, "ap-southeast-1")

    def work(number: int) -> int:
        here("ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16")
        return len(here("ec2").describe_vpcs()["Vpcs"])

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(work, range(40))) == 41
