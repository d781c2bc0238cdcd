"""A locked backup vault: what is in it stays until its time is over, whoever wants otherwise."""

from __future__ import annotations

from awacs import backup as actions
from awacs.aws import ArnNotEquals, AWSPrincipal, Deny, PolicyDocument, Statement
from awacs.aws import Condition as When
from troposphere import Equals, GetAtt, If, NoValue, Parameter, Sub, Template, backup, kms

from .. import names
from ..layer import setting
from .metadata import context
from .standby import GENERATION, use_store_names

BACKUP_LOCK = Parameter(
    "BackupLock",
    Type="String",
    Default="governance",
    AllowedValues=["governance", "compliance"],
    Description="Who can lift the vault's lock: with governance who may administer it, with compliance nobody, ever, "
    "from three days after the change on.",
)

LOCKED_FROM_DAYS, LOCKED_TO_DAYS = 7, 3653
"""The least and the most days that the vault lets a backup be kept."""

GRACE_DAYS = 3
"""Days until a compliance lock cannot be lifted any more: AWS's least."""

IS_COMPLIANCE = "IsCompliance"

VAULT = names.backup_vault("${Project}", "${Environment}", GENERATION)
EXECUTION_ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/" + names.execution_role(
    "${Project}", "${Environment}"
)


def locked_vault(template: Template, key: kms.Key) -> backup.BackupVault:
    """Add the region's vault, encrypted with `key`; its name is known, so that the other region can send copies."""
    use_store_names(template)
    template.add_condition(IS_COMPLIANCE, Equals(setting(template, BACKUP_LOCK), "compliance"))
    lock = backup.LockConfigurationType(
        MinRetentionDays=LOCKED_FROM_DAYS,
        MaxRetentionDays=LOCKED_TO_DAYS,
        ChangeableForDays=If(IS_COMPLIANCE, GRACE_DAYS, NoValue),
    )
    vault = backup.BackupVault(
        "BackupVault",
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(
            "Backups, and copies of the geography's other region's: the last thing to lose.",
            must=("be locked", "have a key of its own", "keep its name"),
            mutable="must-never-change",
        ),
        BackupVaultName=Sub(VAULT),
        EncryptionKeyArn=GetAtt(key, "Arn"),
        LockConfiguration=lock,
    )
    # Past troposphere's check, which would write the document as one text with its references unresolved.
    statements = [_nobody_deletes(), _only_stacks_change_this()]
    vault.properties["AccessPolicy"] = PolicyDocument(Version="2012-10-17", Statement=statements)
    return template.add_resource(vault)


def _nobody_deletes() -> Statement:
    """Leave deletion to the backups' own lifecycle.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html
    """
    return Statement(
        Sid="NobodyDeletes",
        Effect=Deny,
        Principal=AWSPrincipal("*"),
        Action=[actions.DeleteRecoveryPoint, actions.UpdateRecoveryPointLifecycle],
        Resource=["*"],
    )


def _only_stacks_change_this() -> Statement:
    """Keep the one role that may, or CloudFormation could never change the policy again."""
    return Statement(
        Sid="OnlyStacksChangeThis",
        Effect=Deny,
        Principal=AWSPrincipal("*"),
        Action=[actions.DeleteBackupVaultAccessPolicy, actions.PutBackupVaultAccessPolicy],
        Resource=["*"],
        Condition=When(ArnNotEquals({"aws:PrincipalArn": Sub(EXECUTION_ROLE)})),
    )
