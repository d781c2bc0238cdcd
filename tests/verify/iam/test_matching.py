from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.expressions.values import Reference, Text, Unknown
from cfngen.verify.iam.answers import MAYBE, NO, YES
from cfngen.verify.iam.matching import ANY, any_matches, literal, matches, token

BUCKET, OTHER = token("stack", "Bucket", "Ref"), token("stack", "Other", "Ref")


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        ("*", "anything", YES),
        ("s3:Get*", "s3:GetObject", YES),
        ("s3:Get?bject", "s3:GetObject", YES),
        ("s3:Get", "s3:GetObject", NO),
        ("arn:aws:s3:::a*/x", "arn:aws:s3:::abc/y/x", YES),
        ("a.b", "axb", NO),
        ("[ab]", "a", NO),
    ],
)
def test_a_star_is_any_text_and_a_question_mark_any_character(pattern, text, answer):
    assert matches(pattern, text) is answer


def test_without_wildcards_a_star_is_a_star():
    assert matches("a*", "ab", wild=False) is NO
    assert matches("a*", "a*", wild=False) is YES


def test_a_name_that_aws_will_choose_is_itself_and_no_other():
    assert matches(f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}/x") is YES
    assert matches(f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{OTHER}/x") is NO


def test_a_name_that_aws_will_choose_may_fit_what_somebody_has_written():
    assert matches("arn:aws:s3:::stackset-*", f"arn:aws:s3:::{BUCKET}") is MAYBE
    assert matches("arn:aws:s3:::stackset-*", f"arn:aws:s3:::stackset-{BUCKET}") is YES
    assert matches("arn:aws:sns:*", f"arn:aws:s3:::{BUCKET}") is NO


def test_a_piece_of_which_nothing_is_known_may_be_anything():
    assert matches(ANY, "arn:aws:s3:::records") is MAYBE
    assert matches(f"arn:aws:s3:::{ANY}", "arn:aws:s3:::records") is MAYBE
    assert matches(f"arn:aws:sns:{ANY}", "arn:aws:s3:::records") is NO
    assert matches("arn:aws:s3:::records", f"arn:aws:s3:::{ANY}") is MAYBE
    assert matches("arn:aws:s3:::*", f"arn:aws:s3:::{ANY}") is YES


def test_one_of_several_patterns_is_enough_and_the_most_certain_counts():
    assert any_matches(["b*", "a*"], "ab") is YES
    assert any_matches([ANY, "b*"], "ab") is MAYBE
    assert any_matches([], "ab") is NO


def test_references_are_written_so_that_equal_ones_are_equal():
    reference = Reference("stack", "Bucket")
    assert literal(Text(("arn:aws:s3:::", reference))) == f"arn:aws:s3:::{BUCKET}"
    assert literal(Unknown("nobody knows")) == ANY


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_matching_of_known_texts_agrees_with_matching_character_by_character(pattern, text):
    assert (matches(pattern, text) is YES) is slowly(pattern, text)


def slowly(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return slowly(pattern[1:], text) or (bool(text) and slowly(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and slowly(pattern[1:], text[1:])
