"""The resource types of detection, users and backups, as in `cases`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cfngen.local.clients import Clients

from .cases import Case, Properties
from .worlds import World

FSBP = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"


def one_of(w: World, kind: str, **properties: Any) -> Any:
    """The resource of a type that was made before, or a new one: some exist once per account and region."""
    made = [made for known, made, _ in w.there if known == kind]
    return made[0] if made else w.make(kind, properties)


def recorder(w: World, *, global_types: bool) -> Properties:
    role = f"arn:aws:iam::{w.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    group = {"AllSupported": "true", "IncludeGlobalResourceTypes": str(global_types).lower()}
    return {"Name": "recorder", "RoleARN": role, "RecordingGroup": group}


def channel(w: World, frequency: str) -> Properties:
    one_of(w, "AWS::Config::ConfigurationRecorder", **recorder(w, global_types=True))
    how = {"DeliveryFrequency": frequency}
    return {"Name": "channel", "S3BucketName": w.bucket, "ConfigSnapshotDeliveryProperties": how}


def rule(days: str) -> Properties:
    source = {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"}
    return {"ConfigRuleName": "keys", "Source": source, "InputParameters": {"maxAccessKeyAge": days}}


def see_recorder(c: Clients, name: str) -> Any:
    found = c("config").describe_configuration_recorders(ConfigurationRecorderNames=[name])
    return found["ConfigurationRecorders"][0]


def see_channel(c: Clients, name: str) -> Any:
    found = c("config").describe_delivery_channels(DeliveryChannelNames=[name])["DeliveryChannels"][0]
    states = c("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    return {**found, "recording": [state["recording"] for state in states]}


RECORDERS = [
    Case(
        "AWS::Config::ConfigurationRecorder",
        lambda w: recorder(w, global_types=False),
        lambda c, i, p: see_recorder(c, i),
        lambda w: recorder(w, global_types=True),
        lambda f: f["recordingGroup"]["allSupported"] and f["recordingGroup"]["includeGlobalResourceTypes"],
    ),
    Case(
        "AWS::Config::DeliveryChannel",
        lambda w: channel(w, "Six_Hours"),
        lambda c, i, p: see_channel(c, i),
        lambda w: channel(w, "TwentyFour_Hours"),
        lambda f: (
            f["configSnapshotDeliveryProperties"]["deliveryFrequency"] == "TwentyFour_Hours"
            and f["recording"] == [True]
        ),
    ),
    Case(
        "AWS::Config::ConfigRule",
        lambda w: rule("180"),
        lambda c, i, p: c("config").describe_config_rules(ConfigRuleNames=[i])["ConfigRules"][0],
        lambda w: rule("90"),
        lambda f: json.loads(f["InputParameters"]) == {"maxAccessKeyAge": "90"},
    ),
]


def detector(frequency: str) -> Properties:
    features = [{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}]
    return {"Enable": "true", "Features": features, "FindingPublishingFrequency": frequency}


def standards(c: Clients, arn: str) -> Any:
    return c("securityhub").get_enabled_standards(StandardsSubscriptionArns=[arn])["StandardsSubscriptions"][0]


def standard(w: World) -> Properties:
    one_of(w, "AWS::SecurityHub::Hub")
    return {"StandardsArn": FSBP}


DETECTORS = [
    Case(
        "AWS::GuardDuty::Detector",
        lambda w: detector("SIX_HOURS"),
        lambda c, i, p: c("guardduty").get_detector(DetectorId=i),
        lambda w: detector("FIFTEEN_MINUTES"),
        lambda f: f["FindingPublishingFrequency"] == "FIFTEEN_MINUTES" and f["Status"] == "ENABLED",
    ),
    Case(
        "AWS::SecurityHub::Hub",
        lambda w: {"EnableDefaultStandards": "false", "AutoEnableControls": "false"},
        lambda c, i, p: c("securityhub").describe_hub(),
        lambda w: {"EnableDefaultStandards": "false", "AutoEnableControls": "true"},
        lambda f: f["AutoEnableControls"] is True,
    ),
    Case("AWS::SecurityHub::Standard", standard, lambda c, i, p: standards(c, i)),
    Case(
        "AWS::AccessAnalyzer::Analyzer",
        lambda w: {"Type": "ACCOUNT_UNUSED_ACCESS", **unused(90)},
        lambda c, i, p: c("accessanalyzer").get_analyzer(analyzerName=i.rpartition("/")[2])["analyzer"],
        lambda w: {"Type": "ACCOUNT_UNUSED_ACCESS", **unused(30)},
        lambda f: f["configuration"]["unusedAccess"]["unusedAccessAge"] == 30,
    ),
]


def unused(days: int) -> Properties:
    return {"AnalyzerConfiguration": {"UnusedAccessConfiguration": {"UnusedAccessAge": days}}}


def pool(mfa: str) -> Properties:
    return {
        "UserPoolName": "doctors",
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": "true"},
        "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
        "MfaConfiguration": mfa,
        "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
        "UserPoolTags": {"Name": mfa},
    }


def see_pool(c: Clients, i: str) -> Any:
    mfa = c("cognito-idp").get_user_pool_mfa_config(UserPoolId=i)
    return {**c("cognito-idp").describe_user_pool(UserPoolId=i)["UserPool"], "mfa": mfa}


def a_pool(w: World) -> str:
    return str(one_of(w, "AWS::Cognito::UserPool", **pool("ON")).physical_id)


def an_identity_pool(w: World) -> str:
    return str(one_of(w, "AWS::Cognito::IdentityPool", AllowUnauthenticatedIdentities=False).physical_id)


def risks(w: World, action: str) -> Properties:
    taken = {"HighAction": {"EventAction": action, "Notify": "false"}}
    return {
        "UserPoolId": a_pool(w),
        "ClientId": "ALL",
        "AccountTakeoverRiskConfiguration": {"Actions": taken},
        "CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}},
    }


def see_risks(c: Clients, p: Properties) -> Any:
    found = c("cognito-idp").describe_risk_configuration(UserPoolId=p["UserPoolId"])["RiskConfiguration"]
    return found.get("AccountTakeoverRiskConfiguration")


def records(w: World, level: str) -> Properties:
    to = {"LogGroupArn": f"arn:aws:logs:{w.region}:{w.account}:log-group:sign-ins"}
    logged = {"EventSource": "userNotification", "LogLevel": level, "CloudWatchLogsConfiguration": to}
    return {"UserPoolId": a_pool(w), "LogConfigurations": [logged]}


def see_records(c: Clients, p: Properties) -> Any:
    found = c("cognito-idp").get_log_delivery_configuration(UserPoolId=p["UserPoolId"])
    return found["LogDeliveryConfiguration"]["LogConfigurations"]


def roles(w: World, resolution: str) -> Properties:
    mapping = {
        "IdentityProvider": "provider:client",
        "Type": "Rules",
        "AmbiguousRoleResolution": resolution,
        "RulesConfiguration": {
            "Rules": [{"Claim": "aud", "MatchType": "Equals", "RoleARN": w.role_arn, "Value": "client"}]
        },
    }
    return {
        "IdentityPoolId": an_identity_pool(w),
        "Roles": {"authenticated": w.role_arn},
        "RoleMappings": {"doctors": mapping},
    }


def see_roles(c: Clients, i: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = c("cognito-identity").get_identity_pool_roles(IdentityPoolId=i)
    return found.get("RoleMappings", {})


USERS = [
    Case(
        "AWS::Cognito::UserPool",
        lambda w: pool("OPTIONAL"),
        lambda c, i, p: see_pool(c, i),
        lambda w: pool("ON"),
        lambda f: (
            (f["mfa"]["MfaConfiguration"], f["mfa"]["SoftwareTokenMfaConfiguration"]) == ("ON", {"Enabled": True})
        ),
    ),
    Case(
        "AWS::Cognito::UserPoolClient",
        lambda w: {"UserPoolId": a_pool(w), "RefreshTokenValidity": "24", "GenerateSecret": "true"},
        lambda c, i, p: c("cognito-idp").describe_user_pool_client(UserPoolId=p["UserPoolId"], ClientId=i)[
            "UserPoolClient"
        ],
        lambda w: {"UserPoolId": a_pool(w), "RefreshTokenValidity": "12", "GenerateSecret": "true"},
        lambda f: f["RefreshTokenValidity"] == 12 and f["ClientSecret"],
    ),
    Case(
        "AWS::Cognito::UserPoolDomain",
        lambda w: {"UserPoolId": a_pool(w), "Domain": f"doctors-{w.account}"},
        lambda c, i, p: c("cognito-idp").describe_user_pool_domain(Domain=i)["DomainDescription"],
    ),
    Case(
        "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        lambda w: risks(w, "NO_ACTION"),
        lambda c, i, p: see_risks(c, p),
        lambda w: risks(w, "BLOCK"),
        lambda f: f["Actions"]["HighAction"] == {"EventAction": "BLOCK", "Notify": False},
    ),
    Case(
        "AWS::Cognito::LogDeliveryConfiguration",
        lambda w: records(w, "INFO"),
        lambda c, i, p: see_records(c, p),
        lambda w: records(w, "ERROR"),
        lambda f: f[0]["LogLevel"] == "ERROR",
    ),
    Case(
        "AWS::Cognito::IdentityPool",
        lambda w: {"AllowUnauthenticatedIdentities": "true"},
        lambda c, i, p: c("cognito-identity").describe_identity_pool(IdentityPoolId=i),
        lambda w: {"AllowUnauthenticatedIdentities": "false"},
        lambda f: f["AllowUnauthenticatedIdentities"] is False,
    ),
    Case(
        "AWS::Cognito::IdentityPoolRoleAttachment",
        lambda w: roles(w, "AuthenticatedRole"),
        lambda c, i, p: see_roles(c, i),
        lambda w: roles(w, "Deny"),
        lambda f: f["provider:client"]["AmbiguousRoleResolution"] == "Deny",
    ),
]


def vault(days: str) -> Properties:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}
    return {
        "BackupVaultName": "backups",
        "LockConfiguration": {"MinRetentionDays": days},
        "AccessPolicy": {"Version": "2012-10-17", "Statement": [{**deny, "Sid": f"Days{days}"}]},
        "BackupVaultTags": {"Name": days},
    }


def see_vault(c: Clients, name: str) -> Any:
    backup = c("backup")
    found = backup.describe_backup_vault(BackupVaultName=name)
    policy = json.loads(backup.get_backup_vault_access_policy(BackupVaultName=name)["Policy"])
    tags = backup.list_tags(ResourceArn=found["BackupVaultArn"])["Tags"]
    return {**found, "sid": policy["Statement"][0]["Sid"], "tags": tags}


def plan(days: str) -> Properties:
    daily = {
        "RuleName": "daily",
        "TargetBackupVault": "backups",
        "StartWindowMinutes": "60",
        "Lifecycle": {"DeleteAfterDays": days},
        "CopyActions": [{"DestinationBackupVaultArn": "arn:aws:backup:eu-central-1:1:backup-vault:backups"}],
    }
    return {"BackupPlan": {"BackupPlanName": "backups", "BackupPlanRule": [daily]}}


def a_plan(w: World) -> str:
    return str(one_of(w, "AWS::Backup::BackupPlan", **plan("35")).physical_id)


def see_plan(c: Clients, i: str) -> Any:
    return c("backup").get_backup_plan(BackupPlanId=i)["BackupPlan"]["Rules"][0]


def selection(w: World) -> Properties:
    chosen = {"SelectionName": "all", "IamRoleArn": w.role_arn, "Resources": ["*"]}
    return {"BackupPlanId": a_plan(w), "BackupSelection": chosen}


def see_selection(c: Clients, i: str) -> Any:
    one, _, of = i.partition("_")
    return c("backup").get_backup_selection(BackupPlanId=of, SelectionId=one)["BackupSelection"]


def tests(days: str) -> Properties:
    chosen = {
        "Algorithm": "LATEST_WITHIN_WINDOW",
        "IncludeVaults": ["*"],
        "RecoveryPointTypes": ["SNAPSHOT"],
        "SelectionWindowDays": days,
    }
    when = "cron(0 5 ? * SUN *)"
    return {"RestoreTestingPlanName": "tests", "RecoveryPointSelection": chosen, "ScheduleExpression": when}


def a_test(w: World, hours: str) -> Properties:
    return {
        "RestoreTestingPlanName": one_of(w, "AWS::Backup::RestoreTestingPlan", **tests("7")).physical_id,
        "RestoreTestingSelectionName": "database",
        "IamRoleArn": w.role_arn,
        "ProtectedResourceType": "RDS",
        "ProtectedResourceArns": ["*"],
        "ValidationWindowHours": hours,
    }


def see_test(c: Clients, p: Properties) -> Any:
    names = {name: p[name] for name in ("RestoreTestingPlanName", "RestoreTestingSelectionName")}
    return c("backup").get_restore_testing_selection(**names)["RestoreTestingSelection"]


BACKUPS = [
    Case(
        "AWS::Backup::BackupVault",
        lambda w: vault("7"),
        lambda c, i, p: see_vault(c, i),
        lambda w: vault("30"),
        lambda f: (f["MinRetentionDays"], f["sid"], f["tags"]) == (30, "Days30", {"Name": "30"}),
    ),
    Case(
        "AWS::Backup::BackupPlan",
        lambda w: plan("7"),
        lambda c, i, p: see_plan(c, i),
        lambda w: plan("35"),
        lambda f: f["Lifecycle"]["DeleteAfterDays"] == 35 and f["TargetBackupVaultName"] == "backups",
    ),
    Case("AWS::Backup::BackupSelection", selection, lambda c, i, p: see_selection(c, i)),
    Case(
        "AWS::Backup::RestoreTestingPlan",
        lambda w: tests("30"),
        lambda c, i, p: c("backup").get_restore_testing_plan(RestoreTestingPlanName=i)["RestoreTestingPlan"],
        lambda w: tests("7"),
        lambda f: f["RecoveryPointSelection"]["SelectionWindowDays"] == 7,
    ),
    Case(
        "AWS::Backup::RestoreTestingSelection",
        lambda w: a_test(w, "1"),
        lambda c, i, p: see_test(c, p),
        lambda w: a_test(w, "4"),
        lambda f: f["ValidationWindowHours"] == 4,
    ),
]

CASES = [*RECORDERS, *DETECTORS, *USERS, *BACKUPS]
