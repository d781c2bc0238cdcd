from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.engine import carry_out, new_stack, start_create, start_delete
from cfngen.local.stacks.store import Settings

from .cloud import ACCOUNT, REGION, VPC_AND_SUBNET, Cloud, create, delete, engine, statuses, topics


def test_a_deleted_stack_leaves_nothing_and_is_remembered_by_its_id():
    cloud = Cloud()
    of = engine(cloud)
    stack = delete(of, create(of, VPC_AND_SUBNET))
    assert cloud.calls[2:] == ["delete Subnet", "delete Vpc"]
    assert cloud.things == {}
    assert stack.status == "DELETE_COMPLETE"
    assert stack.deleted is not None
    assert of.store.find(ACCOUNT, REGION, "shop") is None
    assert of.store.find(ACCOUNT, REGION, stack.id) is stack
    assert of.store.find(ACCOUNT, "us-east-1", stack.id) is None


@pytest.mark.parametrize(
    ("policy", "left"), [("Retain", 1), ("RetainExceptOnCreate", 1), ("Delete", 0), ("Snapshot", 0)]
)
def test_a_deletion_keeps_what_its_policy_retains(policy: str, left: int):
    cloud = Cloud()
    of = engine(cloud)
    stack = delete(of, create(of, topics("A", DeletionPolicy=policy)))
    assert stack.status == "DELETE_COMPLETE"
    assert len(cloud.things) == left
    assert statuses(stack, "A")[-1] == ("DELETE_SKIPPED" if left else "DELETE_COMPLETE")


def test_a_deletion_that_fails_goes_on_with_the_rest_and_can_be_tried_again():
    cloud = Cloud()
    of = engine(cloud)
    template = topics("A", "B", "C")
    template["Resources"]["B"]["DependsOn"] = "A"
    stack = create(of, template)
    cloud.refuse = {"delete B"}
    delete(of, stack)
    assert stack.status == "DELETE_FAILED"
    assert stack.reason == "The following resource(s) failed to delete: [B]. "
    assert cloud.kinds() == ["topic", "topic"], "A is needed by B and stays, C goes"
    cloud.refuse = set()
    assert delete(of, stack).status == "DELETE_COMPLETE"
    assert cloud.things == {}


def test_what_is_gone_already_is_deleted():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A"))
    cloud.things.clear()
    assert delete(of, stack).status == "DELETE_COMPLETE"


def test_termination_protection_refuses_a_deletion():
    of = engine(Cloud())
    stack = create(of, topics("A"), settings=Settings(protected=True))
    with pytest.raises(ApiError, match="cannot be deleted while TerminationProtection is enabled"):
        start_delete(of, stack)


def test_resources_can_be_retained_once_a_deletion_has_failed():
    of = engine(Cloud())
    stack = create(of, topics("A"))
    with pytest.raises(ApiError, match="DELETE_FAILED"):
        start_delete(of, stack, ["A"])


def test_stacks_of_different_places_may_share_a_name():
    of = engine(Cloud())
    first = create(of, topics("A"))
    second = new_stack(of, (ACCOUNT, "us-east-1"), "shop", first.wanted)
    carry_out(start_create(of, second))
    assert second.status == "CREATE_COMPLETE"
    assert of.store.find(ACCOUNT, "us-east-1", "shop") is second
