"""Lets an instance role read the origin secret, which is in the edge's account, under a key of its own."""

from __future__ import annotations

from awacs import kms, secretsmanager
from awacs.aws import Allow, Condition, PolicyDocument, Statement, StringEquals
from troposphere import AWSHelperFn, If, NoValue, Ref, Select, Split, Sub, Template, iam

from .metadata import context, suppress

IS_BEHIND_EDGE = "IsBehindEdge"


def origin_reader(template: Template, secret: Ref) -> If:
    """Add the policy where there is a secret, and return its ARN for a role; `secret` is the secret's ARN."""
    policy = iam.ManagedPolicy(
        "OriginSecretPolicy",
        Condition=IS_BEHIND_EDGE,
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[_read(secret), _decrypt(secret)]),
        Metadata=context(
            "Web servers compare the header of each request with it.",
            must=("This one secret, and its key for this secret alone.",),
            mutable="review-required",
        ),
    )
    suppress(
        policy,
        "The key is in another account and known by no wire; the encryption context limits it to this one secret.",
        nag=("AwsSolutions-IAM5",),
    )
    return If(IS_BEHIND_EDGE, Ref(template.add_resource(policy)), NoValue)


def _read(secret: Ref) -> Statement:
    return Statement(Sid="Read", Effect=Allow, Action=[secretsmanager.GetSecretValue], Resource=[secret])


def _decrypt(secret: Ref) -> Statement:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html."""
    arn = "arn:${AWS::Partition}:kms:${Region}:${Account}:key/*"
    return Statement(
        Sid="Decrypt",
        Effect=Allow,
        Action=[kms.Decrypt],
        Resource=[Sub(arn, Region=_part(secret, 3), Account=_part(secret, 4))],
        Condition=Condition(StringEquals({"kms:EncryptionContext:SecretARN": secret})),
    )


def _part(arn: Ref, position: int) -> AWSHelperFn:
    return Select(position, Split(":", arn))
