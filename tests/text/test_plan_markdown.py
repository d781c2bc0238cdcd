"""A plan as the comment of a pull request."""

from __future__ import annotations

import re

import pytest

from cfngen.text.plan_markdown import LONGEST, fitted, plan_markdown
from tests.bundles import EU, US, stack_set
from tests.text import plans

NAMED = {US: "us/us-east-1", EU: "eu/eu-west-1"}


def markdown(made):
    return plan_markdown(made, NAMED, "prod")


def test_it_begins_with_what_there_is_to_do_and_what_may_be_lost():
    text = markdown(plans.replacement())
    assert text.startswith("### cfngen plan: prod\n\n**2 operations.** Resources in all instances: ")
    assert "Resources in all instances: 3 changed in place, 1 replaced\n" in text
    assert "> [!CAUTION]" in text
    assert "> - `--replace Database` replaces foundation's data.Database" in text
    assert text.index("[!CAUTION]") < text.index("#### IAM changes") < text.index("#### foundation")


@pytest.mark.parametrize("name", plans.ALL)
def test_every_table_has_as_many_cells_in_each_row_and_every_fold_ends(name):
    text = markdown(plans.ALL[name]())
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count(" | ") for line in table.splitlines()}) == 1
    assert text.count("<details") == text.count("</details>")


def test_a_group_with_more_than_changes_in_place_is_open():
    text = markdown(plans.replacement())
    assert "<details><summary>1 of 2 instances: us/us-east-1</summary>" in text
    assert "<details open><summary>1 of 2 instances: eu/eu-west-1</summary>" in text


def test_a_value_can_break_neither_the_table_nor_the_page():
    hostile = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: 'a|b`<script>*'}}}"
    old, new = (stack_set("x", {"root": text}, {US: {}}) for text in (hostile.replace("a|", "z|"), hostile))
    text = markdown(plans.planned(old, new))
    assert "<script>" not in text
    assert "a&#124;b&#96;&lt;script&gt;&#42;" in text


def huge():
    topics = "\n".join(
        f"  Topic{number}: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {'x' * 50}}}}}" for number in range(400)
    )
    old, new = (
        stack_set("x", {"root": f"Resources:\n{text}"}, {US: {}}) for text in (topics, topics.replace("xx", "yy"))
    )
    return plans.planned(old, new)


def test_a_comment_is_never_longer_than_github_takes_and_says_what_is_left_out():
    text = markdown(huge())
    assert len(text) <= LONGEST
    assert re.search(r"\*\*Cut\*\*: \d+ of 400 rows are left out", text)


def test_blocks_that_do_not_fit_are_counted():
    blocks = [f"block {number} " + "x" * 1000 for number in range(100)]
    text = fitted(blocks, "prod", 5000)
    assert len(text) <= 5000
    assert text.startswith("block 0 ")
    assert re.search(r"\*\*Cut\*\*: 9\d of 100 parts are left out; `cfngen plan prod` shows them", text)
    assert fitted(blocks[:2], "prod", 5000) == "\n".join(blocks[:2])


def test_nothing_to_do_is_said():
    item = plans.item()
    assert "**Nothing to do.**" in markdown(plans.planned(item, item))
