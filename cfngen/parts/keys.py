"""Customer managed keys as all of ours are: rotated, retained, found by an alias, delegating to IAM."""

from __future__ import annotations

from awacs.aws import Action, Allow, AWSPrincipal, PolicyDocument, Statement
from troposphere import Ref, Sub, Template, kms

from .. import facts
from ..layer import setting
from .metadata import context
from .tags import name_tag

EVERYTHING = Action("kms", "*")
PENDING_DAYS = 30
"""How long a key that somebody deletes can still be saved: the longest that KMS offers."""


def customer_key(template: Template, kind: str, why: str, *users: Statement, condition: str = "") -> kms.Key:
    """Add the key `<kind>Key` and its alias `<project>-<environment>-<kind>-key`; `users` are who else may use it."""
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    name = f"{kind.lower()}-key"
    only = {"Condition": condition} if condition else {}
    key = template.add_resource(
        kms.Key(
            f"{kind}Key",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(why, must=("rotate every year", "outlive what it encrypts"), mutable="must-never-change"),
            Description=Sub("${Project} ${Environment}: " + why),
            EnableKeyRotation=True,
            KeyPolicy=PolicyDocument(Version="2012-10-17", Statement=[_this_account(), *users]),
            PendingWindowInDays=PENDING_DAYS,
            Tags=name_tag(template, name),
            **only,
        )
    )
    template.add_resource(
        kms.Alias(
            f"{kind}KeyAlias",
            Metadata=context("For people, and for the geography's other region, which cannot know the key's id."),
            AliasName=Sub("alias/${Project}-${Environment}-" + name),
            TargetKeyId=Ref(key),
            **only,
        )
    )
    return key


def _this_account() -> Statement:
    """Let IAM policies of this account decide, as AWS advises: a key without this can become unmanageable."""
    return Statement(
        Sid="IamDecides",
        Effect=Allow,
        Principal=AWSPrincipal(Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        Action=[EVERYTHING],
        Resource=["*"],
    )
