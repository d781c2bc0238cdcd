"""What the stack of an instance goes through while a plan is carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cfngen.planning.courses import course, kept_overrides, overrides_of
from cfngen.planning.operations import ObservedInstance, ObservedStack
from cfngen.planning.sources import source
from tests.bundles import BUCKET, EU, US, deployed, stack_set

PARAMETERS = "Parameters: {Size: {Type: String, Default: '1'}, Name: {Type: String, Default: a}}\n"


def item(text=PARAMETERS + BUCKET, own=None, **values):
    return stack_set("logs", {"root": text}, {US: own or {}}, values)


def read(wanted):
    return source("logs", wanted.definition.template, {})


def states(old, new, place=US, own=None, **statuses):
    """The course's action and the values of each of its states."""
    before, after = read(old), read(new) if new.definition.template != old.definition.template else None
    sources = (before, after or before)
    found = course(new, deployed(old, **statuses)[old.definition.name], place, sources, own or (lambda _: before))
    return found.action, [dict(state.given) for state in found.states]


def test_what_is_as_wanted_is_kept():
    assert states(item(), item()) == ("keep", [{"Size": "1", "Name": "a"}])


def test_a_value_of_the_instance_alone_is_one_step():
    action, found = states(item(), item(own={"Size": "2"}))
    assert (action, [each["Size"] for each in found]) == ("update", ["1", "2"])


def test_the_stack_set_changes_before_the_instance_gets_its_own_value():
    action, found = states(item(), item(own={"Size": "3"}, Size="2"))
    assert (action, [each["Size"] for each in found]) == ("update", ["1", "2", "3"])


def test_an_override_stays_while_the_stack_set_changes():
    _, found = states(item(own={"Size": "9"}), item(own={"Size": "3"}, Size="2"))
    assert [each["Size"] for each in found] == ["9", "3"]


def test_an_override_of_what_is_no_more_goes_first():
    old = item(own={"Size": "9"})
    new = item(PARAMETERS.replace("Size: {Type: String, Default: '1'}, ", "") + BUCKET, Name="b")
    _, found = states(old, new)
    assert found == [{"Size": "9", "Name": "a"}, {"Size": "1", "Name": "a"}, {"Name": "b"}]


def test_an_instance_nobody_wants_is_deleted_and_one_that_is_not_there_created():
    assert states(item(), replace(item(), instances={}))[0] == "delete"
    assert states(item(), replace(item(), instances={EU: {}}), EU)[0] == "create"


@pytest.mark.parametrize(("template", "action"), [("", "create"), ("x", "update")])
def test_one_that_is_not_current_begins_with_its_own_stack(template, action):
    old, new = item(), item()
    observed = deployed(old)[old.definition.name]
    known = ObservedInstance("OUTDATED", overrides={}, stack=ObservedStack(template, {"Size": "7"}))
    both = (read(old),) * 2
    found = course(new, replace(observed, instances={US: known}), US, both, lambda _: both[0])
    assert found.action == action
    assert found.states[-1].given["Size"] == "1"
    assert (found.states[0].given["Size"] == "7") == (action == "update")


def test_overrides_are_taken_as_wanted_where_nobody_asked():
    wanted = item(own={"Size": "2", "Gone": "x"})
    assert overrides_of(wanted, ObservedInstance("CURRENT"), US) == {"Size": "2", "Gone": "x"}
    assert kept_overrides(wanted, ObservedInstance("CURRENT"), US) == {"Size": "2"}
