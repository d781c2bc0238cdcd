"""AWS Backup: vaults, plans, selections and restore tests.

Not represented: backups themselves, notifications of a vault, tags of plans that change; nothing is copied or restored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import Properties, forgiving, gone, leave, named, pick, send, tag_map, text
from .handler import Handler, Made, Request


def _create_vault(r: Request) -> Made:
    name = named(r, "BackupVaultName", 50)
    given = pick(r.properties, "EncryptionKeyArn", "BackupVaultTags")
    send(r.clients("backup").create_backup_vault, given, BackupVaultName=name)
    return _settle_vault(r, name)


def _settle_vault(r: Request, name: str) -> Made:
    backup = r.clients("backup")
    _settle_lock(r, name)
    old, new = (p.get("AccessPolicy") for p in (r.before, r.properties))
    if new is not None and new != old:
        backup.put_backup_vault_access_policy(BackupVaultName=name, Policy=text(new))
    elif old is not None and new is None:
        gone(backup.delete_backup_vault_access_policy, BackupVaultName=name)
    arn = backup.describe_backup_vault(BackupVaultName=name)["BackupVaultArn"]
    _tag(r, arn, "BackupVaultTags")
    return Made(name, {"BackupVaultArn": arn})


def _settle_lock(r: Request, name: str) -> None:
    backup = r.clients("backup")
    old, new = (p.get("LockConfiguration") for p in (r.before, r.properties))
    if new is not None and new != old:
        send(backup.put_backup_vault_lock_configuration, new, BackupVaultName=name)
    elif old is not None and new is None:
        backup.delete_backup_vault_lock_configuration(BackupVaultName=name)


def _tag(r: Request, arn: str, prop: str) -> None:
    old, new = (dict(p.get(prop, {})) for p in (r.before, r.properties))
    if r.before and old.keys() - new.keys():
        r.clients("backup").untag_resource(ResourceArn=arn, TagKeyList=sorted(old.keys() - new.keys()))
    if r.before and new and new != old:
        r.clients("backup").tag_resource(ResourceArn=arn, Tags=new)


def _plan(properties: Properties) -> dict[str, Any]:
    """Return a plan in the service's spelling."""
    given = properties["BackupPlan"]
    rules = [
        {**leave(rule, "TargetBackupVault"), "TargetBackupVaultName": rule["TargetBackupVault"]}
        for rule in given["BackupPlanRule"]
    ]
    return {"BackupPlan": {**leave(given, "BackupPlanRule"), "Rules": rules}}


def _create_plan(r: Request) -> Made:
    given = {**_plan(r.properties), **pick(r.properties, "BackupPlanTags")}
    return _made_plan(send(r.clients("backup").create_backup_plan, given))


def _made_plan(found: Mapping[str, Any]) -> Made:
    plan = str(found["BackupPlanId"])
    known = {"BackupPlanId": plan, "BackupPlanArn": found["BackupPlanArn"], "VersionId": found["VersionId"]}
    return Made(plan, known)


def _update_plan(r: Request) -> Made:
    return _made_plan(send(r.clients("backup").update_backup_plan, _plan(r.properties), BackupPlanId=r.physical_id))


def _select(r: Request) -> Made:
    made = send(r.clients("backup").create_backup_selection, r.properties)
    selection, plan = made["SelectionId"], made["BackupPlanId"]
    return Made(f"{selection}_{plan}", {"Id": f"{selection}_{plan}", "SelectionId": selection})


def _unselect(r: Request) -> None:
    selection, _, plan = r.physical_id.partition("_")
    gone(r.clients("backup").delete_backup_selection, BackupPlanId=plan, SelectionId=selection)


def _create_restore_plan(r: Request) -> Made:
    given = {"RestoreTestingPlan": leave(r.properties, "Tags")}
    made = send(r.clients("backup").create_restore_testing_plan, given, Tags=tag_map(r.properties))
    return Made(made["RestoreTestingPlanName"], {"RestoreTestingPlanArn": made["RestoreTestingPlanArn"]})


def _update_restore_plan(r: Request) -> Made:
    given = {"RestoreTestingPlan": leave(r.properties, "Tags", "RestoreTestingPlanName")}
    made = send(r.clients("backup").update_restore_testing_plan, given, RestoreTestingPlanName=r.physical_id)
    return Made(r.physical_id, {"RestoreTestingPlanArn": made["RestoreTestingPlanArn"]})


def _names(r: Request) -> dict[str, str]:
    return {name: r.properties[name] for name in ("RestoreTestingPlanName", "RestoreTestingSelectionName")}


def _create_test(r: Request) -> Made:
    given = {"RestoreTestingSelection": leave(r.properties, "RestoreTestingPlanName")}
    plan = pick(r.properties, "RestoreTestingPlanName")
    send(r.clients("backup").create_restore_testing_selection, given, **plan)
    return Made("|".join(_names(r).values()))


def _update_test(r: Request) -> Made:
    changes = leave(r.properties, *_names(r), "ProtectedResourceType")
    send(r.clients("backup").update_restore_testing_selection, {"RestoreTestingSelection": changes}, **_names(r))
    return Made(r.physical_id)


def _delete_test(r: Request) -> None:
    with forgiving():
        r.clients("backup").delete_restore_testing_selection(**_names(r))


HANDLERS: Mapping[str, Handler] = {
    "AWS::Backup::BackupPlan": Handler(
        _create_plan, lambda r: gone(r.clients("backup").delete_backup_plan, BackupPlanId=r.physical_id), _update_plan
    ),
    "AWS::Backup::BackupSelection": Handler(_select, _unselect),
    "AWS::Backup::BackupVault": Handler(
        _create_vault,
        lambda r: gone(r.clients("backup").delete_backup_vault, BackupVaultName=r.physical_id),
        lambda r: _settle_vault(r, r.physical_id),
    ),
    "AWS::Backup::RestoreTestingPlan": Handler(
        _create_restore_plan,
        lambda r: gone(r.clients("backup").delete_restore_testing_plan, RestoreTestingPlanName=r.physical_id),
        _update_restore_plan,
    ),
    "AWS::Backup::RestoreTestingSelection": Handler(_create_test, _delete_test, _update_test),
}
