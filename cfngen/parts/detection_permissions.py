"""What StackSets may do in a target account for the bundle detection, and for documents, users and backups.

A neighbour of `permissions`, held against AWS's resource schemas by the same test.
"""

from __future__ import annotations

from awacs.aws import Statement, StringEquals, StringLike

from .permissions import ANYTHING, GLOBAL, MADE_BY_STACKS, OWN, allow

CONFIG_ROLE = GLOBAL % "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"

PASSED_TO = ("s3.amazonaws.com", "backup.amazonaws.com", "cognito-identity.amazonaws.com")
"""Services that the roles of these layers are for."""

LINKED_SERVICES = (
    *("access-analyzer.amazonaws.com", "agentless.inspector2.amazonaws.com", "backup.amazonaws.com"),
    *("config.amazonaws.com", "email.cognito-idp.amazonaws.com", "guardduty.amazonaws.com"),
    *("inspector2.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
    *("restore-testing.backup.amazonaws.com", "securityhub.amazonaws.com"),
)
"""Services that make a role for themselves when one of these layers first uses them."""


def detection() -> list[Statement]:
    """Return what it takes to record configurations and to look for threats."""
    return [*_recording(), *_looking()]


def _recording() -> list[Statement]:
    return [
        allow(
            "Records",
            "config:DeleteConfigRule DeleteConfigurationRecorder DeleteDeliveryChannel DescribeComplianceByConfigRule "
            "DescribeConfigRules DescribeConfigurationRecorder* DescribeDeliveryChannel* ListConfigurationRecorders "
            "ListTagsForResource PutConfigRule PutConfigurationRecorder PutDeliveryChannel StartConfigurationRecorder "
            "StopConfigurationRecorder TagResource UntagResource",
            ANYTHING,
        ),
        allow(
            "HandsConfigItsRole",
            "iam:PassRole",
            CONFIG_ROLE,
            when=StringEquals({"iam:PassedToService": "config.amazonaws.com"}),
        ),
        allow(
            "LinkedRolesOfDetection",
            "iam:CreateServiceLinkedRole",
            GLOBAL % "role/aws-service-role/*",
            when=StringEquals({"iam:AWSServiceName": list(LINKED_SERVICES)}),
        ),
        allow("SeesLinkedRoles", "iam:GetRole", GLOBAL % "role/aws-service-role/*"),
    ]


def _looking() -> list[Statement]:
    return [
        allow(
            "Detectors",
            "guardduty:CreateDetector DeleteDetector GetDetector ListDetectors ListTagsForResource TagResource "
            "UntagResource UpdateDetector",
            ANYTHING,
        ),
        allow(
            "Hub",
            "securityhub:BatchDisableStandards BatchEnableStandards DescribeHub DescribeStandardsControls "
            "DisableSecurityHub EnableSecurityHub GetEnabledStandards ListTagsForResource TagResource UntagResource "
            "UpdateSecurityHubConfiguration UpdateStandardsControl",
            ANYTHING,
        ),
        allow(
            "Analyzers",
            "access-analyzer:CreateAnalyzer CreateArchiveRule DeleteAnalyzer DeleteArchiveRule GetAnalyzer "
            "ListAnalyzers ListArchiveRules TagResource UntagResource UpdateAnalyzer UpdateArchiveRule",
            ANYTHING,
        ),
    ]


def protection() -> list[Statement]:
    """Return what it takes to make user pools and to back up, without signing in as anybody or restoring anything."""
    return [*_signing_in(), *_backing_up()]


def _signing_in() -> list[Statement]:
    return [
        allow(
            "HandsRolesOfProtection",
            "iam:PassRole",
            MADE_BY_STACKS[0],
            when=StringEquals({"iam:PassedToService": list(PASSED_TO)}),
        ),
        allow(
            "UserPools",
            "cognito-idp:AddCustomAttributes AssociateWebACL CreateUserPool* DeleteUserPool* DescribeRiskConfiguration "
            "DescribeUserPool* DisassociateWebACL GetLogDeliveryConfiguration GetUserPoolMfaConfig "
            "GetWebACLForResource ListTagsForResource ListUserPool* "
            "SetLogDeliveryConfiguration SetRiskConfiguration SetUserPoolMfaConfig TagResource UntagResource "
            "UpdateUserPool*",
            ANYTHING,
        ),
        allow(
            "IdentityPools",
            "cognito-identity:CreateIdentityPool DeleteIdentityPool DescribeIdentityPool GetIdentityPoolRoles "
            "ListIdentityPools ListTagsForResource SetIdentityPoolRoles TagResource UntagResource UpdateIdentityPool",
            ANYTHING,
        ),
        allow("RecordsSignIns", "logs:GetLogDelivery ListLogDeliveries UpdateLogDelivery", ANYTHING),
    ]


def _backing_up() -> list[Statement]:
    return [
        allow(
            "Backups",
            "backup:CreateBackup* CreateRestoreTesting* DeleteBackupPlan DeleteBackupSelection DeleteBackupVault* "
            "DeleteRestoreTesting* DescribeBackupVault GetBackup* GetRestoreTesting* ListBackup* "
            "ListRestoreTesting* ListTags PutBackupVault* TagResource UntagResource UpdateBackupPlan "
            "UpdateRestoreTesting*",
            ANYTHING,
        ),
        allow("BackupStorage", "backup-storage:Mount*", ANYTHING),
        allow(
            "EncryptsBackups",
            "kms:Decrypt GenerateDataKey RetireGrant",
            OWN % ("kms", "key/*"),
            when=StringLike({"kms:ViaService": "backup.*.amazonaws.com"}),
        ),
        allow(
            "ReplicatesDatabaseBackups",
            "rds:StartDBInstanceAutomatedBackupsReplication StopDBInstanceAutomatedBackupsReplication",
            ANYTHING,
        ),
    ]
