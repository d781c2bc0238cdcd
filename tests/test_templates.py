from __future__ import annotations

import json
from pathlib import Path

from cfngen.templates import compact, parse_template, read_template

HOME = Path(__file__).parent.parent
TEXT = """\
AWSTemplateFormatVersion: '2010-09-09'
Description: "a: b # no comment"
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub "${AWS::Region}: yes", KmsMasterKeyId: '012'}}
Outputs:
  Script: {Value: "one\\ntwo"}
"""


def test_a_compact_template_is_one_line_that_says_the_same():
    file = parse_template(Path("a.yaml"), TEXT)
    text = compact(file)
    assert text.count("\n") == 1
    assert json.loads(text) == file.body
    assert parse_template(file.path, text).body == file.body


def test_every_template_of_bootstrap_fits_into_a_request_with_room_to_spare():
    files = [read_template(path) for path in sorted((HOME / "templates_out" / "bootstrap").glob("*.yaml"))]
    assert files
    assert all(parse_template(file.path, compact(file)).body == file.body for file in files)
    assert {file.name for file in files if len(compact(file).encode()) > 45_000} == set()  # of 51,200 allowed
