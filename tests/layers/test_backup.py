from __future__ import annotations

import pytest

from cfngen.layers import backup

SENDING = {"RegionRole": "active", "PeerRegion": "eu-central-1", "ReplicateToStandby": "true"}
VAULT = "${Project}-${Environment}-backups${StoreGeneration}"
PEER = "arn:${AWS::Partition}:backup:${PeerRegion}:${AWS::AccountId}:backup-vault:" + VAULT


def resources(deployed, **values):
    return deployed(backup, **({"RegionRole": "active", "PeerRegion": "none"} | values))[0]


def rules(deployed, **values):
    plan = resources(deployed, **values)["BackupPlan"]["Properties"]["BackupPlan"]
    return {rule["RuleName"]: rule for rule in plan["BackupPlanRule"]}


def test_the_vault_is_locked_has_a_key_of_its_own_and_outlives_its_stack(deployed):
    vault = resources(deployed)["BackupVault"]

    assert vault["Properties"]["LockConfiguration"] == {"MinRetentionDays": 7, "MaxRetentionDays": 3653}
    assert vault["Properties"]["EncryptionKeyArn"] == {"Fn::GetAtt": ["BackupKey", "Arn"]}
    assert (vault["DeletionPolicy"], vault["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_the_lock_can_be_lifted_unless_somebody_chooses_otherwise(deployed):
    locked = resources(deployed, BackupLock="compliance")["BackupVault"]["Properties"]["LockConfiguration"]

    assert locked["ChangeableForDays"] == 3


def test_nobody_deletes_a_backup_and_only_stacks_change_who_may(deployed):
    policy = resources(deployed)["BackupVault"]["Properties"]["AccessPolicy"]
    found = {s["Sid"]: s for s in policy["Statement"]}

    assert {(s["Effect"], str(s["Principal"])) for s in found.values()} == {("Deny", "{'AWS': '*'}")}
    assert "backup:DeleteRecoveryPoint" in found["NobodyDeletes"]["Action"]
    assert "Condition" not in found["NobodyDeletes"]
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Project}-${Environment}-stackset-execution"
    assert found["OnlyStacksChangeThis"]["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": {"Fn::Sub": role}}}


def test_the_vaults_name_is_known_so_that_the_other_region_can_send_copies(deployed):
    assert resources(deployed)["BackupVault"]["Properties"]["BackupVaultName"] == {"Fn::Sub": VAULT}


def test_backups_are_made_every_day_and_every_month_and_kept_as_long_as_settings_say(deployed):
    found = rules(deployed, BackupDays="14", MonthlyBackupDays="730")

    assert {name: rule["Lifecycle"]["DeleteAfterDays"] for name, rule in found.items()} == {
        "daily": "14",
        "monthly": "730",
    }


def test_the_vault_lets_every_retention_that_settings_allow(deployed):
    limits = resources(deployed)["BackupVault"]["Properties"]["LockConfiguration"]

    for setting in (backup.BACKUP_DAYS, backup.MONTHLY_BACKUP_DAYS):
        assert limits["MinRetentionDays"] <= setting.MinValue
        assert setting.MaxValue <= limits["MaxRetentionDays"]


def test_copies_go_to_the_geographys_other_region(deployed):
    copies = [rule["CopyActions"] for rule in rules(deployed, **SENDING).values()]

    assert {copy["DestinationBackupVaultArn"]["Fn::Sub"] for found in copies for copy in found} == {PEER}


@pytest.mark.parametrize("values", [{"PeerRegion": "none"}, {"ReplicateToStandby": "false"}])
def test_without_another_region_nothing_is_copied(deployed, values):
    assert ["CopyActions" in rule for rule in rules(deployed, **SENDING | values).values()] == [False, False]


def test_database_and_documents_are_selected_by_name_whatever_the_region_has_opted_in_to(deployed):
    selected = resources(deployed)["SelectionByArn"]["Properties"]["BackupSelection"]

    assert selected["Resources"] == [{"Ref": "DatabaseArn"}, {"Ref": "DocumentsBucketArn"}]


def test_whatever_else_carries_the_tag_is_selected_in_this_environment_alone(deployed):
    selected = resources(deployed)["SelectionByTag"]["Properties"]["BackupSelection"]

    assert selected["Resources"] == ["*"]
    assert {each["ConditionKey"]: each["ConditionValue"] for each in selected["Conditions"]["StringEquals"]} == {
        "aws:ResourceTag/Backup": "daily",
        "aws:ResourceTag/Project": {"Ref": "Project"},
        "aws:ResourceTag/Environment": {"Ref": "Environment"},
    }


def test_the_latest_backups_of_database_and_documents_are_restored_to_see_whether_they_can_be(deployed):
    found = resources(deployed)
    plan = found["RestoreTestingPlan"]["Properties"]
    tests = [r["Properties"] for r in found.values() if r["Type"] == "AWS::Backup::RestoreTestingSelection"]

    assert plan["RecoveryPointSelection"]["IncludeVaults"] == [{"Fn::GetAtt": ["BackupVault", "BackupVaultArn"]}]
    assert plan["RecoveryPointSelection"]["Algorithm"] == "LATEST_WITHIN_WINDOW"
    assert {test["ProtectedResourceType"]: test["ProtectedResourceArns"] for test in tests} == {
        "RDS": [{"Ref": "DatabaseArn"}],
        "S3": [{"Ref": "DocumentsBucketArn"}],
    }


def test_a_restored_database_stays_in_private_subnets_and_out_of_the_apps_reach(deployed):
    overrides = resources(deployed)["RestoreTestOfRds"]["Properties"]["RestoreMetadataOverrides"]

    assert overrides == {"dbSubnetGroupName": {"Ref": "DatabaseSubnetGroup"}}


@pytest.mark.parametrize(
    ("role", "policies"),
    [
        (
            "BackupRole",
            {"service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"},
        ),
        (
            "RestoreRole",
            {"service-role/AWSBackupServiceRolePolicyForRestores", "AWSBackupServiceRolePolicyForS3Restore"},
        ),
    ],
)
def test_making_and_restoring_backups_are_two_roles(deployed, role, policies):
    found = resources(deployed)[role]["Properties"]
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert {arn["Fn::Sub"].partition(":policy/")[2] for arn in found["ManagedPolicyArns"]} == policies


def test_a_standby_has_a_vault_that_receives_and_nothing_to_send(deployed):
    found = resources(deployed, RegionRole="standby", PeerRegion="eu-west-1", ReplicateToStandby="true")

    assert set(found) == {"BackupKey", "BackupKeyAlias", "BackupVault", "BackupRole", "RestoreRole"}
