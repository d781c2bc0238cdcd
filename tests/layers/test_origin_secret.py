from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import origin_secret


@pytest.fixture(scope="module")
def resources():
    template = Template()
    origin_secret.build(template)
    return template.to_dict()["Resources"]


@pytest.fixture(scope="module")
def decrypt(resources):
    return next(
        s for s in resources["OriginSecretKey"]["Properties"]["KeyPolicy"]["Statement"] if "Decrypt" in s["Sid"]
    )


@pytest.fixture(scope="module")
def read(resources):
    (statement,) = resources["OriginSecretPolicy"]["Properties"]["ResourcePolicy"]["Statement"]
    return statement


def test_the_secret_is_generated_and_fits_a_header_and_a_pattern(resources):
    made = resources["OriginSecret"]["Properties"]["GenerateSecretString"]

    assert made == {"ExcludePunctuation": True, "IncludeSpace": False, "PasswordLength": 64}


def test_it_has_a_key_of_its_own_because_aws_s_cannot_be_used_from_other_accounts(resources):
    assert resources["OriginSecret"]["Properties"]["KmsKeyId"] == {"Fn::GetAtt": ["OriginSecretKey", "Arn"]}


@pytest.mark.parametrize("statement", ["read", "decrypt"])
def test_the_environments_accounts_may_use_both_and_there_only_roles_that_stacks_made(statement, request):
    found = request.getfixturevalue(statement)

    assert found["Principal"] == {"AWS": {"Ref": "TargetAccounts"}}
    assert found["Condition"]["ArnLike"] == {
        "aws:PrincipalArn": {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/StackSet-*"}
    }


def test_fleets_read_and_decrypt_and_do_nothing_else(read, decrypt):
    assert read["Action"] == ["secretsmanager:GetSecretValue"]
    assert decrypt["Action"] == ["kms:Decrypt"]
    assert "kms:ViaService" in decrypt["Condition"]["StringEquals"]


def test_secret_and_key_outlive_the_stack(resources):
    kept = [resources[name]["DeletionPolicy"] for name in ("OriginSecret", "OriginSecretKey")]

    assert kept == ["RetainExceptOnCreate"] * 2
