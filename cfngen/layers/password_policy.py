"""The account's password policy.

CloudFormation has no type for it, so a function sets it and keeps what was there before: when the stack goes, that
comes back. It refuses to set anything weaker than the company's rules.
"""

from __future__ import annotations

from awacs.aws import Statement
from troposphere import GetAtt, Parameter, Sub, Template, awslambda
from troposphere.cloudformation import CustomResource

from .. import facts
from ..layer import Classification, setting, take
from ..parts.functions import Code, inline_function
from ..parts.metadata import context
from ..parts.statements import ANYTHING, allow
from . import audit

CLASSIFICATION = Classification.AUDIT

PASSWORD_LENGTH = Parameter(
    "PasswordLength",
    Type="Number",
    Default="16",
    MinValue=8,
    MaxValue=128,
    Description="Least number of characters of a password: 16 by default, never under 8.",
)

TYPE = "Custom::PasswordPolicy"
EXPIRY_DAYS = 90
REMEMBERED = 3
"""Passwords before the present one that cannot be used again."""

PREVIOUS_POLICY = "/${Project}/${Environment}/account/PreviousPasswordPolicy"
"""SSM parameter in which the function keeps the policy that was there before."""

FUNCTION = Code(
    "PasswordPolicyFunction", "password_policy", "Sets the account's password policy, for which there is no type."
)


def build(template: Template) -> None:
    """Add the function and the policy that it sets."""
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    function = inline_function(template, FUNCTION, take(template, audit.AUDIT_KEY_ARN), _rights())
    _policy(template, function)


def _rights() -> tuple[Statement, ...]:
    parameter = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter" + PREVIOUS_POLICY
    return (
        allow(
            "PasswordPolicy",
            "iam:DeleteAccountPasswordPolicy GetAccountPasswordPolicy UpdateAccountPasswordPolicy",
            ANYTHING,  # an account has one, without an ARN
        ),
        allow("PreviousPolicy", "ssm:DeleteParameter GetParameter PutParameter", parameter),
    )


def _policy(template: Template, function: awslambda.Function) -> CustomResource:
    policy = CustomResource(
        "PasswordPolicy",
        Metadata=context(
            "One exists per account, so whoever writes last wins: exactly one environment manages an account.",
            must=("Nothing weaker than the company's rules.",),
            mutable="change-with-constraints",
        ),
        ServiceToken=GetAtt(function, "Arn"),
        ServiceTimeout=300,
        AllowUsersToChangePassword=True,
        HardExpiry=False,
        MaxPasswordAge=EXPIRY_DAYS,
        MinimumPasswordLength=setting(template, PASSWORD_LENGTH),
        PasswordReusePrevention=REMEMBERED,
        PreviousPolicyParameter=Sub(PREVIOUS_POLICY),
        RequireLowercaseCharacters=True,
        RequireNumbers=True,
        RequireSymbols=True,
        RequireUppercaseCharacters=True,
    )
    policy.resource["Type"] = TYPE
    return template.add_resource(policy)
