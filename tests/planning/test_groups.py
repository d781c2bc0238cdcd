"""Instances in which the same happens go together, with the origins of their values."""

from __future__ import annotations

from dataclasses import replace

from cfngen.errors import Where
from cfngen.planning.changes import Impact, ParameterChange
from cfngen.planning.groups import grouped
from tests.bundles import APAC, BUCKET, EU, US, stack_set

SAME = Impact("update", (ParameterChange("Size", "1", "2"),))
OTHER = Impact("update")


def test_the_largest_group_comes_first_and_its_instances_in_order():
    item = stack_set("logs", {"root": BUCKET}, {})
    twin = replace(SAME)
    found = grouped(item, {US: OTHER, EU: twin, APAC: SAME})
    assert [(group.instances, group.impact) for group in found] == [((EU, APAC), SAME), ((US,), OTHER)]


def test_a_changed_value_says_where_it_comes_from():
    item = stack_set("logs", {"root": BUCKET}, {})
    origins = {EU: {"Size": Where("params/prod.yaml", 3)}, APAC: {"Size": Where("params/prod.yaml", 4)}}
    (one,) = grouped(replace(item, origins=origins), {EU: SAME})
    (two,) = grouped(replace(item, origins=origins), {EU: SAME, APAC: SAME})
    (none,) = grouped(item, {EU: SAME})
    assert one.origins == (("Size", "params/prod.yaml:3"),)
    assert two.origins == (("Size", "params/prod.yaml:3 and 1 more"),)
    assert none.origins == ()
