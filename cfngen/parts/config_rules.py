"""The rules of AWS Config that judge what is recorded, from AWS's pack for HIPAA.

Of the managed rules in "Operational Best Practices for HIPAA Security", those about services that are used here:
https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html

Left out: rules for services that are not used, and rules that our own design answers otherwise, so that every
finding of the rest is one to act on: NO_UNRESTRICTED_ROUTE_TO_IGW and VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS (public
subnets have such a route, the web balancer is open on 80 and 443), S3_DEFAULT_ENCRYPTION_KMS,
S3_BUCKET_REPLICATION_ENABLED, S3_BUCKET_DEFAULT_LOCK_ENABLED and S3_EVENT_NOTIFICATIONS_ENABLED (buckets of delivered
logs cannot have them), EBS_IN_BACKUP_PLAN and EC2_RESOURCES_PROTECTED_BY_BACKUP_PLAN (instances hold nothing that is
kept), IAM_GROUP_HAS_USERS_CHECK, ELB_TLS_HTTPS_LISTENERS_ONLY and ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK (port 80 only
redirects), IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS (it does not see that a policy names one key),
BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED (the vault's policy lets StackSets change it, which the rule does not
accept) and ROOT_ACCOUNT_HARDWARE_MFA_ENABLED (MFA is virtual, as the customer has it).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from troposphere import Template, config

from .metadata import context

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "The audit trail is on, complete, encrypted and cannot be altered unnoticed.": (
            "CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED",
            "CLOUD_TRAIL_ENABLED",
            "CLOUD_TRAIL_ENCRYPTION_ENABLED",
            "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
            "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
            "MULTI_REGION_CLOUD_TRAIL_ENABLED",
        ),
        "Threats are looked for, and what is found is collected.": (
            "GUARDDUTY_ENABLED_CENTRALIZED",
            "SECURITYHUB_ENABLED",
            "WAFV2_LOGGING_ENABLED",
        ),
        "The database is closed, encrypted, watched and survives the loss of a zone.": (
            "DB_INSTANCE_BACKUP_ENABLED",
            "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
            "RDS_ENHANCED_MONITORING_ENABLED",
            "RDS_IN_BACKUP_PLAN",
            "RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
            "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
            "RDS_LOGGING_ENABLED",
            "RDS_MULTI_AZ_SUPPORT",
            "RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
            "RDS_SNAPSHOT_ENCRYPTED",
            "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
            "RDS_STORAGE_ENCRYPTED",
        ),
        "Backups are made, encrypted, kept and cannot be deleted by hand.": (
            "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
            "BACKUP_RECOVERY_POINT_ENCRYPTED",
            "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK",
        ),
        "Buckets are closed to the public, encrypted, versioned, logged and speak TLS only.": (
            "S3_BUCKET_ACL_PROHIBITED",
            "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
            "S3_BUCKET_LOGGING_ENABLED",
            "S3_BUCKET_PUBLIC_READ_PROHIBITED",
            "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
            "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
            "S3_BUCKET_SSL_REQUESTS_ONLY",
            "S3_BUCKET_VERSIONING_ENABLED",
            "S3_VERSION_LIFECYCLE_POLICY_CHECK",
        ),
        "Instances are private, managed, patched and their volumes are encrypted.": (
            "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED",
            "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
            "EC2_EBS_ENCRYPTION_BY_DEFAULT",
            "EC2_IMDSV2_CHECK",
            "EC2_INSTANCE_MANAGED_BY_SSM",
            "EC2_INSTANCE_NO_PUBLIC_IP",
            "EC2_INSTANCE_PROFILE_ATTACHED",
            "EC2_MANAGEDINSTANCE_ASSOCIATION_COMPLIANCE_STATUS_CHECK",
            "EC2_MANAGEDINSTANCE_PATCH_COMPLIANCE_STATUS_CHECK",
            "EC2_STOPPED_INSTANCE",
            "ENCRYPTED_VOLUMES",
            "INSTANCES_IN_VPC",
            "SSM_DOCUMENT_NOT_PUBLIC",
        ),
        "Balancers are logged, protected and use certificates that do not run out.": (
            "ACM_CERTIFICATE_EXPIRATION_CHECK",
            "ELB_ACM_CERTIFICATE_REQUIRED",
            "ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED",
            "ELB_DELETION_PROTECTION_ENABLED",
            "ELB_LOGGING_ENABLED",
            "ELBV2_ACM_CERTIFICATE_REQUIRED",
        ),
        "Networks are recorded, and nothing in them is open that need not be.": (
            "INCOMING_SSH_DISABLED",
            "RESTRICTED_INCOMING_TRAFFIC",
            "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",
            "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
            "VPC_FLOW_LOGS_ENABLED",
        ),
        "Keys, secrets, topics and functions are not lost, shared or left in the clear.": (
            "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
            "CMK_BACKING_KEY_ROTATION_ENABLED",
            "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
            "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
            "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
            "SECRETSMANAGER_USING_CMK",
            "SNS_ENCRYPTED_KMS",
        ),
    }
)
"""What a group of rules guards, and the rules' identifiers: in every region."""

GLOBAL_RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "People sign in with strong passwords and MFA, and what they no longer use is taken away.": (
            "ACCESS_KEYS_ROTATED",
            "IAM_PASSWORD_POLICY",
            "IAM_USER_MFA_ENABLED",
            "IAM_USER_UNUSED_CREDENTIALS_CHECK",
            "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
        ),
        "Nobody has more rights than a policy of their group or role names.": (
            "IAM_NO_INLINE_POLICY_CHECK",
            "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
            "IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
            "IAM_USER_NO_POLICIES_CHECK",
        ),
        "The root user has MFA and no keys; the account's buckets cannot be opened.": (
            "IAM_ROOT_ACCESS_KEY_CHECK",
            "ROOT_ACCOUNT_MFA_ENABLED",
            "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
        ),
    }
)
"""Rules about what exists once per account, which is recorded, and so judged, in its home region alone."""

PARAMETERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ACCESS_KEYS_ROTATED": {"maxAccessKeyAge": "90"},
        "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK": {"requiredRetentionDays": "7"},
        "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK": {
            "requiredFrequencyUnit": "days",
            "requiredFrequencyValue": "1",
            "requiredRetentionDays": "7",
        },
        "IAM_PASSWORD_POLICY": {"MaxPasswordAge": "90", "MinimumPasswordLength": "14", "PasswordReusePrevention": "3"},
        "IAM_USER_UNUSED_CREDENTIALS_CHECK": {"maxCredentialUsageAge": "90"},
        "RESTRICTED_INCOMING_TRAFFIC": {
            "blockedPort1": "22",
            "blockedPort2": "1433",
            "blockedPort3": "3389",
            "blockedPort4": "5432",
            "blockedPort5": "8080",
        },
    }
)
"""What a rule measures against, where its own default is not ours."""


def managed_rules(
    template: Template, rules: Mapping[str, tuple[str, ...]], *, after: tuple[str, ...], when: str
) -> list[config.ConfigRule]:
    """Add AWS's rules, `after` the resources named and under the condition `when`."""
    return [
        template.add_resource(_managed_rule(identifier, why, after, when))
        for why, identifiers in rules.items()
        for identifier in identifiers
    ]


def _managed_rule(identifier: str, why: str, after: tuple[str, ...], when: str) -> config.ConfigRule:
    parameters = PARAMETERS.get(identifier)
    return config.ConfigRule(
        f"{identifier.replace('_', ' ').title().replace(' ', '')}Rule",
        Condition=when,
        DependsOn=list(after),
        Metadata=context(why, mutable="review-required"),
        Source=config.Source(Owner="AWS", SourceIdentifier=identifier),
        **({"InputParameters": dict(parameters)} if parameters else {}),
    )
