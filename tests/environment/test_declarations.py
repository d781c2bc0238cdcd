from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cfngen.environment.declarations import check_value, placeholder
from cfngen.environment.sourced import Sourced
from cfngen.errors import Where

DECLARATIONS = st.one_of(
    st.builds(lambda values: {"Type": "String", "AllowedValues": values}, st.lists(st.text(), min_size=1)),
    st.builds(lambda least: {"Type": "Number", "MinValue": least}, st.integers(-(10**9), 10**9)),
    st.builds(lambda most: {"Type": "String", "MaxLength": most}, st.integers(1, 50)),
    st.sampled_from([{"Type": kind} for kind in ("String", "List<Number>", "CommaDelimitedList", "AWS::EC2::VPC::Id")]),
)


@given(DECLARATIONS)
def test_a_placeholder_keeps_to_its_declaration(declared):
    value = placeholder(declared)
    assert value is not None
    assert check_value("Name", Sourced(value, Where("prod.yaml")), declared) == []


def test_a_pattern_that_admits_no_placeholder_has_none():
    assert placeholder({"Type": "String", "AllowedPattern": "Q"}) is None
