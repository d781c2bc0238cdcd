from __future__ import annotations

import pytest

from cfngen.layers import data

ENGINES = ("sqlserver-se", "postgres")


def database(deployed, **values):
    return deployed(data, **({"RegionRole": "active"} | values))[0]["Database"]


def properties(deployed, **values):
    return database(deployed, **values)["Properties"]


def test_the_database_is_what_the_customer_runs_today(deployed):
    found = properties(deployed)

    assert (found["Engine"], found["LicenseModel"], found["Port"]) == ("sqlserver-se", "license-included", "1433")
    assert found["DBInstanceClass"] == "db.r6i.xlarge"  # 32 GiB of memory
    assert found["AllocatedStorage"] == str(5 * 1024)
    assert found["MultiAZ"] == "true"


def test_storage_can_double_by_itself(deployed):
    found = properties(deployed)

    assert int(found["MaxAllocatedStorage"]) >= 2 * int(found["AllocatedStorage"])


def test_postgres_is_one_setting_away(deployed):
    found = properties(deployed, DatabaseEngine="postgres")

    assert (found["Engine"], found["LicenseModel"], found["Port"]) == ("postgres", "postgresql-license", "5432")
    assert found["EnableCloudwatchLogsExports"] == ["postgresql", "upgrade"]
    assert found["EnableIAMDatabaseAuthentication"] == "true"


def test_sql_server_is_given_nothing_that_it_refuses(deployed):
    found = properties(deployed)

    assert found["EnableCloudwatchLogsExports"] == ["agent", "error"]
    assert not {"DBName", "EnableIAMDatabaseAuthentication", "Timezone", "CharacterSetName"} & set(found)


@pytest.mark.parametrize("engine", ENGINES)
def test_patient_data_is_encrypted_with_our_own_key_everywhere(deployed, engine):
    found = properties(deployed, DatabaseEngine=engine)

    key = {"Ref": "DataKeyArn"}
    assert found["StorageEncrypted"] == "true"
    assert (found["KmsKeyId"], found["MasterUserSecret"]["KmsKeyId"], found["PerformanceInsightsKMSKeyId"]) == (
        key,
    ) * 3


@pytest.mark.parametrize("engine", ENGINES)
def test_plain_text_connections_are_refused(deployed, engine):
    resources, _ = deployed(data, RegionRole="active", DatabaseEngine=engine)

    assert resources["Database"]["Properties"]["DBParameterGroupName"] == {"Ref": "DatabaseParameters"}
    assert resources["DatabaseParameters"]["Properties"]["Parameters"]["rds.force_ssl"] == "1"


def test_no_password_is_written_anywhere(deployed):
    found = properties(deployed)

    assert found["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in found


def test_the_database_is_in_closed_subnets_and_admits_its_own_security_group(deployed):
    resources, _ = deployed(data, RegionRole="active")
    found = resources["Database"]["Properties"]

    assert found["PubliclyAccessible"] is False
    assert found["VPCSecurityGroups"] == [{"Ref": "DatabaseSecurityGroupId"}]
    assert found["DBSubnetGroupName"] == {"Ref": "DatabaseSubnets"}
    assert resources["DatabaseSubnets"]["Properties"]["SubnetIds"] == {"Ref": "DbSubnetIds"}


def test_the_database_can_be_restored_to_any_second_of_35_days_even_after_it_is_gone(deployed):
    found = properties(deployed)

    assert found["BackupRetentionPeriod"] == "35"
    assert found["DeleteAutomatedBackups"] is False
    assert found["CopyTagsToSnapshot"] is True


def test_deleting_the_database_takes_two_steps_and_leaves_a_snapshot(deployed):
    found = database(deployed)

    assert found["Properties"]["DeletionProtection"] == "true"
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("Snapshot", "Retain")


def test_the_database_and_its_operating_system_are_watched(deployed):
    resources, _ = deployed(data, RegionRole="active")
    found = resources["Database"]["Properties"]
    (trust,) = resources["DatabaseMonitoringRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert (found["EnablePerformanceInsights"], found["MonitoringInterval"]) == (True, 60)
    assert found["MonitoringRoleArn"] == {"Fn::GetAtt": ["DatabaseMonitoringRole", "Arn"]}
    assert trust["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_a_standby_region_has_no_database_but_all_that_promotion_needs(deployed):
    resources, outputs = deployed(data, RegionRole="standby")

    assert set(resources) == {"DatabaseSubnets", "DatabaseParameters", "DatabaseMonitoringRole"}
    assert outputs["DatabaseEndpoint"]["Value"] == "none"
    assert outputs["DatabaseSecretArn"]["Value"] == "none"


def test_an_active_region_says_where_its_database_and_the_password_are(deployed):
    _, outputs = deployed(data, RegionRole="active")

    assert outputs["DatabaseEndpoint"]["Value"] == {"Fn::GetAtt": ["Database", "Endpoint.Address"]}
    assert outputs["DatabaseSecretArn"]["Value"] == {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}
    assert outputs["DatabasePort"]["Value"] == "1433"


def test_a_restored_database_keeps_the_user_and_the_key_of_its_snapshot(deployed):
    found = properties(deployed, DatabaseSnapshot="before-the-storm")

    assert found["DBSnapshotIdentifier"] == "before-the-storm"
    assert not {"MasterUsername", "KmsKeyId"} & set(found)
    assert found["StorageEncrypted"] == "true"
    assert found["ManageMasterUserPassword"] is True


def test_a_promoted_region_restores_the_last_moment_of_what_was_replicated_to_it(deployed):
    backup = "arn:aws:rds:eu-central-1:333333333333:auto-backup:ab-1"
    found = properties(deployed, DatabaseBackup=backup)

    assert (found["SourceDBInstanceAutomatedBackupsArn"], found["UseLatestRestorableTime"]) == (backup, "true")
    assert not {"MasterUsername", "KmsKeyId", "StorageEncrypted", "DBSnapshotIdentifier"} & set(found)
    assert found["ManageMasterUserPassword"] is True


def test_a_new_database_is_not_restored_from_anything(deployed):
    sources = {"DBSnapshotIdentifier", "SourceDBInstanceAutomatedBackupsArn", "UseLatestRestorableTime"}
    assert not sources & set(properties(deployed))


def test_a_region_that_was_active_keeps_its_database_while_it_is_told_to(deployed):
    resources, outputs = deployed(data, RegionRole="standby", KeepDatabase="true")

    assert "Database" in resources
    assert outputs["DatabaseEndpoint"]["Value"] != "none"


SENDING = {"RegionRole": "active", "PeerRegion": "us-west-2", "ReplicateToStandby": "true"}


def test_automated_backups_are_replicated_to_the_other_region_under_its_key(deployed):
    found = properties(deployed, **SENDING)

    assert found["AutomaticBackupReplicationRegion"] == "us-west-2"
    assert found["AutomaticBackupReplicationRetentionPeriod"] == found["BackupRetentionPeriod"]
    assert found["AutomaticBackupReplicationKmsKeyId"]["Fn::Sub"].endswith("alias/${Project}-${Environment}-data-key")


@pytest.mark.parametrize("values", [{"PeerRegion": "none"}, {"ReplicateToStandby": "false"}])
def test_automated_backups_are_not_replicated_before_there_is_a_standby(deployed, values):
    assert not [name for name in properties(deployed, **SENDING | values) if "Replication" in name]
