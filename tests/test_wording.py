from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.wording import LONGEST, did_you_mean, likely, listed, shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("", "''"),
        (" a", "' a'"),
        ("a\nb", r"'a\nb'"),
        (3, "3"),
        ("x" * 90, "x" * 60 + "…"),
    ],
)
def test_a_value_is_shown_so_that_it_can_be_read(value, expected):
    assert shown(value) == expected


@given(st.text())
def test_whatever_is_shown_fits_on_a_line(value):
    assert shown(value).isprintable()
    assert len(shown(value)) <= LONGEST * 10 + 3


@pytest.mark.parametrize(
    ("choices", "expected"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_choices_are_listed_as_words(choices, expected):
    assert listed(choices) == expected


@pytest.mark.parametrize("word", ["stand-by", "Standby", "standbye", "stanby"])
def test_a_likely_spelling_is_found_whatever_its_case_or_hyphens(word):
    assert likely(word, ["active", "standby"]) == "standby"


def test_without_a_likely_spelling_the_caller_says_something_else():
    assert did_you_mean("zzz", ["active"], "the keys are active") == "the keys are active"
