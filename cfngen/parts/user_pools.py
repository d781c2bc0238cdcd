"""A Cognito user pool as both of ours are: strong passwords, threat protection, records of every sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import AWSHelperFn, Equals, GetAtt, If, Not, NoValue, Parameter, Ref, Sub, Template, cognito
from troposphere import logs as cloudwatch_logs

from .. import facts, names
from ..layer import setting
from .log_groups import log_group
from .metadata import context

THREAT_PROTECTION = Parameter(
    "ThreatProtection",
    Type="String",
    Default="ENFORCED",
    AllowedValues=["ENFORCED", "AUDIT", "OFF"],
    Description="Whether Cognito blocks risky sign-ins and leaked passwords, only records them, or neither; all but "
    "OFF need the Plus tier, which is billed by active user.",
)
USER_POOL_DELETION_PROTECTION = Parameter(
    "UserPoolDeletionProtection",
    Type="String",
    Default="ACTIVE",
    AllowedValues=["ACTIVE", "INACTIVE"],
    Description="Whether Cognito refuses to delete the user pools; INACTIVE before destroying an environment, and "
    "while a first deployment may still fail: a protected pool cannot be rolled back.",
)
EMAIL_IDENTITY_ARN = Parameter(
    "EmailIdentityArn",
    Type="String",
    Default="",
    AllowedPattern="(arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[A-Za-z0-9@._-]+)?",
    Description="SES identity that e-mails to users come from; without one Cognito sends them, 50 a day.",
)

HAS_THREAT_PROTECTION = "HasThreatProtection"
HAS_EMAIL_IDENTITY = "HasEmailIdentity"

TOKEN_MINUTES = 15
"""How long a stolen access token is of use."""


@dataclass(frozen=True)
class Audience:
    """Whom a pool is for, and what differs between the pools."""

    title: str
    """Begins logical ids: `Doctor`."""
    who: str
    """The plural, in names: `doctors`."""
    why: str
    mfa: str | Parameter
    invited: bool
    """Whether administrators make the users; else people sign up themselves."""
    recovery: str
    password_length: int
    session_hours: int


def add_pool_conditions(template: Template) -> None:
    """Add what the pools depend on, and the facts that they are named by."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.GEOGRAPHY, facts.DOMAIN_NAME):
        setting(template, fact)
    off = Equals(setting(template, THREAT_PROTECTION), "OFF")
    template.add_condition(HAS_THREAT_PROTECTION, Not(off))
    template.add_condition(HAS_EMAIL_IDENTITY, Not(Equals(setting(template, EMAIL_IDENTITY_ARN), "")))


def user_pool(template: Template, audience: Audience, must: tuple[str, ...]) -> cognito.UserPool:
    """Add a pool; its attributes are the standard ones, because they can be neither changed nor removed later."""
    mfa = audience.mfa if isinstance(audience.mfa, str) else setting(template, audience.mfa)
    return template.add_resource(
        cognito.UserPool(
            f"{audience.title}Pool",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(audience.why, must=must, mutable="must-never-change"),
            AccountRecoverySetting=cognito.AccountRecoverySetting(
                RecoveryMechanisms=[cognito.RecoveryOption(Name=audience.recovery, Priority=1)]
            ),
            AdminCreateUserConfig=cognito.AdminCreateUserConfig(AllowAdminCreateUserOnly=audience.invited),
            AutoVerifiedAttributes=["email"],
            DeletionProtection=setting(template, USER_POOL_DELETION_PROTECTION),
            EmailConfiguration=_email(template),
            EnabledMfas=["SOFTWARE_TOKEN_MFA"],
            MfaConfiguration=mfa,
            Policies=cognito.Policies(PasswordPolicy=_passwords(audience)),
            UserAttributeUpdateSettings=cognito.UserAttributeUpdateSettings(
                AttributesRequireVerificationBeforeUpdate=["email"]
            ),
            UsernameAttributes=["email"],
            UsernameConfiguration=cognito.UsernameConfiguration(CaseSensitive=False),
            UserPoolAddOns=cognito.UserPoolAddOns(AdvancedSecurityMode=setting(template, THREAT_PROTECTION)),
            UserPoolName=Sub(f"${{Project}}-${{Environment}}-{audience.who}"),
            UserPoolTier=If(HAS_THREAT_PROTECTION, "PLUS", "ESSENTIALS"),
        )
    )


def _email(template: Template) -> AWSHelperFn:
    identity = cognito.EmailConfiguration(
        EmailSendingAccount="DEVELOPER",
        From=Sub("no-reply@${DomainName}"),
        SourceArn=setting(template, EMAIL_IDENTITY_ARN),
    )
    return If(HAS_EMAIL_IDENTITY, identity, NoValue)


def _passwords(audience: Audience) -> cognito.PasswordPolicy:
    return cognito.PasswordPolicy(
        MinimumLength=audience.password_length,
        PasswordHistorySize=If(HAS_THREAT_PROTECTION, 3, NoValue),
        RequireLowercase=True,
        RequireNumbers=True,
        RequireSymbols=True,
        RequireUppercase=True,
        TemporaryPasswordValidityDays=1,
    )


def app_client(template: Template, audience: Audience, pool: cognito.UserPool) -> cognito.UserPoolClient:
    """Add the web tier's client: it keeps a secret, and only pages of the geography's own hostname are returned to."""
    home = "https://${Geography}.${DomainName}"
    return template.add_resource(
        cognito.UserPoolClient(
            f"{audience.title}Client",
            Metadata=context("The web tier signs people in with it.", mutable="change-with-constraints"),
            AccessTokenValidity=TOKEN_MINUTES,
            AllowedOAuthFlows=["code"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=["email", "openid", "profile"],
            CallbackURLs=[Sub(f"{home}/signed-in/{audience.who}")],
            EnableTokenRevocation=True,
            ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            GenerateSecret=True,
            IdTokenValidity=TOKEN_MINUTES,
            LogoutURLs=[Sub(f"{home}/signed-out")],
            PreventUserExistenceErrors="ENABLED",
            RefreshTokenValidity=audience.session_hours,
            SupportedIdentityProviders=["COGNITO"],
            TokenValidityUnits=cognito.TokenValidityUnits(
                AccessToken="minutes", IdToken="minutes", RefreshToken="hours"
            ),
            UserPoolId=Ref(pool),
        )
    )


def sign_in_domain(template: Template, audience: Audience, pool: cognito.UserPool) -> cognito.UserPoolDomain:
    """Add the host name of the pool's sign-in pages."""
    name = names.sign_in_domain("${Project}", "${Environment}", "${AWS::AccountId}", audience.who)
    return template.add_resource(
        cognito.UserPoolDomain(
            f"{audience.title}Domain",
            Metadata=context("Unique in the region over all of AWS's customers, hence the account in it."),
            Domain=Sub(name),
            UserPoolId=Ref(pool),
        )
    )


def risk_response(
    template: Template, audience: Audience, pool: cognito.UserPool
) -> cognito.UserPoolRiskConfigurationAttachment:
    """Add what threat protection does: block what is surely an attack, ask for MFA at what may be one."""
    actions = {"LowAction": "NO_ACTION", "MediumAction": "MFA_IF_CONFIGURED", "HighAction": "BLOCK"}
    takeover = cognito.AccountTakeoverActionsType(
        **{name: cognito.AccountTakeoverActionType(EventAction=actions[name], Notify=False) for name in actions}
    )
    return template.add_resource(
        cognito.UserPoolRiskConfigurationAttachment(
            f"{audience.title}Risks",
            Condition=HAS_THREAT_PROTECTION,
            Metadata=context("A leaked password is of no use, and a stolen account is locked.", must=("block",)),
            AccountTakeoverRiskConfiguration=cognito.AccountTakeoverRiskConfigurationType(Actions=takeover),
            ClientId="ALL",
            CompromisedCredentialsRiskConfiguration=cognito.CompromisedCredentialsRiskConfigurationType(
                Actions=cognito.CompromisedCredentialsActionsType(EventAction="BLOCK")
            ),
            UserPoolId=Ref(pool),
        )
    )


def sign_in_records(
    template: Template, audience: Audience, pool: cognito.UserPool, key: AWSHelperFn
) -> cognito.LogDeliveryConfiguration:
    """Add the log of every sign-in, which the Plus tier writes, and of e-mails that could not be sent."""
    why = "Who signed in, when, from where and at what risk."
    group = log_group(template, f"{audience.title}Logs", key, why)
    failures, sign_ins = (_logged(group, source, level) for source, level in LOGGED)
    return template.add_resource(
        cognito.LogDeliveryConfiguration(
            f"{audience.title}Records",
            Metadata=context("The audit's answer to who was there."),
            LogConfigurations=[failures, If(HAS_THREAT_PROTECTION, sign_ins, NoValue)],
            UserPoolId=Ref(pool),
        )
    )


LOGGED = (("userNotification", "ERROR"), ("userAuthEvents", "INFO"))
"""https://docs.aws.amazon.com/cognito/latest/developerguide/exporting-quotas-and-usage.html."""


def _logged(group: cloudwatch_logs.LogGroup, source: str, level: str) -> Any:
    to = cognito.CloudWatchLogsConfiguration(LogGroupArn=GetAtt(group, "Arn"))
    return cognito.LogConfiguration(CloudWatchLogsConfiguration=to, EventSource=source, LogLevel=level)
