from __future__ import annotations

import pytest

from cfngen.rules.password_rules import PasswordRulesRule

GOOD = """\
Parameters:
  Length: {Type: Number, Default: 16, MinValue: 8}
Resources:
  Policy:
    Type: Custom::PasswordPolicy
    Properties:
      MinimumPasswordLength: !Ref Length
      MaxPasswordAge: 90
      PasswordReusePrevention: 3
      RequireUppercaseCharacters: true
      RequireLowercaseCharacters: true
      RequireNumbers: true
      RequireSymbols: true
"""
PROPERTIES = "Resources.Policy.Properties"


def test_the_companys_rules_are_accepted(matches):
    assert matches(PasswordRulesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("MinValue: 8", "MinValue: 6", f"{PROPERTIES}.MinimumPasswordLength"),
        ("MinimumPasswordLength: !Ref Length", "MinimumPasswordLength: 7", f"{PROPERTIES}.MinimumPasswordLength"),
        ("MaxPasswordAge: 90", "MaxPasswordAge: 365", f"{PROPERTIES}.MaxPasswordAge"),
        ("      MaxPasswordAge: 90\n", "", PROPERTIES),
        ("PasswordReusePrevention: 3", "PasswordReusePrevention: 1", f"{PROPERTIES}.PasswordReusePrevention"),
        ("RequireSymbols: true", "RequireSymbols: false", f"{PROPERTIES}.RequireSymbols"),
        ("      RequireNumbers: true\n", "", PROPERTIES),
    ],
)
def test_a_weaker_rule_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(PasswordRulesRule(), GOOD.replace(old, new))] == [path]
