from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.template import read


def refused(text: str) -> str:
    with pytest.raises(ApiError) as caught:
        read(text)
    assert caught.value.code == "ValidationError"
    return caught.value.message


def test_short_forms_are_read_as_long_forms():
    body = read("Resources:\n  A:\n    Ref: !Ref B\n    Att: !GetAtt B.C\n    Sub: !Sub [x, {a: !Ref B}]\n").body
    assert body["Resources"]["A"] == {
        "Ref": {"Ref": "B"},
        "Att": {"Fn::GetAtt": "B.C"},
        "Sub": {"Fn::Sub": ["x", {"a": {"Ref": "B"}}]},
    }


def test_json_is_read_too():
    assert read('{"Resources": {"A": {"Type": "T"}}}').resources == {"A": {"Type": "T"}}


def test_dates_stay_the_texts_that_they_are():
    body = read("AWSTemplateFormatVersion: 2010-09-09\nVersion: 2012-10-17\n").body
    assert body == {"AWSTemplateFormatVersion": "2010-09-09", "Version": "2012-10-17"}


def test_the_same_text_is_parsed_once():
    assert read("Resources: {A: {Type: T}}") is read("Resources: {A: {Type: T}}")


def test_broken_yaml_is_refused_with_its_place():
    assert refused("Resources:\n  A: {Type\n").startswith(
        "Template format error: YAML not well-formed. (line 3, column"
    )


def test_broken_json_is_refused_with_its_place():
    assert refused('{"Resources": ]') == "Template format error: JSON not well-formed. (line 1, column 15)"


def test_aliases_are_refused_as_on_aws():
    message = refused("Resources:\n  A: &a {Type: T}\n  B: *a\n")
    assert message == "Template error: YAML aliases are not allowed in CloudFormation templates"


def test_a_star_in_a_text_is_no_alias():
    assert (
        read("Resources: {A: {Type: T, Properties: {Action: 's3:*', Resource: ['*']}}}").resources["A"]["Type"] == "T"
    )


def test_a_repeated_key_is_refused():
    assert "not well-formed" in refused("Resources:\n  A: {Type: T}\n  A: {Type: U}\n")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text", "", "[1, 2]"])
def test_what_is_no_mapping_is_refused(text: str):
    assert refused(text) == "Template format error: unsupported structure."


def test_absurd_depth_is_refused():
    assert "Template format error" in refused("[" * 5000 + "]" * 5000)
