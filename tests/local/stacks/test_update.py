from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.stacks.engine import carry_out
from cfngen.local.stacks.parameters import SsmParameter

from .cloud import VPC_AND_SUBNET, Cloud, create, engine, reasons, refused_update, start, statuses, topics, update


def test_an_update_in_which_nothing_changed_is_refused_as_on_aws():
    of = engine(Cloud())
    stack = create(of, VPC_AND_SUBNET, tags={"a": "b"})
    assert refused_update(of, stack, VPC_AND_SUBNET) == "No updates are to be performed."
    assert refused_update(of, stack, VPC_AND_SUBNET + "# formatting\n") == "No updates are to be performed."
    assert refused_update(of, stack, "Description: other\n" + VPC_AND_SUBNET) == "No updates are to be performed."
    assert stack.status == "CREATE_COMPLETE"


def test_what_can_change_in_place_does():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A", Properties={"DisplayName": "old"}))
    update(of, stack, topics("A", Properties={"DisplayName": "new"}))
    assert stack.status == "UPDATE_COMPLETE"
    assert cloud.calls == ["create A", "update A"]
    assert cloud.requests[1].before == {"DisplayName": "old"}
    assert cloud.requests[1].physical_id == "topic-0"
    assert cloud.things == {"topic-0": {"DisplayName": "new"}}
    assert statuses(stack)[2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_what_cannot_change_is_replaced_with_all_that_depends_on_it_and_the_old_goes_last():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, VPC_AND_SUBNET)
    update(of, stack, VPC_AND_SUBNET, {"Cidr": "10.9.0.0/16"})
    assert cloud.calls[2:] == ["create Vpc", "create Subnet", "delete Subnet", "delete Vpc"]
    assert sorted(cloud.things) == ["subnet-3", "vpc-2"]
    assert cloud.things["subnet-3"]["VpcId"] == "vpc-2"
    assert {each.key: each.value for each in stack.outputs}["VpcId"] == "vpc-2"
    assert statuses(stack, "Vpc")[2:] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert "creation of a new physical resource" in reasons(stack, "UPDATE_IN_PROGRESS")[1]


def test_a_type_whose_handler_cannot_update_is_always_replaced():
    cloud = Cloud()
    of = engine(cloud)
    template = {
        "Resources": {
            "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "Description": "a"}}
        }
    }
    stack = create(of, template)
    template["Resources"]["R"]["Properties"]["Description"] = "b"
    update(of, stack, template)
    assert cloud.calls == ["create R", "create R", "delete R"]


def test_tags_alone_never_replace():
    cloud = Cloud()
    of = engine(cloud)
    template = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}
    stack = create(of, template)
    update(of, stack, template, tags={"Owner": "ops"})
    assert stack.status == "UPDATE_COMPLETE"
    assert cloud.calls == ["create R"]


def test_tags_of_the_stack_are_changed_on_its_resources():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A"), tags={"Owner": "me"})
    update(of, stack, topics("A"), tags={"Owner": "ops"})
    assert cloud.things["topic-0"] == {"Tags": [{"Key": "Owner", "Value": "ops"}]}


@pytest.mark.parametrize(("policy", "left"), [("Retain", 2), ("Delete", 1), ("Snapshot", 1)])
def test_a_replaced_resource_stays_if_its_policy_says_so(policy: str, left: int):
    cloud = Cloud()
    of = engine(cloud)
    vpc = {"Type": "AWS::EC2::VPC", "UpdateReplacePolicy": policy, "Properties": {"CidrBlock": "10.0.0.0/16"}}
    stack = create(of, {"Resources": {"V": vpc}})
    update(of, stack, {"Resources": {"V": vpc | {"Properties": {"CidrBlock": "10.1.0.0/16"}}}})
    assert len(cloud.things) == left
    assert statuses(stack, "V")[-1] == ("DELETE_SKIPPED" if policy == "Retain" else "DELETE_COMPLETE")


def test_a_named_resource_is_not_replaced():
    cloud = Cloud()
    of = engine(cloud)
    group: dict[str, Any] = {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": "reader", "Path": "/a/", "AssumeRolePolicyDocument": {}},
    }
    stack = create(of, {"Resources": {"R": group}}, capabilities=("CAPABILITY_NAMED_IAM",))
    changed = group | {"Properties": group["Properties"] | {"Path": "/b/"}}
    update(of, stack, {"Resources": {"R": changed}}, capabilities=("CAPABILITY_NAMED_IAM",))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    (reason,) = reasons(stack, "UPDATE_FAILED")
    assert reason == (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename reader and update the stack again."
    )


@pytest.mark.parametrize(
    ("policy", "left"), [("Retain", 1), ("RetainExceptOnCreate", 1), ("Delete", 0), ("Snapshot", 0)]
)
def test_a_resource_that_leaves_the_template_goes_as_its_policy_says(policy: str, left: int):
    cloud = Cloud()
    of = engine(cloud)
    template = topics("A", "B")
    template["Resources"]["B"]["DeletionPolicy"] = policy
    stack = create(of, template)
    update(of, stack, topics("A"))
    assert len(cloud.things) == 1 + left
    assert list(stack.resources) == ["A"]


def test_a_failed_update_brings_the_old_properties_back_and_removes_what_is_new():
    cloud = Cloud()
    of = engine(cloud)
    old = topics("A", "B", Properties={"DisplayName": "old"})
    stack = create(of, old)
    cloud.refuse = {"update B"}
    new = topics("A", "New", "B", Properties={"DisplayName": "new"})
    new["Resources"]["B"]["DependsOn"] = ["A", "New"]
    cloud.calls.clear()
    before = dict(stack.resources)
    rollout = start(of, stack, new)
    cloud_refuses_once(cloud)
    carry_out(rollout)
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert {thing["DisplayName"] for thing in cloud.things.values()} == {"old"}
    assert len(cloud.things) == 2
    assert {name: each.properties for name, each in stack.resources.items()} == {
        name: each.properties for name, each in before.items()
    }
    assert stack.wanted.template.section("Resources").keys() == {"A", "B"}
    assert reasons(stack, "UPDATE_ROLLBACK_IN_PROGRESS") == ["The following resource(s) failed to update: [B]. "]
    assert refused_update(of, stack, old) == "No updates are to be performed."


def cloud_refuses_once(cloud: Cloud) -> None:
    """Make the service refuse what it refuses the first time only."""

    class Once(set[str]):
        def __contains__(self, call: object) -> bool:
            found = super().__contains__(call)
            self.discard(str(call))
            return found

    cloud.refuse = Once(cloud.refuse)


def test_a_failed_update_keeps_what_it_was_replacing():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, VPC_AND_SUBNET)
    cloud.refuse = {"create Subnet"}
    update(of, stack, VPC_AND_SUBNET, {"Cidr": "10.9.0.0/16"})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert sorted(cloud.things) == ["subnet-1", "vpc-0"]
    assert stack.resources["Vpc"].physical_id == "vpc-0"
    assert {each.key: each.value for each in stack.outputs}["VpcId"] == "vpc-0"
    assert stack.wanted.parameters["Cidr"].text == "10.0.0.0/16"


def test_a_rollback_that_fails_too_leaves_the_stack_stuck():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A", Properties={"DisplayName": "old"}))
    cloud.refuse = {"update A"}
    update(of, stack, topics("A", Properties={"DisplayName": "new"}))
    assert stack.status == "UPDATE_ROLLBACK_FAILED"
    message = refused_update(of, stack, topics("A"))
    assert message == f"Stack:{stack.id} is in UPDATE_ROLLBACK_FAILED state and can not be updated."


def test_a_rolled_back_create_cannot_be_updated():
    of = engine(Cloud(refuse={"create A"}))
    stack = create(of, topics("A"))
    assert refused_update(of, stack, topics("B")).endswith("is in ROLLBACK_COMPLETE state and can not be updated.")


def test_a_logical_id_keeps_its_type():
    of = engine(Cloud())
    stack = create(of, topics("A"))
    message = refused_update(of, stack, {"Resources": {"A": {"Type": "AWS::EC2::VPC"}}})
    assert message == (
        "Update of resource type is not permitted. "
        "The new template modifies resource type of the following resources: [A]"
    )


def test_outputs_alone_are_an_update():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A"))
    update(of, stack, {**topics("A"), "Outputs": {"Arn": {"Value": {"Fn::GetAtt": "A.TopicArn"}}}})
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.outputs[0].value == "arn:topic-0"
    assert cloud.calls == ["create A"]


def test_metadata_alone_is_an_update_that_calls_no_service():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A"))
    update(of, stack, topics("A", Metadata={"Why": "because"}))
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.resources["A"].body["Metadata"] == {"Why": "because"}
    assert cloud.calls == ["create A"]


def test_an_ssm_parameter_is_looked_up_again_at_each_update():
    cloud = Cloud(parameters={"/name": SsmParameter("String", "one")})
    of = engine(cloud)
    template = """
Parameters: {Name: {Type: "AWS::SSM::Parameter::Value<String>", Default: /name}}
Resources: {A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Name}}}
"""
    stack = create(of, template)
    assert refused_update(of, stack, template, {"Name": None}) == "No updates are to be performed."
    cloud.parameters["/name"] = SsmParameter("String", "two")
    update(of, stack, template, {"Name": None})
    assert cloud.things["topic-0"] == {"DisplayName": "two"}
    del cloud.parameters["/name"]
    assert (
        refused_update(of, stack, template)
        == "Unable to fetch parameters [/name] from parameter store for this account."
    )


def test_a_stack_is_changed_by_one_operation_at_a_time():
    of = engine(Cloud())
    stack = create(of, topics("A"))
    start(of, stack, topics("A", "B"))
    assert refused_update(of, stack, topics("C")).endswith("is in UPDATE_IN_PROGRESS state and can not be updated.")
