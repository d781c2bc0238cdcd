from __future__ import annotations

from cfngen.verify.iam.actions import covers, expand, known_actions
from cfngen.verify.iam.answers import MAYBE, NO, YES
from cfngen.verify.iam.matching import ANY


def test_a_pattern_stands_for_all_actions_that_aws_lists():
    assert {"s3:getobject", "s3:getobjectversion"} <= expand("s3:GetObject*")
    assert expand("s3:GetObject") == {"s3:getobject"}
    assert expand("s3:NoSuchThing*") == frozenset()


def test_a_service_has_the_actions_that_aws_lists_and_no_other_service_has_any():
    assert "kms:decrypt" in known_actions("kms")
    assert known_actions("nosuchservice") == frozenset()


def test_one_of_several_patterns_is_enough():
    assert covers("ec2:* s3:get?bject", "s3:getobject") is YES
    assert covers("ec2:* s3:put*", "s3:getobject") is NO
    assert covers("s3.getobject", "s3:getobject") is NO


def test_an_action_that_is_not_known_may_be_the_one():
    assert covers(f"s3:{ANY}", "s3:getobject") is MAYBE
    assert covers(f"ec2:{ANY}", "s3:getobject") is NO
