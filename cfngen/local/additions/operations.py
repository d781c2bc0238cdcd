"""Actions of CodeDeploy and Systems Manager that moto 5.2.5 does not know: `add_actions` gives them to moto's classes.

moto finds an action by the name of a method of the service's class, so a new method is a new action. What moto knows
but does wrong here is put right beside it: tags of patch baselines, and patch groups of more than one system.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from moto.codedeploy import responses as codedeploy
from moto.codedeploy.exceptions import ApplicationDoesNotExistException, DeploymentGroupDoesNotExistException
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ssm.exceptions import AlreadyExistsException, BaselineDoesNotExistException, SSMException
from moto.ssm.models import FakePatchGroup, SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

_describe_group = codedeploy._deployment_group_info  # noqa: SLF001 - there is no other way to it
_valid_id = SimpleSystemManagerBackend._validate_resource_type_and_id  # noqa: SLF001


def add_actions() -> None:
    """Complete moto in this process; doing it again changes nothing."""
    for owner, actions in _ACTIONS.items():
        for name, action in actions.items():
            setattr(owner, name, action)
    setattr(codedeploy, "_deployment_group_info", _deployment_group)  # noqa: B010 - its type is moto's


def _deployment_group(group: Any) -> dict[str, Any]:
    fleets = [{"name": name, "hook": f"CodeDeploy-managed-{name}"} for name in group.auto_scaling_groups]
    return {
        **_describe_group(group),
        "alarmConfiguration": group.alarm_configuration or {},
        "autoScalingGroups": fleets,
    }


def _delete_application(self: Any) -> ActionResult:
    backend, name = self.codedeploy_backend, self._get_param("applicationName")
    if name not in backend.applications:
        raise ApplicationDoesNotExistException(f"The application {name} does not exist.")
    backend.applications.pop(name)
    backend.deployment_groups.pop(name, None)
    return ActionResult({})


def _found_group(self: Any, name: str) -> tuple[dict[str, Any], Any]:
    """Return the groups of the request's application, and the one of that name."""
    groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
    if name not in groups:
        raise DeploymentGroupDoesNotExistException(f"The deployment group {name} does not exist.")
    return groups, groups[name]


def _delete_deployment_group(self: Any) -> ActionResult:
    name = self._get_param("deploymentGroupName")
    groups, _ = _found_group(self, name)
    groups.pop(name)
    return ActionResult({"hooksNotCleanedUp": []})


def _update_deployment_group(self: Any) -> ActionResult:
    _, group = _found_group(self, self._get_param("currentDeploymentGroupName"))
    _take(group, _given(self), leave=("applicationName", "currentDeploymentGroupName"))
    return ActionResult({"hooksNotCleanedUp": []})


def _given(self: Any) -> dict[str, Any]:
    """Return a request's parameters; both services speak JSON."""
    found: dict[str, Any] = json.loads(self.body)
    return found


def _take(what: Any, given: dict[str, Any], leave: tuple[str, ...]) -> None:
    """Set the attributes of one of moto's objects to what a request says."""
    for name, value in given.items():
        if name not in leave:
            setattr(what, camelcase_to_underscores(name), value)


def _get_patch_baseline(self: Any) -> ActionResult:
    baseline = _baseline(self)
    groups = [
        name for name, group in self.ssm_backend.patch_groups.items() if baseline.id in group.associations.values()
    ]
    return ActionResult({**baseline.to_json(), "Name": baseline.name, "PatchGroups": groups})


def _baseline(self: Any) -> Any:
    found = self.ssm_backend.baselines.get(self._get_param("BaselineId"))
    if found is None:
        raise BaselineDoesNotExistException
    return found


def _update_patch_baseline(self: Any) -> ActionResult:
    baseline = _baseline(self)
    _take(baseline, _given(self), leave=("BaselineId",))
    return ActionResult({**baseline.to_json(), "Name": baseline.name})


def _update_maintenance_window(self: Any) -> ActionResult:
    window = self.ssm_backend.get_maintenance_window(self._get_param("WindowId"))
    _take(window, _given(self), leave=("WindowId",))
    return ActionResult(window.to_json())


def _update_maintenance_window_task(self: Any) -> ActionResult:
    window = self.ssm_backend.get_maintenance_window(self._get_param("WindowId"))
    task = window.tasks.get(self._get_param("WindowTaskId"))
    if task is None:
        raise SSMException("DoesNotExistException", "Maintenance window task does not exist")
    _take(task, _given(self), leave=("WindowId", "WindowTaskId"))
    return ActionResult(task.to_json())


def _associations(self: Any) -> dict[str, dict[str, Any]]:
    """Return the associations of the request's account and region; moto's backend forgets them with all else."""
    known: dict[str, dict[str, Any]] = self.ssm_backend.__dict__.setdefault("associations", {})
    return known


def _association(self: Any) -> dict[str, Any]:
    found = _associations(self).get(self._get_param("AssociationId"))
    if found is None:
        raise SSMException("AssociationDoesNotExist", "The specified association does not exist.")
    return found


def _create_association(self: Any) -> ActionResult:
    given = {name: value for name, value in _given(self).items() if name != "Tags"}
    made = {"AssociationId": str(uuid4()), "AssociationVersion": "1", "Date": utcnow(), **given}
    _associations(self)[made["AssociationId"]] = made
    tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags") or ()}
    self.ssm_backend.add_tags_to_resource("Association", made["AssociationId"], tags)
    return ActionResult({"AssociationDescription": made})


def _describe_association(self: Any) -> ActionResult:
    return ActionResult({"AssociationDescription": _association(self)})


def _update_association(self: Any) -> ActionResult:
    found = _association(self)
    found.update(_given(self))
    return ActionResult({"AssociationDescription": found})


def _delete_association(self: Any) -> ActionResult:
    _associations(self).pop(_association(self)["AssociationId"])
    return ActionResult({})


def _list_associations(self: Any) -> ActionResult:
    return ActionResult({"Associations": list(_associations(self).values())})


def _validate_resource(self: Any, resource_type: str, resource_id: str) -> str:
    known = {"PatchBaseline": self.baselines, "Association": self.__dict__.get("associations", {})}
    if resource_type in known and resource_id in known[resource_type]:
        return resource_id
    return str(_valid_id(self, resource_type, resource_id))


def _register_baseline(self: Any, baseline_id: str, patch_group: str) -> tuple[str, str]:
    if baseline_id not in self.baselines:
        raise BaselineDoesNotExistException
    system = self.baselines[baseline_id].operating_system
    group = self.patch_groups.setdefault(patch_group, FakePatchGroup(patch_group, self.region_name))
    if group.associations.get(system) in self.baselines.keys() - {baseline_id}:
        raise AlreadyExistsException(system)
    group.associations[system] = baseline_id
    return baseline_id, patch_group


def _deregister_baseline(self: Any, baseline_id: str, patch_group: str) -> tuple[str, str]:
    group = self.patch_groups.get(patch_group)
    if group and baseline_id in self.baselines:
        group.associations.pop(self.baselines[baseline_id].operating_system, None)
    return baseline_id, patch_group


def _delete_baseline(self: Any, baseline_id: str) -> None:
    if self.baselines.pop(baseline_id, None) is None:
        raise BaselineDoesNotExistException


def _deregister_task(self: Any, window_id: str, window_task_id: str) -> None:
    if self.get_maintenance_window(window_id).tasks.pop(window_task_id, None) is None:
        raise SSMException("DoesNotExistException", "Maintenance window task does not exist")


_ACTIONS: dict[type, dict[str, Any]] = {
    codedeploy.CodeDeployResponse: {
        "delete_application": _delete_application,
        "delete_deployment_group": _delete_deployment_group,
        "update_deployment_group": _update_deployment_group,
    },
    SimpleSystemManagerResponse: {
        "create_association": _create_association,
        "delete_association": _delete_association,
        "describe_association": _describe_association,
        "get_patch_baseline": _get_patch_baseline,
        "list_associations": _list_associations,
        "update_association": _update_association,
        "update_maintenance_window": _update_maintenance_window,
        "update_maintenance_window_task": _update_maintenance_window_task,
        "update_patch_baseline": _update_patch_baseline,
    },
    SimpleSystemManagerBackend: {
        "_validate_resource_type_and_id": _validate_resource,
        "delete_patch_baseline": _delete_baseline,
        "deregister_task_from_maintenance_window": _deregister_task,
        "deregister_patch_baseline_for_patch_group": _deregister_baseline,
        "register_patch_baseline_for_patch_group": _register_baseline,
    },
}
