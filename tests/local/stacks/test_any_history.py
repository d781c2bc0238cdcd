"""Whatever happens to a stack, what exists is what it says, and undoing brings back what was there."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cfngen.local.query import ApiError
from cfngen.local.stacks.store import Stack

from .cloud import Cloud, create, delete, engine, text, update

URL = "https://t.s3.amazonaws.com/{}.json"
NAMES = ("A", "B", "C", "D")


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a template's resources: networks (replaced by a change) and topics (changed in place) that use others."""
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1)):
        used = draw(st.sampled_from([None, *found]))
        value: Any = {"Ref": used} if used else draw(st.sampled_from(["x", "y"]))
        if name in "AB":
            found[name] = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": value}}
        else:
            found[name] = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}}
    return found


@st.composite
def families(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a parent's template and its child's, which is there or not."""
    parent, child = {"Resources": draw(resources())}, {"Resources": draw(resources())}
    if draw(st.booleans()):
        parent["Resources"]["N"] = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": URL.format("child")},
        }
    return parent, child


def check(cloud: Cloud, stacks: list[Stack]) -> None:
    """Assert that what exists is exactly what the living stacks hold, with the properties that they say."""
    held = {
        each.physical_id: each.properties
        for stack in stacks
        for each in stack.present.values()
        if each.type != "AWS::CloudFormation::Stack"
    }
    assert cloud.things == held
    settled = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
    assert {stack.status for stack in stacks} <= settled


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(families(), st.integers(-2, 8)), min_size=2, max_size=5))
def test_what_exists_is_what_the_stacks_say_after_any_history(history: list[Any]):
    cloud = Cloud()
    of = engine(cloud)
    stack: Stack | None = None
    for (parent, child), cloud.fail_in in history:
        cloud.templates[URL.format("child")] = text(child)
        if stack is None or stack.status == "ROLLBACK_COMPLETE":
            stack = stack and delete(of, stack)
            stack = create(of, parent)
        else:
            before = dict(cloud.things)
            try:
                update(of, stack, parent)
            except ApiError as error:
                assert error.message == "No updates are to be performed."  # noqa: PT017
            if stack.status == "UPDATE_ROLLBACK_COMPLETE":
                assert cloud.things == before
        check(cloud, list(of.store.stacks.values()))
    assert stack is not None
    delete(of, stack)
    assert cloud.things == {}
