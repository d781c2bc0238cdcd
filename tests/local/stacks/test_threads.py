from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from cfngen.local.query import ApiError
from cfngen.local.resources.handler import Handler, Made, Request
from cfngen.local.stacks.backend import StackBackend
from cfngen.local.stacks.design import prepare
from cfngen.local.stacks.engine import Engine, carry_out, carry_out_deletion, new_stack, start_create
from cfngen.local.stacks.store import Stack
from cfngen.local.stacks.world import World, world

from .cloud import ACCOUNT, VPC_AND_SUBNET, Cloud, create, engine, start, text, topics

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")


def test_stacks_of_several_accounts_and_regions_are_made_at_once():
    cloud = Cloud()
    of = StackBackend(engine(cloud))
    places = [(account, region) for account in (ACCOUNT, "333333333333") for region in REGIONS]
    with ThreadPoolExecutor(len(places)) as pool:
        jobs = [pool.submit(of.create_stack, *place, "shop", text(VPC_AND_SUBNET), {}, {}, ()) for place in places]
        ids = {job.result() for job in jobs}
    assert len(ids) == len(places)
    assert cloud.kinds() == ["subnet"] * len(places) + ["vpc"] * len(places)
    assert all(len(of.engine.store.of(*place)) == 1 for place in places)


def test_two_resources_of_two_stacks_are_really_made_at_the_same_time():
    together = Barrier(2, timeout=30)

    def meet(request: Request) -> Made:
        together.wait()
        return Made(request.name)

    base = engine(Cloud())
    of = Engine(replace(base.world, handlers={"AWS::SNS::Topic": Handler(create=meet, delete=lambda request: None)}))
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(create, of, topics("A"), name=name) for name in ("one", "two")]
        assert [job.result().status for job in jobs] == ["CREATE_COMPLETE", "CREATE_COMPLETE"]


def test_only_one_of_many_gets_a_name():
    of = engine(Cloud())
    together = Barrier(8, timeout=30)

    def attempt(_: int) -> str:
        together.wait()
        try:
            return create(of, topics("A")).status
        except ApiError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(attempt, range(8)))
    assert told == ["CREATE_COMPLETE"] + ["Stack [shop] already exists"] * 7


def test_only_one_of_many_updates_gets_the_stack():
    cloud = Cloud()
    of = engine(cloud)
    stack = create(of, topics("A"))
    together = Barrier(8, timeout=30)

    def attempt(number: int) -> str:
        together.wait()
        try:
            return start(of, stack, topics("A", f"B{number}")).stack.status
        except ApiError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(attempt, range(8)), key=len)
    assert told[0] == "UPDATE_IN_PROGRESS"
    assert told[1:] == [f"Stack:{stack.id} is in UPDATE_IN_PROGRESS state and can not be updated."] * 7


def test_work_beside_the_caller_runs_in_a_thread_of_its_own():
    found: list[str] = []
    real: World = world({}, lambda account, region: lambda service, where="": None)
    real.spawn(lambda: found.append("done"))
    wait_for(real, found)
    assert found == ["done"]


def wait_for(real: World, found: list[str]) -> None:
    """Wait for the thread that was started, which ends by itself."""
    for thread in [each for each in threading.enumerate() if each.name == "stack"]:
        thread.join(timeout=30)


def test_a_defect_leaves_no_stack_in_progress():
    of = engine(Cloud())
    broken = Engine(replace(of.world, clients=lambda account, region: 1 / 0))  # type: ignore[arg-type, return-value]
    stack = create(broken, topics("A"))
    assert stack.status == "ROLLBACK_COMPLETE"
    rollout = start_create(of, _unfinished(of))
    rollout.design = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        carry_out(rollout)
    assert rollout.stack.status == "CREATE_FAILED"
    assert rollout.stack.reason.startswith("Internal failure: AttributeError")


def _unfinished(of: Engine) -> Stack:
    place = (ACCOUNT, "eu-west-1")
    return new_stack(of, place, "other", prepare(of.world, place, text(topics("A")), {}))


def test_a_deletion_waits_for_the_operation_under_way():
    cloud = Cloud()
    of = engine(cloud)
    stack = _unfinished(of)
    rollout = start_create(of, stack)
    stack.busy.acquire()
    thread = threading.Thread(target=carry_out_deletion, args=(of, stack))
    thread.start()
    carry_out(rollout)
    assert stack.status == "CREATE_COMPLETE"
    stack.busy.release()
    thread.join(timeout=30)
    assert stack.status == "DELETE_COMPLETE"
    assert cloud.calls == ["create A", "delete A"]
