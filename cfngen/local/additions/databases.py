"""RDS's automated backups replicated to another region, which moto lacks: methods for its classes.

RDS speaks the query protocol, which moto reads and writes well, so these join its own.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBInstanceNotFoundError, RDSClientError
from moto.rds.models import RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from .store import store_of

_TABLE = "replicated backups"
_describe = RDSBackend.describe_db_instance_automated_backups
_restore = RDSResponse.restore_db_instance_to_point_in_time

_INHERITED = ("db_name", "engine", "engine_version", "kms_key_id", "license_model", "master_username")
"""What a restored database has from the one that the backups are of."""


def start_replication(self: RDSResponse) -> ActionResult:
    """Answer StartDBInstanceAutomatedBackupsReplication, which is asked of the region that receives."""
    arn = str(self.params["SourceDBInstanceArn"])
    _, _, _, region, account, _, name = arn.split(":")
    if name not in rds_backends[account][region].databases:
        raise DBInstanceNotFoundError(name)
    source, store = rds_backends[account][region].databases[name], store_of(account, self.region)
    made = {
        "DBInstanceArn": arn,
        "DBInstanceIdentifier": name,
        "DbiResourceId": source.dbi_resource_id,
        "Region": region,
        "Status": "replicating",
        "Engine": source.engine,
        "Encrypted": bool(self.params.get("KmsKeyId")),
        "KmsKeyId": self.params.get("KmsKeyId"),
        "BackupRetentionPeriod": self.params.get("BackupRetentionPeriod", 7),
        "DBInstanceAutomatedBackupsArn": store.arn("rds", f"auto-backup:{source.dbi_resource_id}"),
    }
    store.tables[_TABLE][arn] = made
    return ActionResult({"DBInstanceAutomatedBackup": made})


def stop_replication(self: RDSResponse) -> ActionResult:
    """Answer StopDBInstanceAutomatedBackupsReplication."""
    arn = str(self.params["SourceDBInstanceArn"])
    found = store_of(self.current_account, self.region).tables[_TABLE].pop(arn, None)
    if found is None:
        raise DBInstanceNotFoundError(arn)
    return ActionResult({"DBInstanceAutomatedBackup": found})


def restore(self: RDSResponse) -> ActionResult:
    """Answer RestoreDBInstanceToPointInTime, from replicated backups too, wherever their database is."""
    arn = self.params.get("SourceDBInstanceAutomatedBackupsArn")
    if not arn:
        return _restore(self)
    known = store_of(self.current_account, self.region).tables[_TABLE].values()
    found = next((each for each in known if each["DBInstanceAutomatedBackupsArn"] == arn), None)
    if found is None:
        raise RDSClientError("DBInstanceAutomatedBackupNotFound", f"There are no automated backups {arn}.")
    source = rds_backends[self.current_account][found["Region"]].databases[found["DBInstanceIdentifier"]]
    inherited = {name: getattr(source, name) for name in _INHERITED} | {"storage_encrypted": found["Encrypted"]}
    given = {name: value for name, value in dict(self.params).items() if value is not None}
    inherited["kms_key_id"] = found["KmsKeyId"]
    name = self.params["TargetDBInstanceIdentifier"]
    made = self.backend.create_db_instance({**inherited, **given, "db_instance_identifier": name})
    return ActionResult({"DBInstance": made})


def describe_backups(self: RDSBackend, db_instance_identifier: str | None = None, **more: Any) -> list[Any]:
    """Return the automated backups of a region, those among them that were replicated to it."""
    replicated = store_of(self.account_id, self.region_name).tables[_TABLE].values()
    wanted = [each for each in replicated if db_instance_identifier in (None, each["DBInstanceIdentifier"])]
    own: list[Any] = _describe(self, db_instance_identifier=db_instance_identifier, **more)
    return [*own, *wanted]
