from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from cfngen.environment.addresses import Range, check_overlaps, check_range
from cfngen.environment.sourced import Sourced
from cfngen.errors import Where

BLOCKS = st.builds(
    lambda third, length: str(ipaddress.IPv4Network((f"10.0.{third}.0", length), strict=False)),
    st.integers(0, 255),
    st.integers(16, 28),
)


@given(st.lists(BLOCKS, max_size=6))
def test_a_pair_is_reported_exactly_where_the_later_block_shares_an_address(blocks):
    given = [Sourced(block, Where("prod.yaml", line)) for line, block in enumerate(blocks, 1)]
    networks = [ipaddress.IPv4Network(block) for block in blocks]
    expected = [
        later + 1 for first in range(len(blocks)) for later in range(first + 1, len(blocks))
        if networks[first][0] in networks[later] or networks[later][0] in networks[first]
    ]  # fmt: skip
    problems = check_overlaps([Range(f"prod {line}", each) for line, each in enumerate(given)])
    assert [problem.where.line for problem in problems] == expected


@given(BLOCKS)
def test_a_private_block_of_a_vpcs_size_is_a_range(block):
    assert check_range(Sourced(block, Where("prod.yaml", 1))) == []


@given(st.text())
def test_any_text_is_judged(text):
    assert all(problem.hint for problem in check_range(Sourced(text, Where("prod.yaml", 1))))
