from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.order import in_order


def test_each_name_stands_after_what_it_needs():
    order = in_order({"C": ["B"], "A": [], "B": ["A", "a parameter"]})
    assert order == ["A", "B", "C"]


def test_a_cycle_is_an_error_in_aws_words():
    with pytest.raises(ApiError, match=r"Circular dependency between resources: \[A, B\]"):
        in_order({"A": ["B"], "B": ["A"], "C": []})
