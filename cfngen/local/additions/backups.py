"""AWS Backup's selections, vault policies, plan updates and restore tests, which moto lacks. Nothing is ever copied."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from moto.backup.models import backup_backends

from .protocol import Operation, Params, Refused, not_found
from .store import Store, now

_PLANS, _TESTS, _POLICIES, _SELECTIONS = "restore plans", "restore tests", "vault policies", "selections"


def _plan(store: Store, params: Params) -> Any:
    plans = backup_backends[store.account_id][store.region_name].plans
    if params["BackupPlanId"] not in plans:
        raise not_found("Backup plan", params["BackupPlanId"])
    return plans[params["BackupPlanId"]]


def _update_plan(store: Store, params: Params) -> Mapping[str, Any]:
    plan = _plan(store, params)
    plan.backup_plan, plan.version_id = params["BackupPlan"], uuid.uuid4().hex
    found: Mapping[str, Any] = plan.to_dict()
    return found


def _delete_plan(store: Store, params: Params) -> Mapping[str, Any]:
    """Delete a plan; moto keeps its name taken."""
    plan = _plan(store, params)
    if _selections(store, plan.backup_plan_id):
        raise Refused("InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan")
    del backup_backends[store.account_id][store.region_name].plans[plan.backup_plan_id]
    found = {name: value for name, value in plan.to_dict().items() if name in ("BackupPlanId", "BackupPlanArn")}
    return {**found, "DeletionDate": now(), "VersionId": plan.version_id}


def _selections(store: Store, plan: str) -> dict[str, Any]:
    return {key: each for key, each in store.tables[_SELECTIONS].items() if each["BackupPlanId"] == plan}


def _select(store: Store, params: Params) -> Mapping[str, Any]:
    made = {
        "SelectionId": str(uuid.uuid4()),
        "BackupPlanId": _plan(store, params).backup_plan_id,
        "CreationDate": now(),
    }
    store.tables[_SELECTIONS][made["SelectionId"]] = {**made, "BackupSelection": params["BackupSelection"]}
    return made


def _selection(store: Store, params: Params) -> dict[str, Any]:
    found = _selections(store, params["BackupPlanId"]).get(params["SelectionId"])
    if found is None:
        raise not_found("Backup selection", params["SelectionId"])
    return dict(found)


def _unselect(store: Store, params: Params) -> None:
    del store.tables[_SELECTIONS][_selection(store, params)["SelectionId"]]


def _list_selections(store: Store, params: Params) -> Mapping[str, Any]:
    found = _selections(store, _plan(store, params).backup_plan_id).values()
    brief = [{**each, **each["BackupSelection"]} for each in found]
    keys = ("SelectionId", "SelectionName", "BackupPlanId", "CreationDate", "IamRoleArn")
    return {"BackupSelectionsList": [{key: each[key] for key in keys} for each in brief]}


def _vault(store: Store, params: Params) -> str:
    name = str(params["BackupVaultName"])
    if name not in backup_backends[store.account_id][store.region_name].vaults:
        raise not_found("Backup vault", name)
    return name


def _put_policy(store: Store, params: Params) -> None:
    store.tables[_POLICIES][_vault(store, params)] = params["Policy"]


def _policy(store: Store, params: Params) -> Mapping[str, Any]:
    name = _vault(store, params)
    if name not in store.tables[_POLICIES]:
        raise not_found("Access policy of the backup vault", name)
    arn = store.arn("backup", f"backup-vault:{name}")
    return {"BackupVaultName": name, "BackupVaultArn": arn, "Policy": store.tables[_POLICIES][name]}


def _delete_policy(store: Store, params: Params) -> None:
    store.tables[_POLICIES].pop(_vault(store, params), None)


def _delete_vault(store: Store, params: Params) -> None:
    name = _vault(store, params)
    store.tables[_POLICIES].pop(name, None)
    backup_backends[store.account_id][store.region_name].delete_backup_vault(name)


def _make_restore_plan(store: Store, params: Params) -> Mapping[str, Any]:
    plan = params["RestoreTestingPlan"]
    name = plan["RestoreTestingPlanName"]
    if name in store.tables[_PLANS]:
        raise Refused("AlreadyExistsException", f"Restore testing plan {name} already exists")
    arn = store.arn("backup", f"restore-testing-plan:{name}-{uuid.uuid4()}")
    made = {"RestoreTestingPlanArn": arn, "RestoreTestingPlanName": name, "CreationTime": now()}
    store.tables[_PLANS][name] = {**made, **plan}
    return made


def _restore_plan(store: Store, params: Params) -> dict[str, Any]:
    found = store.tables[_PLANS].get(params["RestoreTestingPlanName"])
    if found is None:
        raise not_found("Restore testing plan", params["RestoreTestingPlanName"])
    return dict(found)


def _update_restore_plan(store: Store, params: Params) -> Mapping[str, Any]:
    changed = {**_restore_plan(store, params), **params["RestoreTestingPlan"]}
    store.tables[_PLANS][params["RestoreTestingPlanName"]] = changed
    return {key: changed[key] for key in ("RestoreTestingPlanArn", "RestoreTestingPlanName", "CreationTime")}


def _delete_restore_plan(store: Store, params: Params) -> None:
    name = _restore_plan(store, params)["RestoreTestingPlanName"]
    if any(plan == name for plan, _ in _tests(store)):
        raise Refused("InvalidRequestException", f"Restore testing plan {name} has selections")
    del store.tables[_PLANS][name]


def _make_test(store: Store, params: Params) -> Mapping[str, Any]:
    plan, test = _restore_plan(store, params), params["RestoreTestingSelection"]
    made = {
        "RestoreTestingPlanName": plan["RestoreTestingPlanName"],
        "RestoreTestingSelectionName": test["RestoreTestingSelectionName"],
        "CreationTime": now(),
    }
    _tests(store)[plan["RestoreTestingPlanName"], test["RestoreTestingSelectionName"]] = {**test, **made}
    return {**made, "RestoreTestingPlanArn": plan["RestoreTestingPlanArn"]}


def _tests(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    return store.tables[_TESTS]


def _test(store: Store, params: Params) -> dict[str, Any]:
    key = (params["RestoreTestingPlanName"], params["RestoreTestingSelectionName"])
    if key not in _tests(store):
        raise not_found("Restore testing selection", key[1])
    return _tests(store)[key]


def _update_test(store: Store, params: Params) -> Mapping[str, Any]:
    _test(store, params).update(params["RestoreTestingSelection"])
    plan = _restore_plan(store, params)
    found = _test(store, params)
    keys = ("RestoreTestingPlanName", "RestoreTestingSelectionName", "CreationTime")
    return {"RestoreTestingPlanArn": plan["RestoreTestingPlanArn"], **{key: found[key] for key in keys}}


def _delete_test(store: Store, params: Params) -> None:
    found = _test(store, params)
    del _tests(store)[found["RestoreTestingPlanName"], found["RestoreTestingSelectionName"]]


def _list_tests(store: Store, params: Params) -> Mapping[str, Any]:
    name = _restore_plan(store, params)["RestoreTestingPlanName"]
    return {"RestoreTestingSelections": [each for (plan, _), each in _tests(store).items() if plan == name]}


OPERATIONS: Mapping[str, Operation] = {
    "CreateBackupSelection": _select,
    "CreateRestoreTestingPlan": _make_restore_plan,
    "CreateRestoreTestingSelection": _make_test,
    "DeleteBackupPlan": _delete_plan,
    "DeleteBackupSelection": _unselect,
    "DeleteBackupVault": _delete_vault,
    "DeleteBackupVaultAccessPolicy": _delete_policy,
    "DeleteRestoreTestingPlan": _delete_restore_plan,
    "DeleteRestoreTestingSelection": _delete_test,
    "GetBackupSelection": _selection,
    "GetBackupVaultAccessPolicy": _policy,
    "GetRestoreTestingPlan": lambda store, params: {"RestoreTestingPlan": _restore_plan(store, params)},
    "GetRestoreTestingSelection": lambda store, params: {"RestoreTestingSelection": _test(store, params)},
    "ListBackupSelections": _list_selections,
    "ListRestoreTestingPlans": lambda store, _: {"RestoreTestingPlans": list(store.tables[_PLANS].values())},
    "ListRestoreTestingSelections": _list_tests,
    "PutBackupVaultAccessPolicy": _put_policy,
    "UpdateBackupPlan": _update_plan,
    "UpdateRestoreTestingPlan": _update_restore_plan,
    "UpdateRestoreTestingSelection": _update_test,
}
