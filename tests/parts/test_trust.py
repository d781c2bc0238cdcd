from __future__ import annotations

from awacs.aws import ArnLike, PolicyDocument, StringEquals
from troposphere import Sub, encode_to_dict

from cfngen.parts.trust import trust_principal, trust_service


def statement(document: PolicyDocument):
    (only,) = encode_to_dict(document)["Statement"]
    return only


def test_a_service_is_trusted_without_conditions_unless_some_are_given():
    assert statement(trust_service("ec2.amazonaws.com")) == {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": ["sts:AssumeRole"],
    }


def test_all_conditions_must_hold():
    trusted = statement(trust_service("x.amazonaws.com", StringEquals({"a": "1"}), ArnLike({"b": "2"})))

    assert trusted["Condition"] == {"StringEquals": {"a": "1"}, "ArnLike": {"b": "2"}}


def test_a_principal_is_trusted_by_its_arn():
    arn = Sub("arn:${AWS::Partition}:iam::1:root")

    assert statement(trust_principal(arn))["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::1:root"}}
