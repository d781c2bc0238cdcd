"""E9159: a secret is made by AWS, long, encrypted with a key of ours, and never public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules._settings import Setting, at_least, given, unmet
from cfngen.rules._values import ABSENT

SECRET = "AWS::SecretsManager::Secret"  # noqa: S105, a type
SHORTEST = 32

TABLE = (
    Setting(SECRET, "KmsKeyId", given, "must name a KMS key"),
    Setting(SECRET, "SecretString", lambda value: value is ABSENT, "must not be given: templates are read by many"),
    Setting(SECRET, "GenerateSecretString", given, "must say how AWS makes it"),
    Setting(SECRET, "GenerateSecretString.PasswordLength", at_least(SHORTEST), f"must be {SHORTEST} at least"),
    Setting(
        "AWS::SecretsManager::ResourcePolicy",
        "BlockPublicPolicy",
        lambda value: value in (True, "true"),
        "must be true",
    ),
)


class SecretsRule(CloudFormationLintRule):  # type: ignore[misc]
    """AWS's own key cannot be used from another account, and by anyone in this one who may read secrets."""

    id = "E9159"
    shortdesc = "A secret is generated, long and under a key of ours"
    description = "GenerateSecretString with 32 characters at least, a KMS key, no SecretString, no public policy."
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "secrets", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each secret that somebody could know or guess."""
        yield from unmet(cfn, TABLE)
