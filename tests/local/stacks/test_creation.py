from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.parameters import SsmParameter
from cfngen.local.stacks.store import Settings

from .cloud import (
    ACCOUNT,
    REGION,
    VPC_AND_SUBNET,
    Cloud,
    create,
    delete,
    engine,
    reasons,
    refused_update,
    statuses,
    topics,
)


def test_resources_are_made_after_what_they_need():
    cloud = Cloud()
    stack = create(engine(cloud), VPC_AND_SUBNET)
    assert cloud.calls == ["create Vpc", "create Subnet"]
    assert cloud.things["subnet-1"]["VpcId"] == "vpc-0"
    assert statuses(stack) == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert statuses(stack, "Subnet") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_outputs_are_texts_and_lists_are_refused():
    cloud = Cloud()
    stack = create(engine(cloud), VPC_AND_SUBNET)
    assert [(each.key, each.value) for each in stack.outputs] == [("VpcId", "vpc-0"), ("Zone", "a of subnet-1")]
    bad = create(engine(Cloud()), {**topics("A"), "Outputs": {"Zones": {"Value": {"Fn::GetAZs": ""}}}})
    assert bad.status == "ROLLBACK_COMPLETE"
    assert "must evaluate to a String" in reasons(bad, "ROLLBACK_IN_PROGRESS")[0]


def test_the_handler_is_told_everything_about_a_resource():
    cloud = Cloud()
    stack = create(engine(cloud), topics("Alarms"), tags={"Project": "shop"})
    (request,) = cloud.requests
    assert (request.account, request.region, request.stack_name, request.logical_id) == (
        ACCOUNT,
        REGION,
        "shop",
        "Alarms",
    )
    assert request.stack_id == stack.id == f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/token-0"
    assert request.name.startswith("shop-Alarms-")
    assert len(request.name) == len("shop-Alarms-") + 12
    assert request.properties == {"Tags": [{"Key": "Project", "Value": "shop"}]}
    assert request.clients("wafv2", "us-east-1") == (ACCOUNT, "us-east-1", "wafv2")


def test_generated_names_stay_within_63_characters():
    cloud = Cloud()
    create(engine(cloud), topics("L" * 80), name="s" * 100)
    name = cloud.requests[0].name
    assert len(name) == 63
    assert name.startswith("ssss")
    assert "-LLLL" in name


def test_conditions_leave_resources_properties_and_outputs_out():
    cloud = Cloud()
    template = """
Parameters: {Role: {Type: String}}
Conditions: {IsActive: !Equals [!Ref Role, active]}
Resources:
  Always: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [IsActive, !Ref Active, !Ref AWS::NoValue]}}
  Active: {Type: AWS::SNS::Topic, Condition: IsActive}
  After: {Type: AWS::SNS::Topic, DependsOn: Active}
Outputs:
  Name: {Condition: IsActive, Value: !GetAtt Active.TopicName}
"""
    standby = create(engine(cloud), template, {"Role": "standby"})
    assert sorted(standby.resources) == ["After", "Always"]
    assert standby.outputs == ()
    assert standby.resources["Always"].properties == {}
    active = create(engine(Cloud()), template, {"Role": "active"})
    assert active.resources["Always"].properties == {"DisplayName": "topic-0"}
    assert [each.key for each in active.outputs] == ["Name"]


def test_what_refers_to_a_resource_that_its_condition_left_out_is_refused():
    template = """
Conditions: {Never: !Equals [a, b]}
Resources:
  A: {Type: AWS::SNS::Topic, Condition: Never}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref A}}
"""
    with pytest.raises(ApiError, match=r"Unresolved resource dependencies \[A\]"):
        create(engine(Cloud()), template)


def test_a_failed_create_is_rolled_back_in_reverse_and_says_why():
    cloud = Cloud(refuse={"create C"})
    template = topics("A", "B", "C")
    template["Resources"]["B"]["DependsOn"] = "A"
    template["Resources"]["C"]["DependsOn"] = "B"
    stack = create(engine(cloud), template)
    assert cloud.things == {}
    assert cloud.calls == ["create A", "create B", "create C", "delete B", "delete A"]
    assert statuses(stack) == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    assert statuses(stack, "C") == ["CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_COMPLETE"]
    (reason,) = reasons(stack, "CREATE_FAILED")
    assert reason == (
        'Resource handler returned message: "create C is refused (Service: Sns, Status Code: 400, Request ID: r-1)" '
        "(RequestToken: token-7, HandlerErrorCode: InvalidRequest)"
    )
    assert reasons(stack, "ROLLBACK_IN_PROGRESS") == [
        "The following resource(s) failed to create: [C]. Rollback requested by user."
    ]


def test_a_rollback_that_cannot_delete_fails():
    cloud = Cloud(refuse={"create B", "delete A"})
    template = topics("A", "B")
    template["Resources"]["B"]["DependsOn"] = "A"
    stack = create(engine(cloud), template)
    assert stack.status == "ROLLBACK_FAILED"
    assert stack.reason == "The following resource(s) failed to delete: [A]. "


@pytest.mark.parametrize(
    ("on_failure", "status", "left"), [("DO_NOTHING", "CREATE_FAILED", 1), ("DELETE", "DELETE_COMPLETE", 0)]
)
def test_a_failed_create_may_be_left_or_deleted(on_failure: str, status: str, left: int):
    cloud = Cloud(refuse={"create B"})
    template = topics("A", "B")
    template["Resources"]["B"]["DependsOn"] = "A"
    stack = create(engine(cloud), template, settings=Settings(on_failure=on_failure))
    assert (stack.status, len(cloud.things)) == (status, left)


@pytest.mark.parametrize(
    ("policy", "left"), [("Retain", 1), ("RetainExceptOnCreate", 0), ("Delete", 0), ("Snapshot", 0)]
)
def test_a_rolled_back_create_keeps_only_what_is_retained(policy: str, left: int):
    cloud = Cloud(refuse={"create B"})
    template = topics("A", "B")
    template["Resources"]["A"]["DeletionPolicy"] = policy
    template["Resources"]["B"]["DependsOn"] = "A"
    create(engine(cloud), template)
    assert len(cloud.things) == left


def test_a_type_that_has_no_handler_fails_with_a_clear_reason():
    stack = create(engine(Cloud()), {"Resources": {"A": {"Type": "AWS::SQS::Queue"}}})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert reasons(stack, "CREATE_FAILED") == ["Resources of type AWS::SQS::Queue are not available on the local AWS."]


@pytest.mark.parametrize("kind", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_custom_resources_fail_with_a_clear_reason(kind: str):
    template = {"Resources": {"A": {"Type": kind, "Properties": {"ServiceToken": "arn:x"}}}}
    stack = create(engine(Cloud()), template)
    assert reasons(stack, "CREATE_FAILED") == ["Custom resources are not available on the local AWS."]


def test_wait_conditions_are_met_at_once():
    template = """
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Wait: {Type: AWS::CloudFormation::WaitCondition, Properties: {Handle: !Ref Handle, Timeout: "60"}}
"""
    of = engine(Cloud())
    stack = create(of, template)
    assert stack.status == "CREATE_COMPLETE"
    assert stack.resources["Handle"].physical_id.startswith("https://")
    assert delete(of, stack).status == "DELETE_COMPLETE"


def test_misspelt_and_missing_properties_fail_the_resource():
    template = {"Resources": {"Net": {"Type": "AWS::EC2::Subnet", "Properties": {"Cidr": "10.0.0.0/24"}}}}
    stack = create(engine(Cloud()), template)
    (reason,) = reasons(stack, "CREATE_FAILED")
    assert reason == (
        "Properties validation failed for resource Net with message:\n"
        "#: extraneous key [Cidr] is not permitted\n#: required key [VpcId] not found"
    )


def test_a_handler_that_breaks_fails_the_resource_and_not_the_engine():
    template = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "{{resolve:ssm:/gone}}"}}}}
    stack = create(engine(Cloud()), template)
    assert reasons(stack, "CREATE_FAILED") == ["Parameters: [ssm:/gone] cannot be found."]


def test_dynamic_references_reach_the_service_resolved_and_the_events_as_written():
    cloud = Cloud(parameters={"/name": SsmParameter("String", "Alarms")}, secrets={"db": '{"user": "u"}'})
    written = "{{resolve:ssm:/name}} {{resolve:secretsmanager:db:SecretString:user}}"
    of = engine(cloud)
    template = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": written}}}}
    stack = create(of, template)
    assert cloud.things["topic-0"] == {"DisplayName": "Alarms u"}
    assert stack.resources["A"].properties == {"DisplayName": written}
    cloud.secrets["db"] = '{"user": "other"}'
    assert refused_update(of, stack, template) == "No updates are to be performed."


def test_a_name_is_taken_while_its_stack_lives():
    of = engine(Cloud())
    stack = create(of, topics("A"))
    with pytest.raises(ApiError) as caught:
        create(of, topics("A"))
    assert (caught.value.code, caught.value.message) == ("AlreadyExistsException", "Stack [shop] already exists")
    delete(of, stack)
    assert create(of, topics("A")).id != stack.id
