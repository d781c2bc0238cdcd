from __future__ import annotations

import pytest

from cfngen.rules.key_rotation import KeyRotationRule

GOOD = """\
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Signing: {Type: AWS::KMS::Key, Properties: {KeySpec: ECC_NIST_P256, KeyUsage: SIGN_VERIFY}}
"""


def test_a_rotated_key_and_a_signing_key_are_accepted(matches):
    assert matches(KeyRotationRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "EnableKeyRotation: true",
            "EnableKeyRotation: false",
            "Resources.Key.Properties.EnableKeyRotation",
            "must be true",
            id="rotation off",
        ),
        pytest.param(
            ", Properties: {EnableKeyRotation: true}", "", "Resources.Key", "must be true", id="rotation left out"
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(KeyRotationRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
