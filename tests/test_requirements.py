"""Every row of the customer's requirements names what is there: layers, resources and tests."""

from __future__ import annotations

import pytest

from cfngen.catalog import NAMES
from scripts.requirements import Requirement, problems, read
from tests.services import SERVICES

ROWS = read()
SERVICES_NAMED = (
    *("WAF", "CloudTrail", "Cognito", "Route 53", "CloudFront", "CloudWatch", "IAM", "S3", "Classic Load Balancer"),
    *("VPC", "EC2", "NAT Gateway", "Auto Scaling", "Application Load Balancer", "RDS", "Availability Zones"),
    *("VPC Flow Logs", "Config", "GuardDuty", "Inspector", "Textract"),
)
PARTS = {
    "Customer requirements": 9,
    "Services named": 21,
    "Identity": 6,
    "Network": 3,
    "Tiers": 7,
    "Continuity and audit": 8,
    "In front": 4,
}
"""How many rows each part of the reference has at least."""


@pytest.mark.parametrize("row", [row for row in ROWS if row.counts], ids=lambda row: row.what)
def test_what_a_requirement_names_exists(row: Requirement) -> None:
    assert list(problems(row)) == []


def test_a_row_that_names_what_is_not_there_is_found() -> None:
    row = Requirement("Part", "Wish", "", ("network.Moat", "castle.Wall"), ("layers/none.py", "test_docs.py::no"), "")
    assert [each.partition(": ")[2] for each in problems(row)] == [
        "the layer network has no Moat",
        "there is no layer castle",
        "there is no tests/layers/none.py",
        "tests/test_docs.py has no no",
    ]
    assert list(problems(Requirement("Part", "Wish", "", (), (), ""))) == ["Wish: names no resource or no test"]


def test_every_part_of_the_reference_has_its_rows() -> None:
    assert {part: sum(row.part == part for row in ROWS) >= count for part, count in PARTS.items()} == dict.fromkeys(
        PARTS, True
    )


@pytest.mark.parametrize("service", SERVICES_NAMED)
def test_every_service_that_was_named_has_a_row_and_a_question_of_its_own(service: str) -> None:
    assert [row for row in ROWS if row.part == "Services named" and row.what.startswith(service)]
    if service != "Textract":  # it has nothing to be there, but a permission
        assert [each for each in SERVICES if each.name == service]


def test_a_row_waits_only_for_a_bundle_that_is_to_come_or_there() -> None:
    assert {row.bundle for row in ROWS} <= {"", "zone", "domain", "edge", *NAMES}
