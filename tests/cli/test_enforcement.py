"""Least privilege: with one action fewer than the execution role has, an instance fails.

That all bundles deploy under its policies is shown by `test_end_to_end`, whose local AWS enforces them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from cfngen.cli.enforcement import Enforcement
from cfngen.cli.main import cli
from cfngen.local.guard import guarded
from cfngen.local.resources.handler import Handler, Made, Request
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.parts.permissions import needed_actions
from cfngen.schemas import DEEDS
from cfngen.verify.needs import needed
from scripts.generated import types

HERE = Path(__file__).parents[2]
ADMIN, ACCOUNT = "111111111111", "222222222222"
BARE = """
project: medapp
domain: bare.example.com
bundles: [detection]
admin: {account: "111111111111", region: us-east-1}
geographies:
  us: {account: "222222222222", active: us-east-1}
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start(Settings(ADMIN, (ACCOUNT,)), judge=Enforcement()) as running:
        yield running.url


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("params")
    (folder / "bare.yaml").write_text(BARE)
    return folder


def cfngen(endpoint: str, params: Path, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.chdir(HERE)
        return CliRunner().invoke(cli, ["--params", str(params), *words])


def iam(endpoint: str) -> Any:
    admin = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "endpoint_url": endpoint}
    role = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
    keys = boto3.client("sts", region_name="us-east-1", **admin).assume_role(RoleArn=role, RoleSessionName="test")
    given = {
        "aws_access_key_id": keys["Credentials"]["AccessKeyId"],
        "aws_secret_access_key": keys["Credentials"]["SecretAccessKey"],
        "aws_session_token": keys["Credentials"]["SessionToken"],
    }
    return boto3.client("iam", region_name="us-east-1", endpoint_url=endpoint, **given)


def take_away(iam: Any, role: str, action: str) -> None:
    """Take one action out of every policy of a role."""
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
        for statement in document["Statement"]:
            if action in statement["Action"]:
                statement["Action"].remove(action)
        text = json.dumps(document)
        iam.create_policy_version(PolicyArn=policy["PolicyArn"], PolicyDocument=text, SetAsDefault=True)


def test_with_one_action_fewer_an_instance_fails_with_the_words_of_aws(endpoint, params):
    made = cfngen(endpoint, params, "bootstrap", "bare", "--local")
    assert made.exit_code == 0, made.output
    take_away(iam(endpoint), "medapp-bare-stackset-execution", "securityhub:EnableSecurityHub")
    done = cfngen(endpoint, params, "deploy", "bare", "--local")
    assert done.exit_code == 1
    assert (
        f"User: arn:aws:iam::{ACCOUNT}:role/medapp-bare-stackset-execution is not authorized to perform: "
        "securityhub:EnableSecurityHub on resource: * because no identity-based policy allows the "
        "securityhub:EnableSecurityHub action"
    ) in done.output


@dataclass(frozen=True)
class Iam:
    """IAM with one role, which may do what is given."""

    actions: tuple[str, ...]

    def list_roles(self) -> dict[str, Any]:
        return {"Roles": [{"RoleName": "medapp-dev-stackset-execution", "Arn": "arn:role"}]}

    def list_attached_role_policies(self, **given: str) -> dict[str, Any]:
        """Return two pages, so that both are read."""
        policy = {"PolicyArn": "own" if "Marker" in given else "none"}
        return {"AttachedPolicies": [policy], "IsTruncated": "Marker" not in given, "Marker": "next"}

    def get_policy(self, **given: str) -> dict[str, Any]:
        return {"Policy": {"DefaultVersionId": given["PolicyArn"]}}

    def get_policy_version(self, **given: str) -> dict[str, Any]:
        actions = list(self.actions) if given["VersionId"] == "own" else []
        return {"PolicyVersion": {"Document": {"Statement": [{"Effect": "Allow", "Action": actions}]}}}


def asked(actions: tuple[str, ...], kind: str, deed: str, stack: str = "StackSet-medapp-dev-service-1") -> str:
    request = Request(ACCOUNT, "us-east-1", stack, "id", "X", "x", {}, lambda _: Iam(actions))
    return Enforcement()(request, kind, deed)[1]


def test_not_one_needed_action_can_be_left_out():
    everything = tuple(f"{service}:{each}" for service, actions in needed_actions().items() for each in actions)
    needs = {action: (kind, deed) for kind in types() for deed in DEEDS for action in needed(kind, (deed,))}
    assert len(needs) > 500
    for action, (kind, deed) in needs.items():
        fewer = tuple(each for each in everything if not covers(each, action))
        assert asked(fewer, kind, deed) != ""
    assert {asked(everything, kind, deed) for kind, deed in set(needs.values())} == {""}


def covers(pattern: str, action: str) -> bool:
    return (
        action.lower().startswith(pattern.lower().rstrip("*")) if "*" in pattern else pattern.lower() == action.lower()
    )


def test_stacks_that_people_make_and_those_of_other_environments_are_not_judged():
    assert asked((), "AWS::SNS::Topic", "create") == needed("AWS::SNS::Topic", ("create", "read"))[0]
    assert asked((), "AWS::SNS::Topic", "create", "medapp-dev-bootstrap-execution") == ""
    assert asked((), "AWS::SNS::Topic", "create", "StackSet-other-dev-service-1") == ""


def test_a_guarded_handler_asks_before_it_does_anything():
    done: list[str] = []
    handler = Handler(
        create=lambda _: done.append("create") or Made("made"),
        delete=lambda _: done.append("delete"),
        update=lambda _: done.append("update") or Made("made"),
    )
    request = Request(ACCOUNT, "us-east-1", "stack", "id", "X", "x", {}, lambda _: None)
    refusing = guarded({"A::B::C": handler}, lambda *_: ("somebody", "a:Do"))["A::B::C"]
    for deed in (refusing.create, refusing.update, refusing.delete):
        with pytest.raises(Exception, match="User: somebody is not authorized to perform: a:Do"):
            deed(request)
    assert done == []
    admitting = guarded({"A::B::C": handler}, lambda *_: ("somebody", ""))["A::B::C"]
    for deed in (admitting.create, admitting.update, admitting.delete):
        deed(request)
    assert done == ["create", "update", "delete"]
