from __future__ import annotations

import re
from pathlib import Path

import pytest

from cfngen.verify.iam.answers import NO, YES
from cfngen.verify.iam.managed import EVERYTHING, managed_policy

from .people import statements

TEMPLATES = Path(__file__).parents[3] / "templates_out"
OF_AWS = re.compile(r"iam::aws:policy/([\w/-]+)")


def test_a_policy_of_aws_that_nobody_has_read_counts_as_one_that_allows_everything():
    assert managed_policy("arn:aws:iam::aws:policy/NobodyHasReadThisOne") is EVERYTHING


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_policy_of_aws_allows_what_its_document_says(partition):
    arn = f"arn:{partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
    found = statements(*managed_policy(arn)["Statement"])
    assert any(each.about("logs:putretentionpolicy") is YES for each in found)
    assert all(each.about("s3:getobject") is NO for each in found)


def test_every_policy_of_aws_that_the_templates_attach_has_been_read():
    attached = {found for path in TEMPLATES.rglob("*.yaml") for found in OF_AWS.findall(path.read_text())}
    assert attached
    assert {name for name in attached if managed_policy(f"arn:aws:iam::aws:policy/{name}") is EVERYTHING} == set()
