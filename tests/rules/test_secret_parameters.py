from __future__ import annotations

import pytest

from cfngen.rules.secret_parameters import SecretParametersRule

GOOD = """\
Parameters:
  OriginSecretArn: {Type: String}
  PasswordMinimumLength: {Type: Number}
Resources: {}
"""


def test_an_arn_of_a_secret_is_accepted(matches):
    assert matches(SecretParametersRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "OriginSecretArn: ", "DatabasePassword: ", "Parameters.DatabasePassword", "Secrets Manager", id="a password"
        ),
        pytest.param(
            "OriginSecretArn: ", "OriginSecret: ", "Parameters.OriginSecret", "Secrets Manager", id="a secret"
        ),
        pytest.param(
            "OriginSecretArn: {Type: String}",
            "License: {Type: String, NoEcho: true}",
            "Parameters.License",
            "Secrets Manager",
            id="a hidden parameter",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(SecretParametersRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
