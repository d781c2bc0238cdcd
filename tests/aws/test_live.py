"""Asking CloudFormation itself: read page by page, nested stacks too, and always deleted again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cfngen.aws.live import opinions
from cfngen.errors import CfngenError
from cfngen.planning.changes import Effect
from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan
from tests.aws.accounts import reading
from tests.bundles import EU, US, deployed
from tests.text import plans

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "CreateChangeSet")


def change(name: str, kind: str, action: str = "Modify", **more: Any) -> dict[str, Any]:
    return {"ResourceChange": {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **more}}


ENCRYPTED = {"Target": {"Attribute": "Properties", "Name": "StorageEncrypted"}}
DATABASE = change("Database", "AWS::RDS::DBInstance", Replacement="True", Details=[ENCRYPTED])
NESTED = change("Data", "AWS::CloudFormation::Stack", Replacement="False", ChangeSetId="nested")
PAGES = {
    "": {"Status": "CREATE_COMPLETE", "Changes": [NESTED], "NextToken": "2"},
    "2": {"Changes": [change("Old", "AWS::SSM::Parameter", "Remove")]},
    "nested": {"Changes": [DATABASE]},
}


@dataclass
class CloudFormation:
    """One account: what it answers, and what it was asked."""

    statuses: list[str] = field(default_factory=lambda: ["CREATE_COMPLETE"])
    reason: str = ""
    on_create: BaseException | None = None
    on_describe: BaseException | None = None
    on_delete: list[BaseException] = field(default_factory=list)
    created: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[dict[str, Any]] = field(default_factory=list)

    def create_change_set(self, **asked: Any) -> None:
        self.created.append(asked)
        if self.on_create:
            raise self.on_create

    def describe_change_set(self, **asked: Any) -> dict[str, Any]:
        if self.on_describe:
            raise self.on_describe
        if asked["ChangeSetName"] == "nested":
            return PAGES["nested"]
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {**PAGES[asked.get("NextToken", "")], "Status": status, "StatusReason": self.reason}

    def delete_change_set(self, **asked: Any) -> None:
        if self.on_delete:
            raise self.on_delete.pop(0)
        self.deleted.append(asked)


def ask(*clients: CloudFormation, **more: Any):
    """Ask about a plan in which something else happens in each of two places."""
    old, new = plans.item(), plans.item({US: {}, EU: {"Encrypted": "false"}}, {"Class": "large"})
    observed = deployed(old)
    made = plan([new], observed, preferences=Preferences())
    given = dict(zip((US, EU), clients * (2 // len(clients)), strict=True))
    return opinions(made, [new], observed, reading(given), sleep=more.pop("sleep", lambda _: None))


def test_one_change_set_is_made_for_each_group_with_everything_as_deploy_would_give_it():
    us, eu = CloudFormation(), CloudFormation()
    found = ask(us, eu)
    assert [(each.asked, each.instances) for each in found] == [(US, (US,)), (EU, (EU,))]
    (asked,) = eu.created
    assert asked["IncludeNestedStacks"] is True
    assert asked["ChangeSetType"] == "UPDATE"
    assert asked["TemplateURL"].endswith("/root.yaml")
    assert {"ParameterKey": "Encrypted", "ParameterValue": "false"} in asked["Parameters"]
    assert {"ParameterKey": "Class", "ParameterValue": "large"} in asked["Parameters"]


def test_nested_stacks_and_further_pages_are_read():
    found, _ = ask(CloudFormation())
    assert [(each.name, each.effect, each.properties) for each in found.changes] == [
        ("root.Data", Effect.IN_PLACE, ()),
        ("data.Database", Effect.REPLACE, ("StorageEncrypted",)),
        ("root.Old", Effect.DELETE, ()),
    ]


def test_what_cfngen_did_not_foresee_is_marked():
    us, eu = ask(CloudFormation())
    assert us.unforeseen == ("data.Database", "root.Old")
    assert eu.unforeseen == ("root.Old",)


def test_every_change_set_is_deleted_again():
    us, eu = CloudFormation(), CloudFormation()
    ask(us, eu)
    for client in (us, eu):
        assert [each["ChangeSetName"] for each in client.deleted] == [client.created[0]["ChangeSetName"]]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("defect")])
def test_every_change_set_is_deleted_again_when_the_reading_is_interrupted(error):
    us, eu = CloudFormation(on_describe=error), CloudFormation()
    with pytest.raises(type(error)):
        ask(us, eu)
    assert len(us.deleted) == len(eu.deleted) == 1


def test_a_change_set_whose_creation_was_interrupted_is_deleted_too():
    us = CloudFormation(on_create=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        ask(us, CloudFormation())
    assert len(us.deleted) == 1


def test_one_whose_answer_was_lost_is_deleted_too():
    us = CloudFormation(on_create=EndpointConnectionError(endpoint_url="https://x"))
    found, _ = ask(us, CloudFormation())
    assert "cannot be reached" in found.problem
    assert len(us.deleted) == 1


def test_one_that_exists_already_was_made_and_only_its_answer_was_lost():
    us = CloudFormation(on_create=refused("AlreadyExistsException"))
    found, _ = ask(us, CloudFormation())
    assert (found.problem, bool(found.changes), len(us.deleted)) == ("", True, 1)


def test_what_a_refused_creation_may_have_left_is_deleted_and_told_where_that_fails():
    us = CloudFormation(on_create=refused("Throttling"))
    found, _ = ask(us, CloudFormation())
    assert "throttles" in found.problem
    assert len(us.deleted) == 1
    found, _ = ask(CloudFormation(on_create=refused("Throttling"), on_delete=[refused("Other")]), CloudFormation())
    assert "throttles" in found.problem
    assert "deleting the change set cfngen-plan-" in found.problem


def test_what_is_still_being_made_is_waited_for_before_it_is_deleted():
    us = CloudFormation(on_delete=[refused("InvalidChangeSetStatus")])
    ask(us, CloudFormation())
    assert len(us.deleted) == 1


def test_what_is_gone_already_is_deleted():
    us = CloudFormation(on_delete=[refused("ChangeSetNotFound")])
    found, _ = ask(us, CloudFormation())
    assert found.problem == ""


def test_a_deletion_that_aws_refuses_is_never_silent():
    with pytest.raises(CfngenError, match="deleting the change set cfngen-plan-"):
        ask(CloudFormation(on_delete=[refused("AccessDenied")]), CloudFormation())


def test_an_account_that_refuses_is_told_and_the_others_are_still_asked():
    denied = refused("AccessDenied")
    us, eu = CloudFormation(on_create=denied, on_delete=[denied]), CloudFormation()
    refusal, answer = ask(us, eu)
    assert "is not allowed" in refusal.problem
    assert "deleting" not in refusal.problem
    assert answer.changes


def test_no_changes_are_no_problem_and_other_failures_are():
    quiet, _ = ask(CloudFormation(["FAILED"], NO_CHANGES))
    failed, _ = ask(CloudFormation(["FAILED"], "Parameters: [X] must have values"))
    assert (quiet.changes, quiet.problem) == ((), "")
    assert failed.problem == "Parameters: [X] must have values"


def test_it_waits_until_a_change_set_is_done_and_not_for_ever():
    slept: list[float] = []
    done, _ = ask(CloudFormation(["CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]), sleep=slept.append)
    assert done.changes
    never, _ = ask(CloudFormation(["CREATE_IN_PROGRESS"]))
    assert "not done yet" in never.problem


def test_nobody_is_asked_about_what_is_created_or_deleted():
    made = plans.creation()
    assert opinions(made, [plans.item()], {}, reading({})) == ()
