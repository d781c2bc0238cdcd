"""A step planned again just before it begins: the same, less, or something else."""

from __future__ import annotations

from dataclasses import replace

from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan
from cfngen.planning.recheck import again, same_plan
from tests.bundles import APAC, BUCKET, EU, US, deployed, root, stack_set
from tests.planning.test_passages import all_keys, foundation, service

TAGGED = BUCKET.replace("Properties: {}", "Properties: {Tags: [{Key: a, Value: b}]}")
RENAMED = BUCKET.replace("Properties: {}", "Properties: {BucketName: other}")


def item(archive=BUCKET, instances=None):
    return stack_set("logs", {"root": root("archive"), "archive": archive}, instances or {US: {}, EU: {}})


def step(old, new, **statuses):
    made = plan([new], deployed(old, **statuses), preferences=Preferences(), present=all_keys(new))
    return made.steps[0]


def test_a_step_is_the_same_as_itself_whatever_is_uploaded_meanwhile():
    shown = step(item(), item(TAGGED))
    assert same_plan(shown, shown)
    more = plan([item(TAGGED)], deployed(item()), preferences=Preferences()).steps[0]
    assert more.operations != shown.operations
    assert same_plan(shown, more)


def test_another_stack_set_is_another_plan():
    shown = step(item(), item(TAGGED))
    assert not same_plan(shown, replace(shown, name="other"))


def test_a_step_that_reaches_more_instances_is_another():
    new = item(TAGGED, {US: {}, EU: {}, APAC: {}})
    assert not same_plan(step(item(), item(TAGGED)), step(item(), new))


def test_a_step_that_somebody_else_has_done_is_another():
    assert not same_plan(step(item(), item(TAGGED)), step(item(TAGGED), item(TAGGED)))


def test_each_step_of_a_bundle_is_compared_with_its_own():
    """What is made or changed, and what is deleted, are two steps: by then the first has nothing to do any more."""
    new = item(TAGGED, {US: {}})
    shown = plan([new], deployed(item()), preferences=Preferences(), present=all_keys(new))
    change, removal = shown.steps
    after = plan([new], deployed(item(TAGGED)), preferences=Preferences(), present=all_keys(new))
    assert same_plan(change, again(change, shown))
    assert same_plan(removal, again(removal, after))
    assert not same_plan(change, again(change, after))
    assert not same_plan(change, removal)


def test_a_deletion_that_somebody_else_has_done_is_another_plan():
    new = item(BUCKET, {US: {}})
    shown = plan([new], deployed(item()), preferences=Preferences(), present=all_keys(new))
    gone = plan([new], deployed(new), preferences=Preferences(), present=all_keys(new))
    assert not same_plan(shown.steps[-1], again(shown.steps[-1], gone))


def test_a_step_that_would_now_lose_data_is_another():
    shown, now = step(item(), item(TAGGED)), step(item(RENAMED), item(TAGGED))
    assert not same_plan(shown, now)
    assert same_plan(now, now)


def test_what_an_earlier_bundle_explained_may_be_gone_once_that_is_deployed():
    before = deployed(foundation()) | deployed(service())
    wanted = (foundation("10.9.0.0/16"), service())
    shown = plan(wanted, before, preferences=Preferences(), present=all_keys(*wanted)).steps[1]
    after = deployed(wanted[0]) | deployed(service())
    now = plan(wanted, after, preferences=Preferences(), present=all_keys(*wanted)).steps[1]
    assert shown.operations
    assert not now.operations
    assert same_plan(shown, now)
    assert not same_plan(now, shown)
