"""Whatever the program asks of AWS as the reader is in the reader's policies."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import boto3
import pytest
from botocore import xform_name

from cfngen.templates import read_template

HOME = Path(__file__).parents[2]
RESOURCES = read_template(HOME / "templates_out" / "bootstrap" / "execution.yaml").resources
CALL = re.compile(
    r"""(?<!aws\.)\b(?:client|cloudformation\(place\))(?:\("(?P<service>[\w-]+)"\))?\.(?P<name>\w+)\((?:"(\w+)")?"""
)
"""A client of the reader is called `client`, and those of the administrator are not."""

PREFIXES = {"accessanalyzer": "access-analyzer", "service-quotas": "servicequotas"}
SPELLED = {"s3:ListBuckets": "s3:ListAllMyBuckets"}


def calls():
    texts = {file: file.read_text(encoding="utf-8") for file in sorted((HOME / "cfngen" / "aws").glob("*.py"))}
    for file, text in texts.items():
        for found in CALL.finditer(text if "Readers" in text else ""):
            service, name, paginated = found["service"] or "cloudformation", found["name"], found[3]
            operation = paginated if name == "get_paginator" else name
            action = operations(service).get(operation)
            if action:
                prefix = PREFIXES.get(service, service)
                yield file.name, SPELLED.get(f"{prefix}:{action}", f"{prefix}:{action}")


def operations(service):
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    return {xform_name(each): each for each in model.operation_names}


def test_calls_are_found():
    found = {action for _, action in calls()}
    assert len(found) > 20
    assert {"cloudformation:DetectStackDrift", "cloudformation:DescribeStackDriftDetectionStatus"} <= found


@pytest.mark.parametrize(("file", "action"), sorted(set(calls())))
def test_what_the_program_asks_as_the_reader_is_allowed(file, action):
    arns = RESOURCES["ReaderRole"]["Properties"]["ManagedPolicyArns"]
    found = [s for arn in arns for s in RESOURCES[arn["Ref"]]["Properties"]["PolicyDocument"]["Statement"]]
    assert [s["Sid"] for s in found if any(fnmatchcase(action, each) for each in s["Action"])], file
