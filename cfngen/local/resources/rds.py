"""Databases of RDS, with their subnet, parameter and option groups.

Not represented: engine life cycle, Performance Insights, processor features, certificates' details, additional volumes;
what snapshots and replicated backups hold, backups of a database that was deleted. A change is applied at once and
needs no restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import attributes, changed, dropped_tags, gone, leave, new_tags, pick, send, short, tag_list, text
from .handler import Handler, Made, Request

_OF_CREATE = ("MasterUserSecret", "VPCSecurityGroups", "Tags")
_IN_PLACE = (
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CACertificateIdentifier",
    "CopyTagsToSnapshot",
    "DBInstanceClass",
    "DBParameterGroupName",
    "DeletionProtection",
    "EnableIAMDatabaseAuthentication",
    "EnablePerformanceInsights",
    "EngineVersion",
    "Iops",
    "LicenseModel",
    "ManageMasterUserPassword",
    "MasterUserPassword",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "MultiAZ",
    "OptionGroupName",
    "PerformanceInsightsRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
    "StorageThroughput",
    "StorageType",
)
"""Properties of a database that change without replacing it."""


def _name(r: Request, prop: str, limit: int = 63) -> str:
    """Return an identifier of RDS: these are kept in lower case, and start with a letter."""
    return str(r.properties.get(prop) or short(r.name, limit)).lower()


def _tag(r: Request, arn: str) -> None:
    rds = r.clients("rds")
    if dropped_tags(r):
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        rds.add_tags_to_resource(ResourceName=arn, Tags=new_tags(r))


def _create_instance(r: Request) -> Made:
    name, p = _name(r, "DBInstanceIdentifier"), r.properties
    own: dict[str, Any] = {"DBInstanceIdentifier": name, "Tags": tag_list(p)}
    if "VPCSecurityGroups" in p:
        own["VpcSecurityGroupIds"] = list(p["VPCSecurityGroups"])
    if "KmsKeyId" in p.get("MasterUserSecret", {}):
        own["MasterUserSecretKmsKeyId"] = p["MasterUserSecret"]["KmsKeyId"]
    _make(r, leave(p, *_OF_CREATE), own)
    return _replicate(r, _instance(r, name))


def _make(r: Request, given: Mapping[str, Any], own: dict[str, Any]) -> None:
    """Make an instance anew, from a snapshot, or from the backups that another region replicates."""
    rds, name = r.clients("rds"), own["DBInstanceIdentifier"]
    if given.get("DBSnapshotIdentifier"):
        send(rds.restore_db_instance_from_db_snapshot, given, **own)
    elif given.get("SourceDBInstanceAutomatedBackupsArn"):
        more = {key: each for key, each in own.items() if key != "DBInstanceIdentifier"}
        send(rds.restore_db_instance_to_point_in_time, given, **more, TargetDBInstanceIdentifier=name)
    else:
        send(rds.create_db_instance, given, **own)


def _update_instance(r: Request) -> Made:
    rds, name = r.clients("rds"), r.physical_id
    given, own = changed(r, *_IN_PLACE), _moved(r)
    if given or own:
        send(rds.modify_db_instance, given, DBInstanceIdentifier=name, ApplyImmediately=True, **own)
    made = _instance(r, name)
    _tag(r, str(made.attributes["DBInstanceArn"]))
    return _replicate(r, made)


def _replicate(r: Request, made: Made) -> Made:
    """Replicate automated backups to the region that is named now, and no more to the one that was."""
    source = {"SourceDBInstanceArn": str(made.attributes["DBInstanceArn"])}
    old, new = (p.get("AutomaticBackupReplicationRegion") for p in (r.before, r.properties))
    if old and old != new:
        gone(r.clients("rds", old).stop_db_instance_automated_backups_replication, **source)
    if new and new != old:
        names = {"KmsKeyId": "KmsKeyId", "RetentionPeriod": "BackupRetentionPeriod"}
        given = {
            names[key]: r.properties[f"AutomaticBackupReplication{key}"]
            for key in names
            if f"AutomaticBackupReplication{key}" in r.properties
        }
        send(r.clients("rds", new).start_db_instance_automated_backups_replication, given, **source)
    return made


def _moved(r: Request) -> dict[str, Any]:
    """Return the changes that the service spells otherwise than CloudFormation."""
    own: dict[str, Any] = {}
    if changed(r, "VPCSecurityGroups"):
        own["VpcSecurityGroupIds"] = list(r.properties["VPCSecurityGroups"])
    if changed(r, "Port"):
        own["DBPortNumber"] = int(r.properties["Port"])
    old, new = (list(p.get("EnableCloudwatchLogsExports", ())) for p in (r.before, r.properties))
    if old != new:
        own["CloudwatchLogsExportConfiguration"] = {
            "EnableLogTypes": [each for each in new if each not in old],
            "DisableLogTypes": [each for each in old if each not in new],
        }
    return own


def _instance(r: Request, name: str) -> Made:
    found = r.clients("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    secret = found.get("MasterUserSecret", {}).get("SecretArn")
    return Made(
        name,
        {
            **attributes(r.properties, "Engine", "EngineVersion", "DBInstanceClass", "MasterUsername", "DBName"),
            **attributes(found, "DBInstanceIdentifier", "DBInstanceArn", "DbiResourceId", "DBInstanceStatus"),
            "InstanceCreateTime": found["InstanceCreateTime"].isoformat(),
            "Endpoint.Address": found["Endpoint"]["Address"],
            "Endpoint.Port": str(found["Endpoint"]["Port"]),
            **attributes({"Endpoint.HostedZoneId": found["Endpoint"].get("HostedZoneId", "")}, "Endpoint.HostedZoneId"),
            **({"MasterUserSecret.SecretArn": secret} if secret else {}),
        },
    )


def _delete_instance(r: Request) -> None:
    region = r.properties.get("AutomaticBackupReplicationRegion")
    if region:
        arn = f"arn:aws:rds:{r.region}:{r.account}:db:{r.physical_id}"
        gone(r.clients("rds", region).stop_db_instance_automated_backups_replication, SourceDBInstanceArn=arn)
    name = short(f"{r.stack_name}-snapshot-{r.logical_id}-{r.name[-12:]}", 63)
    last = {"FinalDBSnapshotIdentifier": name.lower()}
    how = last if r.snapshot else {"SkipFinalSnapshot": True}
    gone(r.clients("rds").delete_db_instance, DBInstanceIdentifier=r.physical_id, **how)


def _create_subnet_group(r: Request) -> Made:
    name = _name(r, "DBSubnetGroupName", 255)
    given = leave(r.properties, "Tags", "DBSubnetGroupName")
    send(r.clients("rds").create_db_subnet_group, given, DBSubnetGroupName=name, Tags=tag_list(r.properties))
    return _subnet_group(r, name)


def _subnet_group(r: Request, name: str) -> Made:
    found = r.clients("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]
    return Made(name, {"DBSubnetGroupArn": found["DBSubnetGroupArn"]})


def _update_subnet_group(r: Request) -> Made:
    name = r.physical_id
    given = leave(r.properties, "DBSubnetGroupName")
    send(r.clients("rds").modify_db_subnet_group, given, DBSubnetGroupName=name)
    made = _subnet_group(r, name)
    _tag(r, str(made.attributes["DBSubnetGroupArn"]))
    return made


def _create_parameter_group(r: Request) -> Made:
    name = _name(r, "DBParameterGroupName", 255)
    own = {"DBParameterGroupName": name, "DBParameterGroupFamily": r.properties["Family"]}
    given = pick(r.properties, "Description")
    send(r.clients("rds").create_db_parameter_group, given, **own, Tags=tag_list(r.properties))
    return _settle_parameters(r, name)


def _settle_parameters(r: Request, name: str) -> Made:
    rds = r.clients("rds")
    old, new = (p.get("Parameters", {}) for p in (r.before, r.properties))
    wanted = [
        {"ParameterName": key, "ParameterValue": text(value), "ApplyMethod": "pending-reboot"}
        for key, value in new.items()
        if old.get(key) != value
    ]
    if wanted:
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=wanted)
    found = rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"][0]
    known = attributes(r.properties, "Description", "Family")
    return Made(name, {**known, "DBParameterGroupName": name, "DBParameterGroupArn": found["DBParameterGroupArn"]})


def _update_parameter_group(r: Request) -> Made:
    made = _settle_parameters(r, r.physical_id)
    _tag(r, str(made.attributes["DBParameterGroupArn"]))
    return made


def _create_option_group(r: Request) -> Made:
    name = _name(r, "OptionGroupName", 255)
    given = leave(r.properties, "Tags", "OptionGroupName")
    send(r.clients("rds").create_option_group, given, OptionGroupName=name, Tags=tag_list(r.properties))
    return _settle_options(r, name)


def _settle_options(r: Request, name: str) -> Made:
    old, new = (p.get("OptionConfigurations", ()) for p in (r.before, r.properties))
    dropped = sorted({each["OptionName"] for each in old} - {each["OptionName"] for each in new})
    given = {"OptionsToInclude": list(new), "OptionsToRemove": dropped}
    if old != new and (new or dropped):
        filled = {key: value for key, value in given.items() if value}
        send(r.clients("rds").modify_option_group, filled, OptionGroupName=name, ApplyImmediately=True)
    return Made(name)


def _update_option_group(r: Request) -> Made:
    _tag(r, f"arn:aws:rds:{r.region}:{r.account}:og:{r.physical_id}")
    return _settle_options(r, r.physical_id)


HANDLERS: Mapping[str, Handler] = {
    "AWS::RDS::DBInstance": Handler(_create_instance, _delete_instance, _update_instance),
    "AWS::RDS::DBSubnetGroup": Handler(
        _create_subnet_group,
        lambda r: gone(r.clients("rds").delete_db_subnet_group, DBSubnetGroupName=r.physical_id),
        _update_subnet_group,
    ),
    "AWS::RDS::DBParameterGroup": Handler(
        _create_parameter_group,
        lambda r: gone(r.clients("rds").delete_db_parameter_group, DBParameterGroupName=r.physical_id),
        _update_parameter_group,
    ),
    "AWS::RDS::OptionGroup": Handler(
        _create_option_group,
        lambda r: gone(r.clients("rds").delete_option_group, OptionGroupName=r.physical_id),
        _update_option_group,
    ),
}
