"""The secret header by which web servers know CloudFront: generated, under a key of its own, read by the fleets.

CloudFront adds the header to what it sends to the origins; web servers refuse requests without it. The web tiers'
instance roles read it from their own accounts, so both the secret and its key have a policy that lets them.
"""

from __future__ import annotations

from awacs import kms as kms_actions
from awacs import secretsmanager as actions
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import GetAtt, Ref, Sub, Template, kms, secretsmanager

from .. import facts
from ..layer import Wire, give, setting
from ..parts.keys import customer_key
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag
from ..parts.unique import unique_name

ORIGIN_SECRET_ARN = Wire("OriginSecretArn", "String", "Secret header that CloudFront sends to the origins.")

HEADER = "X-Origin-Secret"
LENGTH = 64
FLEETS = "arn:${AWS::Partition}:iam::*:role/StackSet-*"
"""Roles that stacks of a stack set made; which of them may read is said by their own policies."""


def build(template: Template) -> None:
    """Add the key and the secret, and let the fleets' accounts read it."""
    key = customer_key(
        template, "OriginSecret", "The secret header between CloudFront and the origins.", _decrypt(template)
    )
    secret = _secret(template, key)
    _policy(template, secret)
    give(template, ORIGIN_SECRET_ARN, Ref(secret))


def _decrypt(template: Template) -> Statement:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html."""
    return Statement(
        Sid="FleetsDecrypt",
        Effect=Allow,
        Principal=Principal("AWS", setting(template, facts.TARGET_ACCOUNTS)),
        Action=[kms_actions.Decrypt],
        Resource=["*"],
        Condition=Condition(
            [
                ArnLike({"aws:PrincipalArn": Sub(FLEETS)}),
                StringEquals({"kms:ViaService": Sub("secretsmanager.${AWS::Region}.amazonaws.com")}),
            ]
        ),
    )


def _secret(template: Template, key: kms.Key) -> secretsmanager.Secret:
    secret = secretsmanager.Secret(
        "OriginSecret",
        Description="Header by which web servers know CloudFront; docs/origin-secret.md says how to rotate it.",
        GenerateSecretString=secretsmanager.GenerateSecretString(
            ExcludePunctuation=True, IncludeSpace=False, PasswordLength=LENGTH
        ),
        KmsKeyId=GetAtt(key, "Arn"),
        Name=unique_name(Ref(facts.PROJECT), Ref(facts.ENVIRONMENT), "origin"),
        Tags=name_tag(template, "origin-secret"),
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(
            "Without it anybody with a distribution of their own could reach the web balancers through CloudFront.",
            must=(
                "Letters and digits only: it is part of a header and of a pattern.",
                "Named so that StackSets' role can read it for the distribution, and no other secret.",
            ),
            mutable="must-never-change",
        ),
    )
    suppress(
        secret,
        "Rotated by hand, in the three steps of docs/origin-secret.md: the distribution must follow each rotation "
        "before the next, which a schedule would not wait for.",
        checkov=("CKV2_AWS_57",),
        nag=(
            "AwsSolutions-SMG4",
            "HIPAA.Security-SecretsManagerRotationEnabled",
            "NIST.800.53.R5-SecretsManagerRotationEnabled",
        ),
    )
    return template.add_resource(secret)


def _policy(template: Template, secret: secretsmanager.Secret) -> None:
    read = Statement(
        Sid="FleetsRead",
        Effect=Allow,
        Principal=Principal("AWS", setting(template, facts.TARGET_ACCOUNTS)),
        Action=[actions.GetSecretValue],
        Resource=["*"],
        Condition=Condition(ArnLike({"aws:PrincipalArn": Sub(FLEETS)})),
    )
    template.add_resource(
        secretsmanager.ResourcePolicy(
            "OriginSecretPolicy",
            SecretId=Ref(secret),
            BlockPublicPolicy=True,
            ResourcePolicy=PolicyDocument(Version="2012-10-17", Statement=[read]),
            Metadata=context(
                "Web instances of every geography read it from their own accounts.",
                must=("Only accounts of the environment, and there only roles that stacks made.",),
                mutable="review-required",
            ),
        )
    )
