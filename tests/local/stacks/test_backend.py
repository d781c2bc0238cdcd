from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.stacks.backend import StackBackend
from cfngen.local.stacksets.backend import Backend, StackFailed

from .cloud import ACCOUNT, REGION, VPC_AND_SUBNET, Cloud, engine, text, topics

PLACE = (ACCOUNT, REGION)
NOTHING: dict[str, str] = {}


def backend(cloud: Cloud) -> StackBackend:
    return StackBackend(engine(cloud))


def create(of: Backend, template: Any = VPC_AND_SUBNET, **parameters: str) -> str:
    return of.create_stack(*PLACE, "StackSet-web", text(template), parameters, NOTHING, ())


def update(of: Backend, stack_id: str, template: Any = VPC_AND_SUBNET, **parameters: str) -> None:
    of.update_stack(*PLACE, stack_id, text(template), parameters, NOTHING, ())


def test_a_stack_is_created_updated_and_deleted():
    cloud = Cloud()
    of = backend(cloud)
    stack_id = create(of, Cidr="10.1.0.0/16")
    assert stack_id.startswith(f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/StackSet-web/")
    update(of, stack_id, Cidr="10.2.0.0/16")
    assert cloud.things["vpc-2"] == {"CidrBlock": "10.2.0.0/16"}
    of.delete_stack(*PLACE, stack_id, retain=False)
    assert cloud.things == {}


def test_nothing_to_update_is_a_success():
    cloud = Cloud()
    of = backend(cloud)
    update(of, create(of))
    assert cloud.calls == ["create Vpc", "create Subnet"]


def test_a_failure_is_told_as_stack_sets_tell_it():
    of = backend(Cloud(refuse={"create Subnet"}))
    with pytest.raises(StackFailed) as caught:
        create(of)
    assert caught.value.stack_id.startswith("arn:aws:cloudformation:")
    assert caught.value.reason.startswith(
        "ResourceLogicalId:Subnet, ResourceType:AWS::EC2::Subnet, "
        'ResourceStatusReason:Resource handler returned message: "create Subnet is refused'
    )
    assert caught.value.reason.endswith(").")


def test_a_failed_update_is_told_and_undone():
    cloud = Cloud()
    of = backend(cloud)
    stack_id = create(of)
    cloud.refuse = {"create Subnet"}
    with pytest.raises(StackFailed, match=r"ResourceLogicalId:Subnet, .*create Subnet is refused"):
        update(of, stack_id, Cidr="10.2.0.0/16")
    assert sorted(cloud.things) == ["subnet-1", "vpc-0"]


def test_what_is_refused_before_there_is_a_stack_has_no_stack():
    with pytest.raises(StackFailed) as caught:
        create(backend(Cloud()), Nope="1")
    assert (caught.value.reason, caught.value.stack_id) == ("Parameters: [Nope] do not exist in the template", "")


def test_creating_again_what_failed_before_removes_the_rest_of_it():
    cloud = Cloud(refuse={"create Subnet"})
    of = backend(cloud)
    with pytest.raises(StackFailed) as caught:
        create(of)
    cloud.refuse = set()
    assert create(of) != caught.value.stack_id
    assert cloud.kinds() == ["subnet", "vpc"]


def test_a_stack_that_failed_cannot_be_updated():
    of = backend(Cloud(refuse={"create A"}))
    with pytest.raises(StackFailed) as caught:
        create(of, topics("A"))
    with pytest.raises(StackFailed, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        update(of, caught.value.stack_id)


def test_a_retained_stack_stays_as_it_is():
    cloud = Cloud()
    of = backend(cloud)
    of.delete_stack(*PLACE, create(of), retain=True)
    assert cloud.kinds() == ["subnet", "vpc"]
    assert of.engine.store.find(*PLACE, "StackSet-web") is not None


def test_a_deletion_that_fails_is_told_and_one_of_nothing_is_a_success():
    cloud = Cloud()
    of = backend(cloud)
    stack_id = create(of)
    cloud.refuse = {"delete Vpc"}
    with pytest.raises(StackFailed, match="ResourceLogicalId:Vpc, ResourceType:AWS::EC2::VPC"):
        of.delete_stack(*PLACE, stack_id, retain=False)
    cloud.refuse = set()
    of.delete_stack(*PLACE, stack_id, retain=False)
    of.delete_stack(*PLACE, stack_id, retain=False)
    assert cloud.things == {}


def test_an_update_of_a_stack_that_is_gone_is_told():
    of = backend(Cloud())
    with pytest.raises(StackFailed, match=r"Stack \[gone\] does not exist"):
        update(of, "gone")
