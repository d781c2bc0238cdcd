"""Security Hub's standards and settings, which moto leaves out. Nothing is ever judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.securityhub.models import securityhub_backends

from .protocol import Operation, Params, Refused
from .store import Store


def _standards(store: Store) -> dict[str, Any]:
    """Return the standards that are on, by subscription; a hub that is off has none."""
    hub = securityhub_backends[store.account_id][store.region_name]
    if not hub.enabled:
        raise Refused(
            "InvalidAccessException", f"Account {store.account_id} is not subscribed to AWS Security Hub", 401
        )
    if store.tables["hub"].get("since") != hub.enabled_at:  # a hub that is switched on again begins anew
        store.tables["standards"].clear()
        store.tables["hub"] = {"since": hub.enabled_at}
    return store.tables["standards"]


def _enable(store: Store, params: Params) -> Mapping[str, Any]:
    made = [
        {
            "StandardsSubscriptionArn": store.arn("securityhub", f"subscription/{_name(request['StandardsArn'])}"),
            "StandardsArn": request["StandardsArn"],
            "StandardsInput": request.get("StandardsInput", {}),
            "StandardsStatus": "READY",
        }
        for request in params["StandardsSubscriptionRequests"]
    ]
    _standards(store).update({each["StandardsSubscriptionArn"]: each for each in made})
    return {"StandardsSubscriptions": made}


def _name(standard: str) -> str:
    return standard.partition("standards/")[2] or standard.partition("ruleset/")[2]


def _disable(store: Store, params: Params) -> Mapping[str, Any]:
    standards = _standards(store)
    gone = [standards.pop(arn) for arn in params["StandardsSubscriptionArns"] if arn in standards]
    return {"StandardsSubscriptions": [{**each, "StandardsStatus": "DELETING"} for each in gone]}


def _enabled(store: Store, params: Params) -> Mapping[str, Any]:
    wanted = params.get("StandardsSubscriptionArns")
    standards = _standards(store).values()
    return {"StandardsSubscriptions": [e for e in standards if not wanted or e["StandardsSubscriptionArn"] in wanted]}


def _configure(store: Store, params: Params) -> None:
    _standards(store)
    store.tables["hub"] |= {name: params[name] for name in _SETTINGS if name in params}


_SETTINGS = {"AutoEnableControls": True, "ControlFindingGenerator": "SECURITY_CONTROL"}


def _describe(store: Store, _: Params) -> Mapping[str, Any]:
    _standards(store)
    hub, kept = securityhub_backends[store.account_id][store.region_name], store.tables["hub"]
    arn = store.arn("securityhub", "hub/default")
    return {"HubArn": arn, "SubscribedAt": hub.enabled_at, **{key: kept.get(key, _SETTINGS[key]) for key in _SETTINGS}}


OPERATIONS: Mapping[str, Operation] = {
    "BatchDisableStandards": _disable,
    "BatchEnableStandards": _enable,
    "DescribeHub": _describe,
    "GetEnabledStandards": _enabled,
    "UpdateSecurityHubConfiguration": _configure,
}
