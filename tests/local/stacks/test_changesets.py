from __future__ import annotations

from typing import Any

import pytest

from .client import Api, created, pair
from .cloud import VPC_AND_SUBNET, Cloud, text, topics


@pytest.fixture
def api() -> Api:
    return Api(Cloud())


def change_set(api: Api, **params: Any) -> dict[str, Any]:
    api("CreateChangeSet", StackName="shop", ChangeSetName="next", **params)
    api.wait()
    return api("DescribeChangeSet", StackName="shop", ChangeSetName="next", IncludePropertyValues=True)


def test_a_change_set_shows_a_replacement_what_it_drags_along_and_why(api: Api):
    created(api)
    found = change_set(api, UsePreviousTemplate=True, Parameters=[pair("Cidr", "10.9.0.0/16")])
    assert (found["Status"], found["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    vpc, subnet = (each["ResourceChange"] for each in found["Changes"])
    assert (vpc["LogicalResourceId"], vpc["Action"], vpc["Replacement"]) == ("Vpc", "Modify", "True")
    assert vpc["PolicyAction"] == "ReplaceAndDelete"
    assert vpc["Details"] == [
        {
            "Target": {"Attribute": "Properties", "Name": "CidrBlock", "RequiresRecreation": "Always"},
            "Evaluation": "Static",
            "ChangeSource": "ParameterReference",
            "CausingEntity": "Cidr",
        }
    ]
    assert '"10.0.0.0/16"' in vpc["BeforeContext"]
    assert '"10.9.0.0/16"' in vpc["AfterContext"]
    assert (subnet["LogicalResourceId"], subnet["Replacement"]) == ("Subnet", "Conditional")
    assert subnet["Details"][0]["ChangeSource"] == "ResourceReference"
    assert subnet["Details"][0]["CausingEntity"] == "Vpc"
    assert subnet["Details"][0]["Target"]["RequiresRecreation"] == "Conditionally"


def test_a_change_set_shows_what_is_added_removed_and_changed_in_place(api: Api):
    created(api, topics("A", "B", DeletionPolicy="RetainExceptOnCreate", Properties={"DisplayName": "x"}))
    template = topics("A", "C", Properties={"DisplayName": "y"})
    changes = [each["ResourceChange"] for each in change_set(api, TemplateBody=text(template))["Changes"]]
    assert [(each["Action"], each["LogicalResourceId"], each["PolicyAction"]) for each in changes] == [
        ("Modify", "A", None),
        ("Add", "C", None),
        ("Remove", "B", "Retain"),
    ]
    assert changes[0]["Replacement"] == "False"
    assert changes[0]["Scope"] == ["DeletionPolicy", "Properties"]
    assert changes[0]["Details"][0]["ChangeSource"] == "DirectModification"
    assert api.cloud.kinds() == ["topic", "topic"], "nothing was done"


def test_a_change_of_tags_is_in_the_scope_of_tags(api: Api):
    created(api, topics("A"))
    found = change_set(api, UsePreviousTemplate=True, Tags=[{"Key": "a", "Value": "b"}])
    assert found["Changes"][0]["ResourceChange"]["Scope"] == ["Tags"]


def test_a_change_set_without_changes_fails_as_on_aws(api: Api):
    created(api)
    found = change_set(api, UsePreviousTemplate=True)
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"].startswith("The submitted information didn't contain changes.")
    assert api.refused("ExecuteChangeSet", StackName="shop", ChangeSetName="next")[0] == "InvalidChangeSetStatus"


def test_an_executed_change_set_updates_the_stack_and_makes_others_obsolete(api: Api):
    created(api)
    api("CreateChangeSet", StackName="shop", ChangeSetName="other", TemplateBody=text(topics("A")))
    found = change_set(api, UsePreviousTemplate=True, Parameters=[pair("Cidr", "10.9.0.0/16")])
    api("ExecuteChangeSet", ChangeSetName=found["ChangeSetId"])
    api.wait()
    assert api.stack()["StackStatus"] == "UPDATE_COMPLETE"
    summaries = api("ListChangeSets", StackName="shop")["Summaries"]
    assert {each["ChangeSetName"]: each["ExecutionStatus"] for each in summaries} == {
        "other": "OBSOLETE",
        "next": "EXECUTE_COMPLETE",
    }


def test_a_change_set_can_create_a_stack(api: Api):
    found = change_set(api, ChangeSetType="CREATE", TemplateBody=text(VPC_AND_SUBNET))
    assert api.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert [each["ResourceChange"]["Action"] for each in found["Changes"]] == ["Add", "Add"]
    api("ExecuteChangeSet", StackName="shop", ChangeSetName="next")
    api.wait()
    assert api.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert sorted(api.cloud.things) == ["subnet-1", "vpc-0"]


def test_a_second_change_set_of_a_stack_to_come_is_the_one_that_is_executed(api: Api):
    change_set(api, ChangeSetType="CREATE", TemplateBody=text(VPC_AND_SUBNET))
    api("CreateChangeSet", StackName="shop", ChangeSetName="b", ChangeSetType="CREATE", TemplateBody=text(topics("A")))
    api.wait()
    api("ExecuteChangeSet", StackName="shop", ChangeSetName="b")
    api.wait()
    assert api.cloud.kinds() == ["topic"]


def test_a_deleted_change_set_is_gone_and_deleting_it_again_is_fine(api: Api):
    created(api)
    change_set(api, TemplateBody=text(topics("A")))
    api("DeleteChangeSet", StackName="shop", ChangeSetName="next")
    api("DeleteChangeSet", StackName="shop", ChangeSetName="next")
    assert api("ListChangeSets", StackName="shop")["Summaries"] == []
    assert api.refused("DescribeChangeSet", StackName="shop", ChangeSetName="next")[0] == "ChangeSetNotFoundException"


def test_a_change_set_needs_the_right_kind_of_stack(api: Api):
    body = text(topics("A"))
    assert api.refused("CreateChangeSet", StackName="shop", ChangeSetName="a", TemplateBody=body)[1] == (
        "Stack [shop] does not exist"
    )
    created(api, topics("A"))
    message = api.refused(
        "CreateChangeSet", StackName="shop", ChangeSetName="a", ChangeSetType="CREATE", TemplateBody=body
    )[1]
    assert message == "Stack [shop] already exists and cannot be created again with the changeSet [a]."
    api("CreateChangeSet", StackName="shop", ChangeSetName="a", TemplateBody=text(topics("B")))
    again = api.refused("CreateChangeSet", StackName="shop", ChangeSetName="a", TemplateBody=text(topics("B")))
    assert again == ("AlreadyExistsException", "ChangeSet a already exists")
