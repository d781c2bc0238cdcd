from __future__ import annotations

import pytest

from cfngen.rules.user_credentials import UserCredentialsRule

GOOD = """\
Resources:
  User: {Type: AWS::IAM::User, Properties: {UserName: jane}}
"""


def test_a_user_without_credentials_is_accepted(matches):
    assert matches(UserCredentialsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("  Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref User}}\n", "Resources.Key"),
        (
            "  Two: {Type: AWS::IAM::User, Properties: {LoginProfile: {Password: x}}}\n",
            "Resources.Two.Properties.LoginProfile",
        ),
    ],
)
def test_credentials_are_found(matches, more, path):
    assert [where for where, _ in matches(UserCredentialsRule(), GOOD + more)] == [path]
