"""What Cognito keeps beside a pool, and moto does not: answers to risks, log delivery, roles of an identity pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cognitoidentity.models import cognitoidentity_backends
from moto.cognitoidp.models import cognitoidp_backends

from .protocol import Operation, Params, not_found
from .store import Store

_EVERY_CLIENT = "ALL"


def _require_pool(store: Store, params: Params) -> str:
    name = str(params["UserPoolId"])
    if name not in cognitoidp_backends[store.account_id][store.region_name].user_pools:
        raise not_found("User pool", name)
    return name


def _set_risks(store: Store, params: Params) -> Mapping[str, Any]:
    key = f"{_require_pool(store, params)}|{params.get('ClientId', _EVERY_CLIENT)}"
    kept = {name: value for name, value in params.items() if value}
    if len(kept) > len({"UserPoolId", "ClientId"} & set(kept)):
        store.tables["risks"][key] = kept
    else:  # a configuration without any answer takes back the one that is there
        store.tables["risks"].pop(key, None)
    return {"RiskConfiguration": kept}


def _risks(store: Store, params: Params) -> Mapping[str, Any]:
    key = f"{_require_pool(store, params)}|{params.get('ClientId', _EVERY_CLIENT)}"
    return {"RiskConfiguration": store.tables["risks"].get(key, {"UserPoolId": params["UserPoolId"]})}


def _set_logs(store: Store, params: Params) -> Mapping[str, Any]:
    name = _require_pool(store, params)
    logs = {"UserPoolId": name, "LogConfigurations": params["LogConfigurations"]}
    store.tables["logs"][name] = logs
    return {"LogDeliveryConfiguration": logs}


def _logs(store: Store, params: Params) -> Mapping[str, Any]:
    name = _require_pool(store, params)
    found = store.tables["logs"].get(name, {"UserPoolId": name, "LogConfigurations": []})
    return {"LogDeliveryConfiguration": found}


def _require_identity_pool(store: Store, params: Params) -> str:
    name = str(params["IdentityPoolId"])
    if name not in cognitoidentity_backends[store.account_id][store.region_name].identity_pools:
        raise not_found("IdentityPool", name)
    return name


def _set_roles(store: Store, params: Params) -> None:
    name = _require_identity_pool(store, params)
    store.tables["roles"][name] = {key: params[key] for key in ("Roles", "RoleMappings") if params.get(key)}


def _roles(store: Store, params: Params) -> Mapping[str, Any]:
    name = _require_identity_pool(store, params)
    return {"IdentityPoolId": name, **store.tables["roles"].get(name, {})}


OF_USER_POOLS: Mapping[str, Operation] = {
    "DescribeRiskConfiguration": _risks,
    "GetLogDeliveryConfiguration": _logs,
    "SetLogDeliveryConfiguration": _set_logs,
    "SetRiskConfiguration": _set_risks,
}
OF_IDENTITY_POOLS: Mapping[str, Operation] = {
    "GetIdentityPoolRoles": _roles,
    "SetIdentityPoolRoles": _set_roles,
}
