"""Whatever is wanted, whatever is there and wherever a run ends: running again reaches exactly what is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfngen.deployment import Instance, WantedStackSet
from cfngen.errors import CfngenError
from cfngen.local.faults import Faults, Stacks
from tests.simulation import Instances, Killed, Simulation, deploy, simulation, stack_set

ACCOUNTS = ("222222222222", "333333333333", "444444444444")
REGIONS = ("eu-west-1", "us-east-1")
PLACES = [Instance(account, region) for account in ACCOUNTS for region in REGIONS]
BUNDLES = ("foundation", "service")

VALUES = st.fixed_dictionaries({}, optional={"A": st.sampled_from(["1", "2"]), "B": st.sampled_from(["1", "2"])})
INSTANCES = st.dictionaries(st.sampled_from(PLACES), VALUES, max_size=5)
STATE = st.fixed_dictionaries(
    {"version": st.sampled_from(["1", "2"]), "base": VALUES, "instances": st.tuples(INSTANCES, INSTANCES)}
)
FAILING = st.sets(st.sampled_from(PLACES), max_size=3)
BY_HAND = st.lists(
    st.tuples(st.sampled_from(["create", "update", "delete"]), st.sampled_from(PLACES), VALUES), max_size=3
)
EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulation]:
    with simulation() as running:
        yield running


class World:
    """One example: two stack sets with names and a bucket of their own."""

    def __init__(self, sim: Simulation, folder: Path) -> None:
        self.sim, self.folder = sim, folder
        self.bucket = sim.bucket()
        self.client = sim.cloudformation
        sim.axe.arm(0, carried_out=False)
        sim.faults[0] = Faults()

    def name(self, bundle: str) -> str:
        return f"{self.bucket}-{bundle}"

    def wanted(self, state: Mapping[str, Any]) -> tuple[WantedStackSet, ...]:
        pairs = zip(BUNDLES, state["instances"], strict=False)
        return tuple(
            stack_set(bundle, self.name(bundle), self.bucket, instances, version=state["version"], base=state["base"])
            for bundle, instances in pairs
        )

    def deploy(self, state: Mapping[str, Any]) -> None:
        deploy(self.sim.deployed(self.bucket, self.wanted(state), self.folder))

    def fail(self, places: set[Instance]) -> None:
        """Let creations and updates fail there, until told otherwise."""
        self.sim.faults[0] = Faults(
            fail=tuple(
                Stacks(account=place.account, region=place.region, operation=operation)
                for place in places
                for operation in ("CREATE", "UPDATE")
            )
        )

    def by_hand(self, verb: str, place: Instance, values: Mapping[str, str]) -> None:
        """Change the first stack set behind cfngen's back."""
        where = {"StackSetName": self.name(BUNDLES[0]), "Accounts": [place.account], "Regions": [place.region]}
        pairs = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
        with suppress(self.client.exceptions.ClientError):
            if verb == "create":
                self.client.create_stack_instances(**where, ParameterOverrides=pairs)
            elif verb == "update":
                self.client.update_stack_instances(**where, ParameterOverrides=pairs)
            else:
                self.client.delete_stack_instances(**where, RetainStacks=False)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing runs."""
        there = self.sim.deployed(self.bucket, (), self.folder)
        for bundle in BUNDLES:
            while there.stacksets.under_way(self.name(bundle)):
                pass

    def is_exactly(self, state: Mapping[str, Any]) -> None:
        """Assert that the stacks are those that are wanted, each with its template and values, and nothing else."""
        for item in self.wanted(state):
            found = self.sim.stacks(item.definition.name)
            assert {place: len(stacks) for place, stacks in found.items()} == dict.fromkeys(item.instances, 1)
            for place, (stack,) in found.items():
                assert stack.template == item.definition.template
                assert stack.parameters == {**item.definition.parameters, **item.instances[place]}

    def plan_is_empty(self, state: Mapping[str, Any]) -> None:
        plan = self.sim.deployed(self.bucket, self.wanted(state), self.folder).plan()
        assert plan.is_empty, plan.operations

    def deletions(self) -> set[Instance]:
        """The places in which a stack was deleted."""
        return {Instance(call.account, call.region) for call in self.sim.backend.calls if call.verb == "delete"}


def prepare(world: World, before: Mapping[str, Any] | None, failing: set[Instance], by_hand: list[Any]) -> None:
    """Bring about some state: deployed in part, failed in part, changed by hand."""
    if before is not None:
        world.fail(failing)
        with suppress(CfngenError):
            world.deploy(before)
        world.sim.faults[0] = Faults()
        for step in by_hand:
            world.by_hand(*step)
    world.sim.backend.calls.clear()


@EXAMPLES
@given(before=st.none() | STATE, failing=FAILING, by_hand=BY_HAND, after=STATE)
def test_executing_the_plan_reaches_what_is_wanted_and_the_next_plan_is_empty(
    sim: Simulation, tmp_path: Path, before: Any, failing: set[Instance], by_hand: list[Any], after: Any
) -> None:
    world = World(sim, tmp_path)
    prepare(world, before, failing, by_hand)
    world.deploy(after)
    world.is_exactly(after)
    world.plan_is_empty(after)


@EXAMPLES
@given(
    before=st.none() | STATE,
    failing=FAILING,
    after=STATE,
    ends=st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=3),
)
def test_a_run_that_ends_at_any_call_is_finished_by_the_next_and_deletes_only_what_was_planned(
    sim: Simulation, tmp_path: Path, before: Any, failing: set[Instance], after: Any, ends: list[tuple[int, bool]]
) -> None:
    world = World(sim, tmp_path)
    prepare(world, before, failing, [])
    for at, carried_out in ends:
        sim.axe.arm(at, carried_out=carried_out)
        with suppress(Killed):
            world.deploy(after)
    sim.axe.arm(0, carried_out=False)
    world.deploy(after)
    world.is_exactly(after)
    world.plan_is_empty(after)
    kept: Instances = {place: {} for item in world.wanted(after) for place in item.instances}
    both = {place for place in kept if all(place in item.instances for item in world.wanted(after))}
    assert world.deletions() & both == set()


def test_a_run_may_end_at_every_single_call_of_a_deployment_that_does_everything(
    sim: Simulation, tmp_path: Path
) -> None:
    """A template and values that change, an instance that comes, one that goes and one with new values.

    An answer is only missed where something was changed: after a call that reads, AWS is as it was before it.
    """
    first, second, third = PLACES[:3]
    before = {"version": "1", "base": {}, "instances": ({first: {"A": "1"}, second: {}},)}
    after = {"version": "2", "base": {"B": "2"}, "instances": ({first: {"A": "2"}, third: {"A": "1"}},)}
    for carried_out, counted, fewest in ((False, "", 15), (True, "Put|Create|Update|Delete", 5)):
        for at in range(1, 1000):
            world = World(sim, tmp_path)
            world.deploy(before)
            sim.axe.arm(at, carried_out=carried_out, counted=counted)
            try:
                world.deploy(after)
            except Killed:
                sim.axe.arm(0, carried_out=False)
                world.deploy(after)
                world.is_exactly(after)
                world.plan_is_empty(after)
            else:
                break
        assert at > fewest
