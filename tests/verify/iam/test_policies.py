from __future__ import annotations

import pytest

from cfngen.expressions.values import Unknown
from cfngen.verify.iam.answers import MAYBE, NO, YES
from cfngen.verify.iam.arns import Names
from cfngen.verify.iam.conditions import Request
from cfngen.verify.iam.policies import read_policy

from .people import allow, statements

NOTHING = Request()


def test_actions_are_compared_without_regard_to_case():
    (found,) = statements(allow(["S3:getOBJECT", "s3:Put*"]))
    assert found.about("s3:getobject") is YES
    assert found.about("s3:putobject") is YES
    assert found.about("s3:deleteobject") is NO


def test_a_statement_without_an_action_is_about_none():
    (found,) = statements({"Effect": "Allow", "Action": [], "Resource": "*"})
    assert found.about("s3:getobject") is NO


def test_all_but_some_actions_is_every_other_one_of_every_service():
    (found,) = statements({"Effect": "Deny", "NotAction": ["iam:*", "sts:GetSessionToken"], "Resource": "*"})
    assert found.about("iam:getuser") is NO
    assert found.about("sts:getsessiontoken") is NO
    assert found.about("ec2:runinstances") is YES


def test_all_but_some_resources_is_every_other_one():
    body = {"Effect": "Allow", "Action": "*", "NotResource": ["arn:aws:s3:::records", "arn:aws:s3:::records/*"]}
    (found,) = statements(body)
    assert found.fits("arn:aws:s3:::records/a", NOTHING) is NO
    assert found.fits("arn:aws:s3:::others/a", NOTHING) is YES


def test_one_statement_need_not_be_in_a_list():
    assert len(read_policy(None, (), {"Statement": allow("s3:*")}, Names({}, {}))) == 1
    assert read_policy(None, (), None, Names({}, {})) == []


def test_a_statement_that_nobody_can_read_may_allow_everything():
    (found,) = read_policy(None, (), {"Statement": [Unknown("a list of lists")]}, Names({}, {}))
    assert found.allows
    assert found.about("s3:getobject") is YES
    assert found.fits("arn:aws:s3:::records", NOTHING) is MAYBE


@pytest.mark.parametrize(
    ("principal", "wanted"),
    [
        ("*", (("*", "*"),)),
        ({"AWS": "*"}, (("AWS", "*"),)),
        ({"AWS": ["111111111111", "222222222222"]}, (("AWS", "111111111111"), ("AWS", "222222222222"))),
        ({"Service": "s3.amazonaws.com"}, (("Service", "s3.amazonaws.com"),)),
    ],
)
def test_principals_are_read_in_every_form(principal, wanted):
    (found,) = statements(allow(Principal=principal))
    assert found.principals == wanted
