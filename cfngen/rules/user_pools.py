"""E9145: people sign in with strong passwords, MFA and threat protection, and a sign-in does not last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, at_least, defaults, given, items, lacking, one_of, unmet
from cfngen.rules._values import is_true

POOL, CLIENT, LOGS = "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::LogDeliveryConfiguration"
RISKS = "AWS::Cognito::UserPoolRiskConfigurationAttachment"
WORDS = "Policies.PasswordPolicy"
TAKEOVER = "AccountTakeoverRiskConfiguration.Actions"

LONGEST = {"AccessTokenValidity": 60, "IdTokenValidity": 60, "RefreshTokenValidity": 24 * 60}
"""Minutes that each token may last."""

UNITS = {"seconds": 1 / 60, "minutes": 1, "hours": 60, "days": 24 * 60}

TABLE = (
    Setting(POOL, f"{WORDS}.MinimumLength", at_least(12), "must be 12 at least"),
    *(
        Setting(POOL, f"{WORDS}.{name}", is_true, "must be true")
        for name in ("RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase")
    ),
    Setting(POOL, f"{WORDS}.TemporaryPasswordValidityDays", one_of(1, "1"), "must be 1"),
    Setting(POOL, f"{WORDS}.PasswordHistorySize", at_least(3), "must be 3 at least", by_default=True),
    Setting(POOL, "MfaConfiguration", one_of("ON", "OPTIONAL"), "must not be OFF"),
    Setting(POOL, "UserPoolAddOns.AdvancedSecurityMode", one_of("ENFORCED"), "must be ENFORCED", by_default=True),
    Setting(POOL, "UserPoolTier", one_of("PLUS"), "must be PLUS, which threat protection needs", by_default=True),
    Setting(POOL, "UserPoolTier", one_of("PLUS", "ESSENTIALS"), "must not be LITE"),
    Setting(POOL, "DeletionProtection", one_of("ACTIVE"), "must be ACTIVE", by_default=True),
    Setting(POOL, "AccountRecoverySetting.RecoveryMechanisms.*.Name", given, "must say how"),
    Setting(POOL, "AccountRecoverySetting.RecoveryMechanisms.*.Priority", given, "must say in which order"),
    Setting(POOL, "AccountRecoverySetting.RecoveryMechanisms", given, "must say how"),
    Setting(CLIENT, "GenerateSecret", is_true, "must be true"),
    Setting(CLIENT, "EnableTokenRevocation", is_true, "must be true"),
    Setting(CLIENT, "AllowedOAuthFlowsUserPoolClient", is_true, "must be true"),
    Setting(CLIENT, "AllowedOAuthFlows", one_of(["code"]), "must be code alone"),
    Setting(CLIENT, "PreventUserExistenceErrors", one_of("ENABLED"), "must be ENABLED"),
    Setting(RISKS, f"{TAKEOVER}.HighAction.EventAction", one_of("BLOCK"), "must be BLOCK"),
    Setting(
        RISKS,
        f"{TAKEOVER}.MediumAction.EventAction",
        one_of("BLOCK", "MFA_REQUIRED", "MFA_IF_CONFIGURED"),
        "must ask for MFA or block",
    ),
    Setting(RISKS, f"{TAKEOVER}.LowAction.EventAction", given, "must be given"),
    Setting(RISKS, "CompromisedCredentialsRiskConfiguration.Actions.EventAction", one_of("BLOCK"), "must be BLOCK"),
    Setting(LOGS, "LogConfigurations.*.CloudWatchLogsConfiguration.LogGroupArn", given, "must name a log group"),
)


class UserPoolsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Whoever cannot sign in as a doctor reads no patient's records."""

    id = "E9145"
    shortdesc = "User pools have strong passwords, MFA, threat protection and short sign-ins"
    description = (
        "Passwords of 12 characters and all kinds, MFA by an authenticator, threat protection enforced by default and "
        "acting on risks, verified addresses, sign-in records; clients have a secret, the code flow and tokens that "
        "expire. Only a pool that says so by AllowAdminCreateUserOnly: false admits strangers, and not all pools do."
    )
    source_url = "https://docs.aws.amazon.com/cognito/latest/developerguide/security-best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "sign-in"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way in that is too wide."""
        for finding in unmet(cfn, TABLE):
            if not _without_threat_protection(finding):
                yield finding
        yield from lacking(cfn, POOL, "EnabledMfas", ["SOFTWARE_TOKEN_MFA"])
        yield from lacking(cfn, POOL, "AutoVerifiedAttributes", ["email"])
        yield from lacking(
            cfn, POOL, "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", ["email"]
        )
        yield from lacking(cfn, CLIENT, "ExplicitAuthFlows", ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        yield from _passwords_in_the_clear(cfn)
        yield from _open_pools(cfn)
        yield from _watched(cfn)
        for name, resource in _values.resources(cfn, CLIENT):
            yield from _tokens(cfn, name, _values.mapping(resource.get("Properties")))


def _without_threat_protection(finding: RuleMatch) -> bool:
    """Whether what is missing is the branch for pools without threat protection, which a setting chooses."""
    return finding.path[-2:] == ["Fn::If", 2] and not finding.message.endswith("LITE")


def _passwords_in_the_clear(cfn: Template) -> Iterator[RuleMatch]:
    for name, leaf, flows in items(cfn, CLIENT, "ExplicitAuthFlows"):
        for flow in flows:
            if "PASSWORD" in str(flow):
                yield RuleMatch(leaf.path, f"{name}: ExplicitAuthFlows must not have {flow}, which sends the password")


def _open_pools(cfn: Template) -> Iterator[RuleMatch]:
    """A pool says who may sign up, and at least one of several pools is for invited people."""
    found = list(_values.properties(cfn, ("AdminCreateUserConfig", "AllowAdminCreateUserOnly"), POOL))
    for name, leaf in found:
        if not (is_true(leaf.value) or _values.is_false(leaf.value)):
            yield RuleMatch(leaf.path, f"{name}: AdminCreateUserConfig.AllowAdminCreateUserOnly must be said")
    mandatory = {name for name, leaf in _values.properties(cfn, ("MfaConfiguration",), POOL) if leaf.value == "ON"}
    optional = {name for name, leaf in _values.properties(cfn, ("MfaConfiguration",), POOL) if leaf.value != "ON"}
    for name, leaf in found:
        if name in mandatory - optional and not is_true(leaf.value):
            what = (
                "AllowAdminCreateUserOnly (AdminCreateUserConfig) must be true where MFA is mandatory: staff is invited"
            )
            yield RuleMatch(leaf.path, f"{name}: {what}")
    if found and not mandatory - optional:
        what = "MfaConfiguration must be ON in the pool of those whom administrators create"
        yield RuleMatch(["Resources", found[0][0]], f"{found[0][0]}: {what}")


def _watched(cfn: Template) -> Iterator[RuleMatch]:
    """Each pool has its risks and its records, in the same template."""
    for kind in (RISKS, LOGS):
        watched = {_values.ref(leaf.value) for _, leaf in _values.properties(cfn, ("UserPoolId",), kind)}
        for name, _ in _values.resources(cfn, POOL):
            if name not in watched:
                yield RuleMatch(["Resources", name], f"{name}: it must have a {kind.rpartition('::')[2]} ({kind})")
    for name, leaf, records in items(defaults(cfn), LOGS, "LogConfigurations"):
        sources = {_values.mapping(each).get("EventSource"): _values.mapping(each).get("LogLevel") for each in records}
        for source, level in (("userNotification", "ERROR"), ("userAuthEvents", "INFO")):
            if sources.get(source) != level:
                what = f"LogConfigurations must have EventSource {source} with LogLevel {level}"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _tokens(cfn: Template, name: str, client: Mapping[str, object]) -> Iterator[RuleMatch]:
    units = _values.mapping(client.get("TokenValidityUnits"))
    for key, longest in LONGEST.items():
        unit = UNITS.get(str(units.get(key.removesuffix("Validity"))))
        for leaf in _values.values_at(cfn, client, (key,), ["Resources", name, "Properties"]):
            number = _values.number(leaf.value)
            if unit is None or number is None or not 0 < number * unit <= longest:
                what = f"{key} must be {longest} minutes at most, by TokenValidityUnits.{key.removesuffix('Validity')}"
                yield RuleMatch(leaf.path, f"{name}: {what}")
