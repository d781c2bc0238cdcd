from __future__ import annotations

import pytest

from cfngen.verify.iam.answers import MAYBE, NO, YES
from cfngen.verify.iam.decide import Case, denial
from cfngen.verify.iam.matching import ANY

from .people import (
    BUCKET,
    GET,
    HERE,
    KEY,
    ROLE,
    ROOT,
    THERE,
    allow,
    asked,
    deny,
    key,
    role,
    thing,
    user,
)

NAMED = {"Principal": {"AWS": ROLE}}
ACCOUNT = {"Principal": {"AWS": ROOT}}
ANYBODY = {"Principal": "*"}


def test_nothing_is_allowed_that_no_policy_allows():
    assert asked(role(), thing()).allowed is NO
    assert asked(role(allow("s3:PutObject")), thing()).allowed is NO


def test_a_policy_of_the_principal_suffices_in_its_own_account():
    found = asked(role(allow("s3:Get*", f"{BUCKET}/*")), thing())
    assert found.allowed is YES
    assert str(found.by) == "AWS's policy Statement 0"


@pytest.mark.parametrize("by", ["its own policy", "its boundary", "the thing's policy"])
def test_an_explicit_denial_wins_over_every_allowance_wherever_it_is(by):
    held = [allow(), *([deny("s3:*")] if by == "its own policy" else [])]
    boundary = (allow(), *([deny("s3:*")] if by == "its boundary" else []))
    policy = [allow(**ANYBODY), *([deny("s3:*", **ANYBODY)] if by == "the thing's policy" else [])]
    found = asked(role(*held, boundary=boundary), thing(*policy))
    assert found.allowed is NO
    assert found.denied_by


def test_a_denial_under_a_condition_denies_where_it_holds():
    policy = deny("s3:*", **ANYBODY, Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert asked(role(allow()), thing(policy)).allowed is YES
    assert asked(role(allow()), thing(policy), aws__SecureTransport=("false",)).allowed is NO


def test_a_boundary_gives_nothing_and_what_it_leaves_out_is_not_allowed():
    assert asked(role(boundary=(allow(),)), thing()).allowed is NO
    assert asked(role(allow(), boundary=(allow("ec2:*"),)), thing()).allowed is NO
    assert asked(role(allow(), boundary=(allow("s3:*"),)), thing()).allowed is YES


def test_a_resource_policy_that_names_a_principal_suffices_in_the_same_account():
    assert asked(role(), thing(allow("s3:GetObject", f"{BUCKET}/*", **NAMED))).allowed is YES
    other = {"Principal": {"AWS": f"arn:aws:iam::{HERE}:role/other"}}
    assert asked(role(), thing(allow("s3:GetObject", f"{BUCKET}/*", **other))).allowed is NO


def test_a_grant_to_a_role_ends_at_its_boundary_and_one_to_a_user_does_not():
    bounded = (allow("ec2:*"),)
    granted = thing(allow(GET, f"{BUCKET}/*", Principal={"AWS": [ROLE, f"arn:aws:iam::{HERE}:user/people/ann"]}))
    assert asked(role(boundary=bounded), granted).allowed is NO
    assert asked(user(boundary=bounded), granted).allowed is YES


def test_a_resource_policy_that_names_the_account_leaves_it_to_the_policies_of_its_principals():
    shared = thing(allow(GET, f"{BUCKET}/*", **ACCOUNT))
    assert asked(role(), shared).allowed is NO
    assert asked(role(allow(GET)), shared).allowed is YES


def test_across_accounts_both_sides_have_to_allow():
    theirs = role(allow(GET), account=THERE)
    nobody = role(account=THERE)
    open_to_all, open_to_us = thing(allow(GET, "*", **ANYBODY)), thing(allow(GET, "*", **ACCOUNT))
    open_to_them = thing(allow(GET, "*", Principal={"AWS": THERE}))
    assert asked(theirs, thing()).allowed is NO
    assert asked(theirs, open_to_us).allowed is NO
    assert asked(theirs, open_to_all).allowed is YES
    assert asked(theirs, open_to_them).allowed is YES
    assert asked(nobody, open_to_all).allowed is NO
    assert asked(role(allow(GET), boundary=(allow("ec2:*"),), account=THERE), open_to_them).allowed is NO


def test_a_key_decides_itself_unless_it_leaves_it_to_the_account():
    decrypt = "kms:decrypt"
    assert asked(role(allow()), key(), decrypt).allowed is NO
    assert asked(role(allow()), key(allow("kms:Decrypt", **NAMED)), decrypt).allowed is YES
    assert asked(role(), key(allow("kms:*", **ACCOUNT)), decrypt).allowed is NO
    assert asked(role(allow("kms:Decrypt", KEY)), key(allow("kms:*", **ACCOUNT)), decrypt).allowed is YES


def test_in_a_keys_policy_a_star_is_the_key_itself_whatever_its_arn():
    assert asked(role(), key(allow("kms:Decrypt", "*", **NAMED)), "kms:decrypt").allowed is YES


def test_a_trust_policy_governs_entering_the_role_and_nothing_else():
    trusted = thing({"Effect": "Allow", "Action": "sts:AssumeRole", **NAMED}, arn=f"{ROLE}-2", kind="AWS::IAM::Role")
    closed = thing({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": THERE}}, kind="AWS::IAM::Role")
    assert asked(role(), trusted, "sts:assumerole").allowed is YES
    assert asked(role(allow()), closed, "sts:assumerole").allowed is NO
    assert asked(role(allow("iam:DeleteRole")), closed, "iam:deleterole").allowed is YES


def test_a_service_or_a_provider_in_a_policy_is_nobody_of_an_account():
    service = {"Principal": {"Service": "cloudtrail.amazonaws.com"}}
    assert asked(role(), thing(allow(GET, "*", **service))).allowed is NO
    assert asked(role(), thing(allow(GET, "*", Principal={"Federated": "*"}))).allowed is NO


def test_everybody_but_one_errs_towards_access():
    but = {"NotPrincipal": {"AWS": f"arn:aws:iam::{HERE}:role/other"}}
    assert asked(role(), thing(allow(GET, "*", **but))).allowed is YES
    assert asked(role(allow()), thing(deny(GET, "*", **but))).allowed is YES


def test_a_principal_that_is_not_known_may_be_the_one():
    unknown = {"Principal": {"AWS": ANY}}
    assert asked(role(), thing(allow(GET, "*", **unknown))).allowed is MAYBE
    assert asked(role(allow()), thing(deny(GET, "*", **unknown))).allowed is MAYBE


def test_a_denial_is_certain_only_if_nothing_about_it_is_unknown():
    denied = role(deny("s3:*", f"{BUCKET}/*"))
    perhaps = role(deny("s3:*", f"{BUCKET}/{ANY}"))
    assert denial(Case(denied, thing()), GET)[0] is YES
    assert denial(Case(perhaps, thing()), GET)[0] is MAYBE
    assert denial(Case(role(), thing()), GET)[0] is NO
    assert asked(role(allow(), *[deny("s3:*", f"{BUCKET}/{ANY}")]), thing()).allowed is MAYBE


def test_a_role_of_an_instance_has_no_user_name_and_a_user_has_its_own():
    own = allow("iam:*", f"arn:aws:iam::{HERE}:user/people/${{aws:username}}")
    me = thing(arn=f"arn:aws:iam::{HERE}:user/people/ann", kind="AWS::IAM::User")
    you = thing(arn=f"arn:aws:iam::{HERE}:user/people/bob", kind="AWS::IAM::User")
    assert asked(user(own), me, "iam:getuser").allowed is YES
    assert asked(user(own), you, "iam:getuser").allowed is NO
    assert asked(role(own), me, "iam:getuser").allowed is NO


def test_what_only_services_send_is_absent_from_a_request_of_our_own():
    through = allow("kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}})
    policy = key(allow("kms:*", **ACCOUNT))
    assert asked(role(through), policy, "kms:decrypt").allowed is NO
    given = {"kms__ViaService": ("s3.eu-west-1.amazonaws.com",)}
    assert asked(role(through), policy, "kms:decrypt", **given).allowed is YES
