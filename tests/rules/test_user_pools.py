from __future__ import annotations

import pytest

from cfngen.rules.user_pools import UserPoolsRule

from .weakening import weakened

POOL = """\
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: MFA
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      AutoVerifiedAttributes: [email]
      UserAttributeUpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email]}
      AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_email, Priority: 1}]}
      AdminCreateUserConfig: {AllowAdminCreateUserOnly: INVITED}
      DeletionProtection: ACTIVE
      UserPoolTier: PLUS
      UserPoolAddOns: {AdvancedSecurityMode: ENFORCED}
      Policies:
        PasswordPolicy:
          MinimumLength: 12
          RequireLowercase: true
          RequireNumbers: true
          RequireSymbols: true
          RequireUppercase: true
          TemporaryPasswordValidityDays: 1
          PasswordHistorySize: 3
"""
CLIENT = """\
    Type: AWS::Cognito::UserPoolClient
    Properties:
      GenerateSecret: true
      EnableTokenRevocation: true
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      PreventUserExistenceErrors: ENABLED
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
      AccessTokenValidity: 60
      IdTokenValidity: 1
      RefreshTokenValidity: 8
      TokenValidityUnits: {AccessToken: minutes, IdToken: hours, RefreshToken: hours}
"""
WATCH = """\
  NAMERisks:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref NAME
      AccountTakeoverRiskConfiguration:
        Actions:
          HighAction: {EventAction: BLOCK}
          MediumAction: {EventAction: MFA_REQUIRED}
          LowAction: {EventAction: MFA_IF_CONFIGURED}
      CompromisedCredentialsRiskConfiguration: {Actions: {EventAction: BLOCK}}
  NAMELogs:
    Type: AWS::Cognito::LogDeliveryConfiguration
    Properties:
      UserPoolId: !Ref NAME
      LogConfigurations:
        - {EventSource: userNotification, LogLevel: ERROR, CloudWatchLogsConfiguration: {LogGroupArn: x}}
        - {EventSource: userAuthEvents, LogLevel: INFO, CloudWatchLogsConfiguration: {LogGroupArn: x}}
"""
GOOD = "\n".join(
    [
        "Resources:\n  Doctors:",
        POOL.replace("INVITED", "true").replace("MFA\n", "'ON'\n", 1),
        "  Patients:",
        POOL.replace("INVITED", "false").replace("MFA\n", "OPTIONAL\n", 1),
        "  Client:",
        CLIENT,
        WATCH.replace("NAME", "Doctors"),
        WATCH.replace("NAME", "Patients"),
    ]
)


def test_pools_that_are_guarded_are_accepted(matches):
    assert matches(UserPoolsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("MinimumLength: 12", "MinimumLength: 8", "MinimumLength must be 12 at least"),
        ("RequireSymbols: true", "RequireSymbols: false", "RequireSymbols must be true"),
        ("TemporaryPasswordValidityDays: 1", "TemporaryPasswordValidityDays: 7", "ValidityDays must be 1"),
        ("PasswordHistorySize: 3", "", "PasswordHistorySize must be 3"),
        ("MfaConfiguration: 'ON'", "MfaConfiguration: 'OFF'", "MfaConfiguration must not be OFF"),
        ("MfaConfiguration: 'ON'", "MfaConfiguration: OPTIONAL", "MfaConfiguration must be ON"),
        ("[SOFTWARE_TOKEN_MFA]", "[SMS_MFA]", "EnabledMfas must have SOFTWARE_TOKEN_MFA"),
        ("AutoVerifiedAttributes: [email]", "", "AutoVerifiedAttributes must have email"),
        ("UpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email]}", "UpdateSettings: {}", "BeforeUpdate"),
        ("AllowAdminCreateUserOnly: true", "AllowAdminCreateUserOnly: false", "true where MFA is mandatory"),
        ("{AllowAdminCreateUserOnly: false}", "{}", "AllowAdminCreateUserOnly must be said"),
        ("AdvancedSecurityMode: ENFORCED", "AdvancedSecurityMode: AUDIT", "must be ENFORCED"),
        ("UserPoolTier: PLUS", "UserPoolTier: LITE", "UserPoolTier must"),
        ("DeletionProtection: ACTIVE", "DeletionProtection: INACTIVE", "DeletionProtection must be ACTIVE"),
        ("Name: verified_email, ", "", "RecoveryMechanisms.*.Name must say how"),
        ("GenerateSecret: true", "GenerateSecret: false", "GenerateSecret must be true"),
        ("EnableTokenRevocation: true", "", "EnableTokenRevocation must be true"),
        ("AllowedOAuthFlows: [code]", "AllowedOAuthFlows: [code, implicit]", "must be code alone"),
        ("PreventUserExistenceErrors: ENABLED", "", "PreventUserExistenceErrors must be ENABLED"),
        ("[ALLOW_USER_SRP_AUTH,", "[ALLOW_USER_SRP_AUTH, ALLOW_USER_PASSWORD_AUTH,", "which sends the password"),
        ("AccessTokenValidity: 60", "AccessTokenValidity: 120", "AccessTokenValidity must be 60 minutes at most"),
        ("RefreshTokenValidity: 8", "RefreshTokenValidity: 80", "RefreshTokenValidity must be 1440 minutes"),
        ("AccessToken: minutes, ", "", "by TokenValidityUnits.AccessToken"),
        ("HighAction: {EventAction: BLOCK}", "HighAction: {EventAction: NO_ACTION}", "HighAction.EventAction must be"),
        ("MediumAction: {EventAction: MFA_REQUIRED}", "", "MediumAction.EventAction must ask for MFA"),
        ("Configuration: {Actions: {EventAction: BLOCK}}", "Configuration: {}", "must be BLOCK"),
        ("LogLevel: INFO", "LogLevel: ERROR", "userAuthEvents with LogLevel INFO"),
        ("UserPoolId: !Ref Patients", "UserPoolId: other", "UserPoolRiskConfigurationAttachment"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = [what for _, what in matches(UserPoolsRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)


def test_threat_protection_may_be_a_choice_whose_other_side_has_none(matches):
    chosen = "UserPoolAddOns: !If [Protects, {AdvancedSecurityMode: ENFORCED}, !Ref AWS::NoValue]"
    assert matches(UserPoolsRule(), GOOD.replace("UserPoolAddOns: {AdvancedSecurityMode: ENFORCED}", chosen)) == []
