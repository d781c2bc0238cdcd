"""Backups that nobody can delete early: a locked vault, a plan, copies in the standby, restores that are tried.

Beside what the services do themselves (the database's restore to any second, the bucket's versions), so that who gets
hold of those does not get hold of these. Copies go to the geography's other region and never further.
"""

from __future__ import annotations

from troposphere import (
    GetAtt,
    If,
    Join,
    NoValue,
    Parameter,
    Ref,
    Split,
    Sub,
    Template,
    backup,
    iam,
)

from ..layer import Classification, Wire, give, setting, take
from ..parts import standby
from ..parts.keys import customer_key
from ..parts.metadata import context, suppress
from ..parts.trust import UNBOUND, trust_service
from ..parts.vault import LOCKED_FROM_DAYS, VAULT, locked_vault
from . import data, documents

CLASSIFICATION = Classification.PHI

BACKUP_VAULT_ARN = Wire("BackupVaultArn", "String", "The region's backup vault.")

BACKUP_DAYS = Parameter(
    "BackupDays",
    Type="Number",
    Default="35",
    MinValue=7,
    MaxValue=365,
    Description="Days that a daily backup is kept.",
)
MONTHLY_BACKUP_DAYS = Parameter(
    "MonthlyBackupDays",
    Type="Number",
    Default="366",
    MinValue=31,
    MaxValue=3653,
    Description="Days that the first backup of a month is kept.",
)
RESTORE_TEST_SCHEDULE = Parameter(
    "RestoreTestSchedule",
    Type="String",
    Default="cron(0 5 ? * SUN#1 *)",
    AllowedPattern=r"cron\(.+\)",
    Description="When the latest backups are restored to see whether they can be, in UTC.",
)

BACKUP_TAG = "Backup"
DAILY = "daily"
HOUR = 60
"""Minutes."""

PEER_VAULT = "arn:${AWS::Partition}:backup:${PeerRegion}:${AWS::AccountId}:backup-vault:" + VAULT

AWS_POLICIES = "arn:${AWS::Partition}:iam::aws:policy/"
BACKUP_POLICIES = ("service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup")
RESTORE_POLICIES = ("service-role/AWSBackupServiceRolePolicyForRestores", "AWSBackupServiceRolePolicyForS3Restore")
"""AWS's own, because what a backup of each service takes is known to AWS and changes with the service.

https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
"""


def build(template: Template) -> None:
    """Add the vault in every region; what fills and tries it only where there is data to back up."""
    standby.add_standby_conditions(template)
    key = customer_key(template, "Backup", "Copies of all patient data, under a key that is not the data's own.")
    vault = locked_vault(template, key)
    role = _role(template, "Backup", "Reads what is backed up, and writes to the vaults.", BACKUP_POLICIES)
    plan = _plan(template, vault)
    _selected_by_arn(template, plan, role)
    _selected_by_tag(template, plan, role)
    _restore_tests(template, vault)
    give(template, BACKUP_VAULT_ARN, GetAtt(vault, "BackupVaultArn"))


def _role(template: Template, title: str, why: str, policies: tuple[str, ...]) -> iam.Role:
    """Add a role in standby regions too: AWS Backup ends what it has kept with the role that made it."""
    role = iam.Role(
        f"{title}Role",
        Metadata=context(why, must=("Only AWS Backup may assume it.",), mutable="review-required"),
        AssumeRolePolicyDocument=trust_service("backup.amazonaws.com"),
        ManagedPolicyArns=[Sub(AWS_POLICIES + policy) for policy in policies],
    )
    suppress(
        role,
        "AWS's policies for this service: what a backup of each kind of resource takes is AWS's to know and to change.",
        nag=("AwsSolutions-IAM4",),
    )
    suppress(role, UNBOUND, lint=("E9190",))
    return template.add_resource(role)


def _plan(template: Template, vault: backup.BackupVault) -> backup.BackupPlan:
    daily = _rule(template, vault, DAILY, "cron(0 3 ? * * *)", BACKUP_DAYS)
    monthly = _rule(template, vault, "monthly", "cron(0 4 1 * ? *)", MONTHLY_BACKUP_DAYS)
    return template.add_resource(
        backup.BackupPlan(
            "BackupPlan",
            Condition=standby.IS_ACTIVE,
            Metadata=context(
                "Every day and every month, in this region and, with ReplicateToStandby, in the other one.",
                must=("copy within the geography only",),
                mutable="change-with-constraints",
            ),
            BackupPlan=backup.BackupPlanResourceType(BackupPlanName=Sub(VAULT), BackupPlanRule=[daily, monthly]),
        )
    )


def _rule(
    template: Template, vault: backup.BackupVault, name: str, when: str, days: Parameter
) -> backup.BackupRuleResourceType:
    kept = backup.LifecycleResourceType(DeleteAfterDays=setting(template, days))
    copy = backup.CopyActionResourceType(DestinationBackupVaultArn=Sub(PEER_VAULT), Lifecycle=kept)
    return backup.BackupRuleResourceType(
        RuleName=name,
        ScheduleExpression=when,
        StartWindowMinutes=HOUR,
        CompletionWindowMinutes=24 * HOUR,
        Lifecycle=kept,
        TargetBackupVault=Ref(vault),
        CopyActions=If(standby.REPLICATES, [copy], NoValue),
    )


def _selected_by_arn(template: Template, plan: backup.BackupPlan, role: iam.Role) -> backup.BackupSelection:
    resources = [take(template, data.DATABASE_ARN), take(template, documents.DOCUMENTS_BUCKET_ARN)]
    return template.add_resource(
        backup.BackupSelection(
            "SelectionByArn",
            Condition=standby.IS_ACTIVE,
            Metadata=context("By name, because tags obey the region's opt-in, which CloudFormation cannot set."),
            BackupPlanId=Ref(plan),
            BackupSelection=backup.BackupSelectionResourceType(
                IamRoleArn=GetAtt(role, "Arn"), Resources=resources, SelectionName="by-arn"
            ),
        )
    )


def _selected_by_tag(template: Template, plan: backup.BackupPlan, role: iam.Role) -> backup.BackupSelection:
    wanted = {BACKUP_TAG: DAILY, "Project": Ref("Project"), "Environment": Ref("Environment")}
    tagged = [
        backup.ConditionParameter(ConditionKey=f"aws:ResourceTag/{key}", ConditionValue=wanted[key]) for key in wanted
    ]
    return template.add_resource(
        backup.BackupSelection(
            "SelectionByTag",
            Condition=standby.IS_ACTIVE,
            Metadata=context(f"Whatever joins the environment with the tag {BACKUP_TAG}: {DAILY} is backed up too."),
            BackupPlanId=Ref(plan),
            BackupSelection=backup.BackupSelectionResourceType(
                Conditions=backup.Conditions(StringEquals=tagged),
                IamRoleArn=GetAtt(role, "Arn"),
                Resources=["*"],
                SelectionName="by-tag",
            ),
        )
    )


def _restore_tests(template: Template, vault: backup.BackupVault) -> None:
    plan = template.add_resource(
        backup.RestoreTestingPlan(
            "RestoreTestingPlan",
            Condition=standby.IS_ACTIVE,
            Metadata=context("A backup that was never restored is a hope; what a test restores is deleted after it."),
            RecoveryPointSelection=backup.RestoreTestingRecoveryPointSelection(
                Algorithm="LATEST_WITHIN_WINDOW",
                IncludeVaults=[GetAtt(vault, "BackupVaultArn")],
                RecoveryPointTypes=["SNAPSHOT"],
                SelectionWindowDays=LOCKED_FROM_DAYS,
            ),
            # Letters, digits and underscores only.
            RestoreTestingPlanName=Join("_", Split("-", Sub("${Project}-${Environment}-restores"))),
            ScheduleExpression=setting(template, RESTORE_TEST_SCHEDULE),
            StartWindowHours=8,
        )
    )
    role = _role(template, "Restore", "Restores for tests, and deletes what it restored.", RESTORE_POLICIES)
    # In the VPC's default security group, which admits nobody: the app never sees a database that is a test.
    database = {"dbSubnetGroupName": take(template, data.DATABASE_SUBNET_GROUP)}
    _restore_test(template, plan, role, "RDS", take(template, data.DATABASE_ARN), database)
    _restore_test(template, plan, role, "S3", take(template, documents.DOCUMENTS_BUCKET_ARN), {})


def _restore_test(
    template: Template,
    plan: backup.RestoreTestingPlan,
    role: iam.Role,
    kind: str,
    arn: Ref,
    overrides: dict[str, object],
) -> backup.RestoreTestingSelection:
    where = {"RestoreMetadataOverrides": dict(overrides)} if overrides else {}
    return template.add_resource(
        backup.RestoreTestingSelection(
            f"RestoreTestOf{kind.title()}",
            Condition=standby.IS_ACTIVE,
            Metadata=context("Restored where nobody can reach it who cannot reach the original."),
            IamRoleArn=GetAtt(role, "Arn"),
            ProtectedResourceArns=[arn],
            ProtectedResourceType=kind,
            RestoreTestingPlanName=Ref(plan),
            RestoreTestingSelectionName=f"restore_{kind.lower()}",
            ValidationWindowHours=4,
            **where,
        )
    )
