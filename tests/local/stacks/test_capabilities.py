from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.capabilities import check_capabilities, needed
from cfngen.local.stacks.template import read

PLAIN = read("Resources: {A: {Type: AWS::SNS::Topic}}")
ROLE = read("Resources: {A: {Type: AWS::IAM::Role}}")
NAMED = read("Resources: {A: {Type: AWS::IAM::Role, Properties: {RoleName: x}}, B: {Type: AWS::IAM::Policy}}")


def test_what_a_template_needs_is_derived_from_its_types():
    assert needed(PLAIN) == ("", ())
    assert needed(ROLE) == ("CAPABILITY_IAM", ("AWS::IAM::Role",))
    assert needed(NAMED) == ("CAPABILITY_NAMED_IAM", ("AWS::IAM::Policy", "AWS::IAM::Role"))


@pytest.mark.parametrize(
    ("template", "given"),
    [(PLAIN, ()), (ROLE, ("CAPABILITY_IAM",)), (ROLE, ("CAPABILITY_NAMED_IAM",)), (NAMED, ("CAPABILITY_NAMED_IAM",))],
)
def test_enough_is_enough(template, given):
    assert check_capabilities(template, given) is None


@pytest.mark.parametrize(
    ("template", "given", "missing"),
    [
        (ROLE, (), "CAPABILITY_IAM"),
        (ROLE, ("CAPABILITY_AUTO_EXPAND",), "CAPABILITY_IAM"),
        (NAMED, ("CAPABILITY_IAM",), "CAPABILITY_NAMED_IAM"),
    ],
)
def test_a_missing_acknowledgement_is_an_error_of_its_own(template, given, missing):
    with pytest.raises(ApiError) as caught:
        check_capabilities(template, given)
    assert caught.value.code == "InsufficientCapabilitiesException"
    assert caught.value.message == f"Requires capabilities : [{missing}]"
