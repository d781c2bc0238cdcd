from __future__ import annotations

from cfngen.errors import problem
from cfngen.text.progress import problem_lines

SEE = "see the help"


def test_one_problem_is_told_with_its_hint():
    assert problem_lines([problem("is wrong", where="it", hint=SEE)]) == ["it: is wrong", f"  hint: {SEE}"]


def test_a_hint_that_several_in_a_row_share_is_said_once_below_the_last():
    found = [
        problem("one", hint=SEE),
        problem("two", hint=SEE),
        problem("three", hint="wait"),
        problem("four"),
        problem("five"),
    ]
    assert problem_lines(found) == [
        "5 problems:",
        "one",
        "two",
        f"  hint: {SEE}",
        "three",
        "  hint: wait",
        "four",
        "five",
    ]


def test_the_same_problem_is_told_once():
    assert problem_lines([problem("one"), problem("one")]) == ["one"]
