from __future__ import annotations

import json

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.dynamic import substitute
from cfngen.local.stacks.parameters import SsmParameter

ARN = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:db-AbCdEf"
PARAMETERS = {
    "/plain": SsmParameter("String", "a"),
    "/plain:3": SsmParameter("String", "c"),
    "/secure": SsmParameter("SecureString", "s"),
}
SECRETS = {
    ("db", "", ""): json.dumps({"username": "u", "port": 5432}),
    (ARN, "", ""): json.dumps({"username": "v"}),
    ("db", "AWSPREVIOUS", ""): "old",
    ("db", "", "v-1"): "first",
}


def found(value: object) -> object:
    return substitute(value, PARAMETERS.get, lambda *which: SECRETS.get(which))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{{resolve:ssm:/plain}}", "a"),
        ("{{resolve:ssm:/plain:3}}", "c"),
        ("{{resolve:ssm-secure:/secure}}", "s"),
        ("x-{{resolve:ssm:/plain}}-{{resolve:ssm:/plain:3}}", "x-a-c"),
        ("{{resolve:secretsmanager:db:SecretString:username}}", "u"),
        ("{{resolve:secretsmanager:db:SecretString:port}}", "5432"),
        ("{{resolve:secretsmanager:db}}", SECRETS["db", "", ""]),
        (f"{{{{resolve:secretsmanager:{ARN}:SecretString:username}}}}", "v"),
        ("{{resolve:secretsmanager:db:SecretString::AWSPREVIOUS}}", "old"),
        ("{{resolve:secretsmanager:db:SecretString:::v-1}}", "first"),
        ({"A": ["{{resolve:ssm:/plain}}", 5]}, {"A": ["a", 5]}),
    ],
)
def test_a_dynamic_reference_is_looked_up(written: object, meant: object):
    assert found(written) == meant


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{{resolve:ssm:/gone}}", "Parameters: [ssm:/gone] cannot be found."),
        ("{{resolve:ssm:/secure}}", "Parameters: [ssm:/secure] cannot be found."),
        ("{{resolve:secretsmanager:gone}}", "Secrets Manager can't find the specified secret. (gone)"),
        ("{{resolve:secretsmanager:db:SecretString:nope}}", "Could not find a value associated with JSONKey"),
        ("{{resolve:dynamodb:x}}", "dynamodb is no service of dynamic references"),
    ],
)
def test_what_cannot_be_looked_up_is_refused(written: str, message: str):
    with pytest.raises(ApiError) as caught:
        found(written)
    assert message in caught.value.message
