from __future__ import annotations

import pytest

from cfngen.local.stacks.engine import Engine
from cfngen.local.stacks.parameters import SsmParameter
from cfngen.local.stacks.store import Stack

from .cloud import (
    ACCOUNT,
    REGION,
    Cloud,
    create,
    delete,
    engine,
    reasons,
    refused_update,
    statuses,
    text,
    topics,
    update,
)

NETWORK, WEB = "https://templates.s3.eu-west-1.amazonaws.com/network.yaml", "https://t.s3.amazonaws.com/web.yaml"
ROOT = f"""
Parameters:
  Cidr: {{Type: String, Default: 10.0.0.0/16}}
Resources:
  Web:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: {WEB}
      Parameters: {{VpcId: !GetAtt Network.Outputs.VpcId, Zones: [a, b], Open: true}}
      Tags: [{{Key: Layer, Value: web}}, {{Key: Owner, Value: web}}]
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: {NETWORK}, Parameters: {{Cidr: !Ref Cidr}}}}
Outputs:
  VpcId: {{Value: !GetAtt Network.Outputs.VpcId}}
"""
TEMPLATES = {
    NETWORK: """
Parameters: {Cidr: {Type: String}}
Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr}}}
Outputs: {VpcId: {Value: !Ref Vpc}}
""",
    WEB: """
Parameters: {VpcId: {Type: AWS::EC2::VPC::Id}, Zones: {Type: CommaDelimitedList}, Open: {Type: String}}
Resources:
  Alarms: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub "${VpcId} ${Open}"}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref VpcId, AvailabilityZone: !Select [1, !Ref Zones]}}
""",
}


def started() -> tuple[Cloud, Engine]:
    cloud = Cloud(templates=dict(TEMPLATES))
    return cloud, engine(cloud)


def child(of: Engine, parent: Stack, name: str) -> Stack:
    found = of.store.find(ACCOUNT, REGION, parent.resources[name].physical_id)
    assert found is not None
    return found


def test_children_are_made_in_order_and_their_outputs_reach_the_others():
    cloud, of = started()
    stack = create(of, ROOT)
    assert cloud.calls == ["create Vpc", "create Alarms", "create Subnet"]
    assert cloud.things["topic-1"]["DisplayName"] == "vpc-0 true"
    assert cloud.things["subnet-2"]["AvailabilityZone"] == "b"
    assert [(each.key, each.value) for each in stack.outputs] == [("VpcId", "vpc-0")]


def test_a_child_knows_its_family_and_is_named_after_it():
    _, of = started()
    stack = create(of, ROOT)
    network = child(of, stack, "Network")
    assert network.settings.parent_id == network.settings.root_id == stack.id
    assert network.name.startswith("shop-Network-")
    assert network.status == "CREATE_COMPLETE"


def test_tags_go_down_from_the_parent_and_the_resources_own_win():
    cloud, of = started()
    create(of, ROOT, tags={"Owner": "ops", "Project": "shop"})
    tags = {tag["Key"]: tag["Value"] for tag in cloud.things["topic-1"]["Tags"]}
    assert tags == {"Layer": "web", "Owner": "web", "Project": "shop"}


def test_a_child_that_fails_fails_its_parent_and_everything_goes():
    cloud, of = started()
    cloud.refuse = {"create Subnet"}
    stack = create(of, ROOT)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert cloud.things == {}
    web = child(of, stack, "Web")
    assert statuses(web) == ["CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    (reason,) = reasons(stack, "CREATE_FAILED")
    assert reason == (
        f"Embedded stack {web.id} was not successfully created: The following resource(s) failed to create: [Subnet]. "
    )
    assert reasons(stack, "ROLLBACK_IN_PROGRESS")[0].startswith("The following resource(s) failed to create: [Web]. ")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("Resources: {A: {Type: AWS::SNS::Tropic}}", "Unrecognized resource types: [AWS::SNS::Tropic]"),
        ("Parameters: {X: {Type: String}}\nResources: {A: {Type: AWS::SNS::Topic}}", "Parameters: [Cidr] do not exist"),
        ("Resources: [", "YAML not well-formed"),
        (None, "S3 error: The specified key does not exist."),
    ],
)
def test_a_child_that_cannot_be_started_fails_its_resource(broken: str | None, reason: str):
    cloud, of = started()
    cloud.templates.pop(NETWORK)
    if broken:
        cloud.templates[NETWORK] = broken
    stack = create(of, ROOT)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason in reasons(stack, "CREATE_FAILED")[0]


def test_a_child_needs_the_acknowledgements_of_its_parent():
    cloud, of = started()
    role = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}
    cloud.templates[NETWORK] = text({**role, "Parameters": {"Cidr": {"Type": "String"}}})
    root = {
        "Resources": {
            "N": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": NETWORK, "Parameters": {"Cidr": "x"}},
            }
        }
    }
    assert reasons(create(of, root, capabilities=()), "CREATE_FAILED") == ["Requires capabilities : [CAPABILITY_IAM]"]
    assert create(of, root, name="other").status == "CREATE_COMPLETE"


def test_a_child_that_looks_a_resolved_value_up_again_fails_as_on_aws():
    cloud, of = started()
    cloud.parameters["/cidr"] = SsmParameter("String", "10.0.0.0/16")
    kind = '"AWS::SSM::Parameter::Value<String>"'
    cloud.templates[NETWORK] = TEMPLATES[NETWORK].replace("Type: String", f"Type: {kind}")
    stack = create(of, ROOT.replace("Type: String, Default: 10.0.0.0/16", f"Type: {kind}, Default: /cidr"))
    assert reasons(stack, "CREATE_FAILED") == [
        "Unable to fetch parameters [10.0.0.0/16] from parameter store for this account."
    ]


def test_an_unchanged_child_stays_untouched_in_its_parents_update():
    _, of = started()
    stack = create(of, ROOT)
    events = len(child(of, stack, "Web").events)
    changed = ROOT + "  Web: {Value: !Ref Web}\n"
    assert update(of, stack, changed).status == "UPDATE_COMPLETE"
    assert len(child(of, stack, "Web").events) == events
    assert statuses(stack, "Web") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_family_in_which_nothing_changed_is_not_updated():
    _, of = started()
    stack = create(of, ROOT)
    assert refused_update(of, stack, ROOT) == "No updates are to be performed."


def test_a_changed_value_goes_down_through_the_family():
    cloud, of = started()
    stack = create(of, ROOT)
    update(of, stack, ROOT, {"Cidr": "10.9.0.0/16"})
    assert stack.status == "UPDATE_COMPLETE"
    assert sorted(cloud.things) == ["subnet-4", "topic-1", "vpc-3"]
    assert cloud.things["topic-1"]["DisplayName"] == "vpc-3 true"
    assert stack.outputs[0].value == "vpc-3"
    assert child(of, stack, "Network").status == "UPDATE_COMPLETE"


def test_what_a_child_replaced_lives_until_the_whole_family_has_succeeded():
    cloud, of = started()
    stack = create(of, ROOT)
    cloud.calls.clear()
    update(of, stack, ROOT, {"Cidr": "10.9.0.0/16"})
    assert cloud.calls == ["create Vpc", "update Alarms", "create Subnet", "delete Vpc", "delete Subnet"]


def test_a_child_is_brought_back_when_another_fails():
    cloud, of = started()
    stack = create(of, ROOT)
    cloud.refuse = {"create Subnet"}
    update(of, stack, ROOT, {"Cidr": "10.9.0.0/16"})
    network, web = child(of, stack, "Network"), child(of, stack, "Web")
    assert (stack.status, network.status, web.status) == ("UPDATE_ROLLBACK_COMPLETE",) * 3
    assert sorted(cloud.things) == ["subnet-2", "topic-1", "vpc-0"]
    assert cloud.things["topic-1"]["DisplayName"] == "vpc-0 true"
    assert network.wanted.parameters["Cidr"].text == "10.0.0.0/16"
    (reason,) = reasons(stack, "UPDATE_FAILED")
    assert reason == (
        f"Embedded stack {web.id} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: "
        "The following resource(s) failed to update: [Subnet]. "
    )
    assert {each.status for each in stack.resources.values()} == {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    assert refused_update(of, stack, ROOT) == "No updates are to be performed."


def test_a_child_whose_template_changed_at_the_same_address_is_updated_with_its_parent():
    cloud, of = started()
    stack = create(of, ROOT)
    cloud.templates[WEB] = TEMPLATES[WEB].replace("${VpcId} ${Open}", "new ${Open}")
    update(of, stack, ROOT)
    assert cloud.things["topic-1"]["DisplayName"] == "new true"
    assert statuses(stack, "Web")[2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_child_that_leaves_the_template_is_deleted_last():
    cloud, of = started()
    stack = create(of, ROOT)
    web = child(of, stack, "Web")
    without = ROOT[: ROOT.index("  Web:")] + ROOT[ROOT.index("  Network:") :]
    update(of, stack, without)
    assert web.status == "DELETE_COMPLETE"
    assert sorted(cloud.things) == ["vpc-0"]


def test_deleting_a_parent_deletes_its_children_in_reverse():
    cloud, of = started()
    stack = create(of, ROOT)
    cloud.calls.clear()
    delete(of, stack)
    assert cloud.calls[-1] == "delete Vpc"
    assert cloud.things == {}
    assert all(each.deleted for each in of.store.of(ACCOUNT, REGION))


def test_a_child_that_cannot_be_deleted_fails_its_parents_deletion():
    cloud, of = started()
    stack = create(of, ROOT)
    cloud.refuse = {"delete Subnet"}
    delete(of, stack)
    assert stack.status == "DELETE_FAILED"
    assert (
        "was not successfully deleted: The following resource(s) failed to delete: [Subnet]"
        in (reasons(stack, "DELETE_FAILED")[0])
    )
    assert cloud.kinds() == ["subnet", "vpc"], "the network is needed and stays"


def test_grandchildren_work_too():
    cloud, of = started()
    middle = "https://t.s3.amazonaws.com/middle.yaml"
    cloud.templates[middle] = ROOT
    root = f"Resources: {{M: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {middle}}}}}}}"
    stack = create(of, root + "\nOutputs: {V: {Value: !GetAtt M.Outputs.VpcId}}")
    assert stack.outputs[0].value == "vpc-0"
    network = child(of, child(of, stack, "M"), "Network")
    assert network.settings.root_id == stack.id
    delete(of, stack)
    assert cloud.things == {}


def test_a_missing_output_fails_what_asks_for_it():
    cloud, of = started()
    cloud.templates[NETWORK] = text({**topics("A"), "Parameters": {"Cidr": {"Type": "String"}}})
    stack = create(of, ROOT)
    assert "Output 'VpcId' not found in stack 'arn:aws:cloudformation:" in reasons(stack, "CREATE_FAILED")[0]
