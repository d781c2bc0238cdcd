"""Stack sets over HTTP: observed with few calls, started once, stopped, and what AWS refuses in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.deployment import Instance
from cfngen.errors import CfngenError
from cfngen.execution.events import InstanceResult
from cfngen.local.faults import Calls, Faults, Stacks
from cfngen.planning.operations import Area, CreateInstances, DeleteInstances, Preferences, UpdateInstances
from tests.simulation import Simulation, deploy, stack_set

ACCOUNTS, REGIONS = ("222222222222", "333333333333"), ("eu-west-1", "us-east-1")
PLACES = [Instance(account, region) for account in ACCOUNTS for region in REGIONS]


@pytest.fixture(autouse=True)
def nothing_goes_wrong(sim: Simulation) -> None:
    sim.faults[0] = Faults()
    sim.axe.arm(0, carried_out=False)


class Set:
    """A stack set of its own, with what is deployed."""

    def __init__(self, sim: Simulation, folder: Path) -> None:
        self.sim, self.folder, self.bucket = sim, folder, sim.bucket()
        self.name = f"{self.bucket}-foundation"

    def there(self, instances=None, version: str = "1"):
        values = {place: {} for place in PLACES} if instances is None else instances
        item = stack_set("foundation", self.name, self.bucket, values, version=version)
        return self.sim.deployed(self.bucket, (item,), self.folder)

    def asked(self, action: str, act) -> int:
        """Count the calls of an action."""
        before = self.sim.axe.actions[action]
        act()
        return self.sim.axe.actions[action] - before


@pytest.fixture
def made(sim: Simulation, tmp_path: Path) -> Set:
    made = Set(sim, tmp_path)
    deploy(made.there({place: {"A": place.region} for place in PLACES}))
    return made


def test_overrides_of_recorded_operations_are_trusted_and_no_instance_is_asked(made: Set) -> None:
    there = made.there()
    assert made.asked("DescribeStackInstance", there.observe) == 0
    found = there.observe()[made.name].instances
    assert {place: each.overrides for place, each in found.items()} == {place: {"A": place.region} for place in PLACES}


def test_only_instances_with_an_unknown_last_operation_are_asked(made: Set) -> None:
    there, place = made.there(), PLACES[0]
    operation = UpdateInstances(made.name, Area((place.account,), (place.region,)), {"A": "by hand"}, ())
    there.stacksets.start(operation, "by-hand", Preferences())
    while there.stacksets.status(made.name, "by-hand") != "SUCCEEDED":
        pass
    assert made.asked("DescribeStackInstance", there.observe) == 1
    assert there.observe()[made.name].instances[place].overrides == {"A": "by hand"}


def test_an_update_of_the_stack_set_leaves_overrides_known(made: Set) -> None:
    same = {place: {"A": place.region} for place in PLACES}
    deploy(made.there(same, version="2"))
    there = made.there(same, version="2")
    assert made.asked("DescribeStackInstance", there.plan) == 0
    assert there.plan().is_empty


def test_the_values_of_an_instance_whose_own_update_failed_are_not_trusted(made: Set) -> None:
    made.sim.faults[0] = Faults(fail=(Stacks(account=PLACES[0].account, reason=f"no {made.name}", times=2),))
    with pytest.raises(CfngenError):
        deploy(made.there({place: {"A": "new"} for place in PLACES}))
    there = made.there()
    assert made.asked("DescribeStackInstance", there.observe) == 2


def test_starting_an_operation_twice_begins_it_once(made: Set) -> None:
    there = made.there()
    operation = DeleteInstances(made.name, Area((PLACES[0].account,), (PLACES[0].region,)))
    there.stacksets.start(operation, "once", Preferences())
    there.stacksets.start(operation, "once", Preferences())
    rows = made.sim.cloudformation.list_stack_set_operations(StackSetName=made.name)["Summaries"]
    assert [row["OperationId"] for row in rows].count("once") == 1


def test_an_operation_whose_answer_was_lost_has_begun(made: Set) -> None:
    made.sim.faults[0] = Faults(drop=(Calls("DeleteStackInstances", 1, carried_out=True),))
    there = made.there()
    operation = DeleteInstances(made.name, Area((PLACES[0].account,), (PLACES[0].region,)))
    with pytest.raises(CfngenError, match=r"broke|reached"):
        there.stacksets.start(operation, "begun", Preferences())
    made.sim.faults[0] = Faults()
    there.stacksets.start(operation, "begun", Preferences())
    assert there.stacksets.status(made.name, "begun") in ("RUNNING", "SUCCEEDED")


def test_a_busy_stack_set_without_managed_execution_says_to_wait_or_stop(sim: Simulation, tmp_path: Path) -> None:
    made = Set(sim, tmp_path)
    there = made.there()
    (item,) = there.workspace.wanted
    body = item.definition.template
    sim.cloudformation.create_stack_set(StackSetName=made.name, TemplateBody=body)
    sim.faults[0] = Faults(hang=(Stacks(stack_set=made.name),))
    first, second = (CreateInstances(made.name, Area((place.account,), (place.region,)), {}) for place in PLACES[:2])
    there.stacksets.start(first, "first", Preferences())
    with pytest.raises(CfngenError) as caught:
        there.stacksets.start(second, "second", Preferences())
    (problem,) = caught.value.problems
    assert "Another Operation on StackSet" in problem.what
    assert "cfngen deploy ENV --stop" in problem.hint
    with pytest.raises(CfngenError, match="is in progress"):
        there.stacksets.delete(made.name)


def test_what_does_not_exist_has_no_operations_states_or_failures_and_can_be_deleted(
    sim: Simulation, tmp_path: Path
) -> None:
    stacksets = Set(sim, tmp_path).there().stacksets
    assert stacksets.under_way("nothing") == ()
    assert stacksets.last_operation("nothing") is None
    assert stacksets.states("nothing", "op") == {}
    assert stacksets.stop("nothing") == ()
    stacksets.delete("nothing")
    result = InstanceResult(PLACES[0], "FAILED", "Account 2 should have a role")
    assert str(stacksets.failure("nothing", result)) == "Account 2 should have a role"


def test_a_server_that_cannot_be_reached_is_one_sentence(sim: Simulation) -> None:
    from cfngen.aws.session import connect

    with pytest.raises(CfngenError) as caught:
        connect("us-east-1", endpoint="http://127.0.0.1:9").identity()
    (problem,) = caught.value.problems
    assert "AWS cannot be reached" in problem.what
    assert "cfngen local up" in problem.hint
