"""Trust policies: who may become a role."""

from __future__ import annotations

from awacs.aws import Allow, ConditionElement, PolicyDocument, Principal, Statement
from awacs.aws import Condition as When
from awacs.sts import AssumeRole
from troposphere import AWSHelperFn


def trust_service(service: str, *conditions: ConditionElement) -> PolicyDocument:
    """Let an AWS service, such as `ec2.amazonaws.com`, assume the role under all of `conditions`."""
    return _trust(Principal("Service", service), conditions)


def trust_principal(arn: AWSHelperFn) -> PolicyDocument:
    """Let one role, or everybody in the account of a `:root` ARN who is allowed to, assume the role."""
    return _trust(Principal("AWS", arn), ())


def _trust(principal: Principal, conditions: tuple[ConditionElement, ...]) -> PolicyDocument:
    narrowed = {"Condition": When(list(conditions))} if conditions else {}
    statement = Statement(Effect=Allow, Principal=principal, Action=[AssumeRole], **narrowed)
    return PolicyDocument(Version="2012-10-17", Statement=[statement])
