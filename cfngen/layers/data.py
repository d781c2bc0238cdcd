"""The application's database: RDS for SQL Server, or PostgreSQL, encrypted and in two zones.

A standby region has all but the instance, which promotion restores from a backup: two active
databases would split the data. A region that was active before keeps its own for as long as KeepDatabase
says so. The engine's own default option group is enough, and time zone and collation stay the engine's,
because neither could be changed afterwards.
"""

from __future__ import annotations

from typing import Any

from awacs.aws import ArnLike, StringEquals
from troposphere import AccountId, Equals, GetAtt, If, Not, NoValue, Or, Parameter, Ref, Sub, Tags, Template, iam, rds
from troposphere import Condition as Holds

from .. import facts
from ..layer import Classification, Wire, give, setting, take
from ..parts import standby
from ..parts.engines import DATABASE_ENGINE, engine_value, uses_postgres
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag
from ..parts.trust import trust_service
from . import keys, network

CLASSIFICATION = Classification.PHI

DATABASE_ENDPOINT = Wire("DatabaseEndpoint", "String", "Host name of the database, or `none` where there is none.")
DATABASE_IDENTIFIER = Wire(
    "DatabaseIdentifier", "String", "The database in CloudWatch's metrics, or `none` where there is none."
)
DATABASE_PORT = Wire("DatabasePort", "String", "Port of the database engine.")
DATABASE_ARN = Wire("DatabaseArn", "String", "ARN of the database, or `none` where there is none.")
DATABASE_SUBNET_GROUP = Wire("DatabaseSubnetGroup", "String", "Where databases may be: a subnet group's name.")
DATABASE_SECRET_ARN = Wire(
    "DatabaseSecretArn", "String", "Secret with the database's master password, or `none` where there is none."
)

DATABASE_INSTANCE_CLASS = Parameter(
    "DatabaseInstanceClass",
    Type="String",
    Default="db.r6i.xlarge",
    AllowedPattern=r"db\.[a-z0-9]+\.[a-z0-9]+",
    Description="Class of the instance; db.r6i.xlarge has 4 vCPU and 32 GiB. Not every region offers every class.",
)
DATABASE_STORAGE = Parameter(
    "DatabaseStorage",
    Type="Number",
    Default="5120",
    MinValue=20,
    MaxValue=16384,
    Description="Storage to start with, in GiB; it can grow and never shrink.",
)
DATABASE_STORAGE_LIMIT = Parameter(
    "DatabaseStorageLimit",
    Type="Number",
    Default="10240",
    MinValue=22,
    MaxValue=16384,
    Description="Where storage stops growing by itself, in GiB; at least a tenth more than DatabaseStorage.",
)
DATABASE_MULTI_AZ = Parameter(
    "DatabaseMultiAz",
    Type="String",
    Default="true",
    AllowedValues=["true", "false"],
    Description="A synchronous standby in another zone that takes over.",
)
DATABASE_BACKUP_DAYS = Parameter(
    "DatabaseBackupDays",
    Type="Number",
    Default="35",
    MinValue=7,
    MaxValue=35,
    Description="Days back to which the database can be restored, to the second.",
)
DATABASE_DELETION_PROTECTION = Parameter(
    "DatabaseDeletionProtection",
    Type="String",
    Default="true",
    AllowedValues=["true", "false"],
    Description="Whether RDS refuses to delete the database; `false` is the first step of deleting it.",
)
DATABASE_SNAPSHOT = Parameter(
    "DatabaseSnapshot",
    Type="String",
    Default="",
    AllowedPattern="[a-zA-Z0-9:_-]*",
    Description="Snapshot that the database was restored from; keep it afterwards, or the database is replaced.",
)

DATABASE_BACKUP = Parameter(
    "DatabaseBackup",
    Type="String",
    Default="",
    AllowedPattern="(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:auto-backup:[a-zA-Z0-9_-]+)?",
    Description="Replicated backup that a promoted region's database was restored from, to the last moment it has; "
    "keep it afterwards, or the database is replaced.",
)
KEEP_DATABASE = Parameter(
    "KeepDatabase",
    Type="String",
    Default="false",
    AllowedValues=["true", "false"],
    Description="Whether a region that was active before, and is the standby now, keeps the database it had.",
)

MASTER_USER = "dbmaster"
MONITORING_SECONDS = 60
INSIGHTS_DAYS = 7

_HAS_DATABASE = "HasDatabase"
_FROM_SNAPSHOT = "FromSnapshot"
_FROM_BACKUP = "FromBackup"


def build(template: Template) -> None:
    """Add the database and what it needs around it."""
    _add_conditions(template)
    subnet_group = _subnet_group(template)
    parameter_group = _parameter_group(template)
    monitoring = _monitoring_role(template)
    database = _database(template, subnet_group, parameter_group, monitoring)
    give(template, DATABASE_ENDPOINT, If(_HAS_DATABASE, GetAtt(database, "Endpoint.Address"), "none"))
    give(template, DATABASE_IDENTIFIER, If(_HAS_DATABASE, Ref(database), "none"))
    give(template, DATABASE_PORT, engine_value(template, "Port"))
    give(template, DATABASE_ARN, If(_HAS_DATABASE, GetAtt(database, "DBInstanceArn"), "none"))
    give(template, DATABASE_SUBNET_GROUP, Ref(subnet_group))
    give(template, DATABASE_SECRET_ARN, If(_HAS_DATABASE, GetAtt(database, "MasterUserSecret.SecretArn"), "none"))


def _add_conditions(template: Template) -> None:
    standby.add_standby_conditions(template)
    kept = Equals(setting(template, KEEP_DATABASE), "true")
    template.add_condition(_HAS_DATABASE, Or(Holds(standby.IS_ACTIVE), kept))
    template.add_condition(_FROM_SNAPSHOT, Not(Equals(setting(template, DATABASE_SNAPSHOT), "")))
    template.add_condition(_FROM_BACKUP, Not(Equals(setting(template, DATABASE_BACKUP), "")))


def _subnet_group(template: Template) -> rds.DBSubnetGroup:
    return template.add_resource(
        rds.DBSubnetGroup(
            "DatabaseSubnets",
            Metadata=context("Where the database and its standby may be: subnets without a way out."),
            DBSubnetGroupDescription="Private subnets of the database",
            SubnetIds=take(template, network.DB_SUBNET_IDS),
            Tags=name_tag(template, "db-tier"),
        )
    )


def _parameter_group(template: Template) -> rds.DBParameterGroup:
    """Refuse plain text and old TLS.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    """
    postgres = {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2", "log_connections": "1"}
    sql_server = {"rds.force_ssl": "1", "rds.tls10": "disabled", "rds.tls11": "disabled"}
    return template.add_resource(
        rds.DBParameterGroup(
            "DatabaseParameters",
            Metadata=context("TLS 1.2 on every connection.", must=("keep rds.force_ssl at 1",)),
            Description="TLS 1.2 on every connection",
            Family=engine_value(template, "Family"),
            Parameters=If(uses_postgres(template), postgres, sql_server),
            Tags=name_tag(template, "db-tier"),
        )
    )


def _monitoring_role(template: Template) -> iam.Role:
    databases = Sub("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:*")
    role = iam.Role(
        "DatabaseMonitoringRole",
        Metadata=context("Lets RDS write the metrics of the database's operating system to CloudWatch."),
        AssumeRolePolicyDocument=trust_service(
            "monitoring.rds.amazonaws.com",
            StringEquals({"aws:SourceAccount": AccountId}),
            ArnLike({"aws:SourceArn": databases}),
        ),
        ManagedPolicyArns=[
            Sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"),
        ],
        Tags=name_tag(template, "db-tier"),
    )
    suppress(
        role,
        "The policy that AWS publishes for this service role; it allows one log group, RDSOSMetrics, and nothing else.",
        nag=("AwsSolutions-IAM4",),
    )
    return template.add_resource(role)


def _database(
    template: Template, subnet_group: rds.DBSubnetGroup, parameter_group: rds.DBParameterGroup, monitoring: iam.Role
) -> rds.DBInstance:
    """Add the instance; its identifier is AWS's choice, so that a replacement can stand beside it."""
    database = rds.DBInstance(
        "Database",
        Condition=_HAS_DATABASE,
        # A final snapshot, because deletion is meant: RDS refuses it until DatabaseDeletionProtection is false.
        DeletionPolicy="Snapshot",
        UpdateReplacePolicy="Retain",
        Metadata=context(
            "Patient data; in foundation, so that a service that fails to start never rolls it back.",
            must=(
                "be encrypted with the data key",
                "be reachable by app instances only",
                "keep DatabaseSnapshot and DatabaseBackup",
            ),
            mutable="must-never-change",
        ),
        DBParameterGroupName=Ref(parameter_group),
        DBSubnetGroupName=Ref(subnet_group),
        PubliclyAccessible=False,
        Tags=Tags(Name="db-tier"),  # as the customer calls it, like the fleets: no environment before it
        VPCSecurityGroups=[take(template, network.DATABASE_SECURITY_GROUP_ID)],
        **_engine(template),
        **_secrecy(template),
        **_continuity(template),
        **_observation(template, monitoring),
    )
    _accept_findings(database)
    return template.add_resource(database)


def _engine(template: Template) -> dict[str, Any]:
    return {
        "AllocatedStorage": setting(template, DATABASE_STORAGE),
        "AutoMinorVersionUpgrade": True,
        "DBInstanceClass": setting(template, DATABASE_INSTANCE_CLASS),
        "Engine": setting(template, DATABASE_ENGINE),
        "EngineVersion": engine_value(template, "Version"),
        "LicenseModel": engine_value(template, "License"),
        "MaxAllocatedStorage": setting(template, DATABASE_STORAGE_LIMIT),
        "Port": engine_value(template, "Port"),
        "StorageType": "gp3",
    }


def _secrecy(template: Template) -> dict[str, Any]:
    """Encrypt, and let RDS make and rotate the password; a restored database keeps its user and its key."""
    data_key = take(template, keys.DATA_KEY_ARN)
    return {
        "DBSnapshotIdentifier": If(_FROM_SNAPSHOT, setting(template, DATABASE_SNAPSHOT), NoValue),
        "EnableIAMDatabaseAuthentication": If(uses_postgres(template), "true", NoValue),
        "KmsKeyId": _unless_restored(data_key),
        "ManageMasterUserPassword": True,
        "MasterUsername": _unless_restored(MASTER_USER),
        "MasterUserSecret": rds.MasterUserSecret(KmsKeyId=data_key),
        "SourceDBInstanceAutomatedBackupsArn": If(_FROM_BACKUP, setting(template, DATABASE_BACKUP), NoValue),
        "StorageEncrypted": If(_FROM_BACKUP, NoValue, "true"),
        "UseLatestRestorableTime": If(_FROM_BACKUP, "true", NoValue),
    }


def _unless_restored(value: Any) -> If:
    return If(_FROM_SNAPSHOT, NoValue, If(_FROM_BACKUP, NoValue, value))


def _continuity(template: Template) -> dict[str, Any]:
    """Leave the windows to AWS, which picks them from each region's night."""
    days = setting(template, DATABASE_BACKUP_DAYS)
    return {
        "AutomaticBackupReplicationKmsKeyId": If(standby.REPLICATES, standby.peer_data_key(), NoValue),
        "AutomaticBackupReplicationRegion": If(standby.REPLICATES, setting(template, facts.PEER_REGION), NoValue),
        "AutomaticBackupReplicationRetentionPeriod": If(standby.REPLICATES, days, NoValue),
        "BackupRetentionPeriod": days,
        "CopyTagsToSnapshot": True,
        "DeleteAutomatedBackups": False,
        "DeletionProtection": setting(template, DATABASE_DELETION_PROTECTION),
        "MultiAZ": setting(template, DATABASE_MULTI_AZ),
    }


def _observation(template: Template, monitoring: iam.Role) -> dict[str, Any]:
    return {
        "EnableCloudwatchLogsExports": engine_value(template, "LogExports"),
        "EnablePerformanceInsights": True,
        "MonitoringInterval": MONITORING_SECONDS,
        "MonitoringRoleArn": GetAtt(monitoring, "Arn"),
        "PerformanceInsightsKMSKeyId": take(template, keys.DATA_KEY_ARN),
        "PerformanceInsightsRetentionPeriod": INSIGHTS_DAYS,
    }


def _accept_findings(database: rds.DBInstance) -> None:
    suppress(
        database,
        "Encrypted always: one that is restored from an automated backup takes the encryption of its source, which is "
        "ours and encrypted, and RDS refuses the property there.",
        checkov=("CKV_AWS_16",),
    )
    suppress(
        database,
        "The layer backup selects the database by its ARN, in a template of its own that this judge does not read; "
        "RDS's own backups reach back DatabaseBackupDays to the second besides.",
        nag=("HIPAA.Security-RDSInBackupPlan", "NIST.800.53.R5-RDSInBackupPlan"),
    )
