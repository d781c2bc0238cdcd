"""Trust policies: who may become a role."""

from __future__ import annotations

from awacs.aws import Allow, ConditionElement, ForAnyValueStringLike, PolicyDocument, Principal, Statement, StringEquals
from awacs.aws import Condition as When
from awacs.sts import AssumeRole, AssumeRoleWithWebIdentity
from troposphere import AWSHelperFn

UNBOUND = (
    "AWS documents this service's trust without a condition, and one that the service does not fill in would stop it "
    "silently; it gets the role only from who may pass it, and that is StackSets alone."
)
"""Why a role trusts a service without naming the account: S3's replication and AWS Backup.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
"""


def trust_service(service: str, *conditions: ConditionElement) -> PolicyDocument:
    """Let an AWS service, such as `ec2.amazonaws.com`, assume the role under all of `conditions`."""
    return _trust(Principal("Service", service), conditions)


def trust_principal(arn: AWSHelperFn, *conditions: ConditionElement) -> PolicyDocument:
    """Let one role, or everybody in the account of a `:root` ARN who is allowed to, assume the role."""
    return _trust(Principal("AWS", arn), conditions)


def trust_identity_pool(pool: AWSHelperFn) -> PolicyDocument:
    """Let those whom a Cognito identity pool has signed in assume the role, and no guests."""
    issuer = "cognito-identity.amazonaws.com"
    conditions = [StringEquals({f"{issuer}:aud": pool}), ForAnyValueStringLike({f"{issuer}:amr": "authenticated"})]
    statement = Statement(
        Effect=Allow,
        Principal=Principal("Federated", issuer),
        Action=[AssumeRoleWithWebIdentity],
        Condition=When(conditions),
    )
    return PolicyDocument(Version="2012-10-17", Statement=[statement])


def trust_token(provider: AWSHelperFn, condition: ConditionElement) -> PolicyDocument:
    """Let those whose token an OIDC provider has signed assume the role, as far as the condition on its claims goes."""
    statement = Statement(
        Effect=Allow,
        Principal=Principal("Federated", provider),
        Action=[AssumeRoleWithWebIdentity],
        Condition=When(condition),
    )
    return PolicyDocument(Version="2012-10-17", Statement=[statement])


def _trust(principal: Principal, conditions: tuple[ConditionElement, ...]) -> PolicyDocument:
    narrowed = {"Condition": When(list(conditions))} if conditions else {}
    statement = Statement(Effect=Allow, Principal=principal, Action=[AssumeRole], **narrowed)
    return PolicyDocument(Version="2012-10-17", Statement=[statement])
