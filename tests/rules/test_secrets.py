from __future__ import annotations

import pytest

from cfngen.rules.secrets import SecretsRule

from .weakening import weakened

GOOD = """\
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {KmsKeyId: !Ref Key, GenerateSecretString: {PasswordLength: 64}}
  Policy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties: {SecretId: !Ref Secret, BlockPublicPolicy: true}
"""


def test_a_generated_secret_under_a_key_of_ours_is_accepted(matches):
    assert matches(SecretsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("KmsKeyId: !Ref Key, ", "", "KmsKeyId must name a KMS key"),
        ("KmsKeyId: !Ref Key", "KmsKeyId: !Ref Key, SecretString: word", "SecretString must not be given"),
        ("PasswordLength: 64", "PasswordLength: 12", "PasswordLength must be 32 at least"),
        ("PasswordLength: 64", "", "GenerateSecretString"),
        (", BlockPublicPolicy: true", "", "BlockPublicPolicy must be true"),
        ("BlockPublicPolicy: true", "BlockPublicPolicy: false", "BlockPublicPolicy must be true"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = [what for _, what in matches(SecretsRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)
