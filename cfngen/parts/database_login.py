"""The application's own database login: a secret with its password, which the app tier reads.

The login itself is made by a document of Systems Manager (`login_document`), from the master secret.
"""

from __future__ import annotations

import json

from awacs.aws import PolicyDocument, StringEquals
from troposphere import AWSHelperFn, Ref, Sub, Template, iam, secretsmanager

from .metadata import context, suppress
from .statements import allow

LOGIN = "app"
"""Name of the login, and of the database that it works in."""

PASSWORD_LENGTH = 32
VIA_SECRETS_MANAGER = "secretsmanager.${AWS::Region}.amazonaws.com"


def app_secret(template: Template, key: AWSHelperFn) -> secretsmanager.Secret:
    """Add the secret, encrypted with `key`; nobody chooses or sees its password."""
    secret = secretsmanager.Secret(
        "AppDatabaseSecret",
        Description="The application's own login to the database.",
        # Secrets Manager itself keeps a deleted secret for 30 days.
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        KmsKeyId=key,
        GenerateSecretString=secretsmanager.GenerateSecretString(
            SecretStringTemplate=json.dumps({"username": LOGIN, "dbname": LOGIN}),
            GenerateStringKey="password",
            PasswordLength=PASSWORD_LENGTH,
            ExcludePunctuation=True,  # 32 letters and digits are enough, and need no escaping in any connection string
            RequireEachIncludedType=True,
        ),
        Metadata=context(
            "The app never uses the master secret; this one opens the application's own database and no more.",
            must=("Read by the app tier and by the document that makes the login.",),
            mutable="must-never-change",
        ),
    )
    suppress(
        secret,
        "Rotation needs a function with a database driver inside the network; until then a new password is put here "
        "and the document run again, which sets it.",
        nag=("AwsSolutions-SMG4", "HIPAA.Security-SecretsManagerRotationEnabled"),
    )
    suppress(
        secret,
        "As above: rotated by running the document again.",
        nag=("NIST.800.53.R5-SecretsManagerRotationEnabled",),
    )
    return template.add_resource(secret)


def app_secret_policy(template: Template, secret: secretsmanager.Secret, key: AWSHelperFn) -> iam.ManagedPolicy:
    """Add what the app tier needs to read the secret."""
    via = StringEquals({"kms:ViaService": Sub(VIA_SECRETS_MANAGER)})
    statements = [
        allow("ReadsLogin", "secretsmanager:DescribeSecret GetSecretValue", Ref(secret)),
        allow("Decrypts", "kms:Decrypt", key, when=[via]),
    ]
    return template.add_resource(
        iam.ManagedPolicy(
            "AppDatabasePolicy",
            Description="The application's own database login, for the app tier.",
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
            Metadata=context("One secret and its key.", must=("Not the master secret.",), mutable="review-required"),
        )
    )
