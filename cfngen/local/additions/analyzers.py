"""IAM Access Analyzer, which moto lacks: analyzers and their tags. Nothing is ever analyzed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .protocol import Operation, Params, Refused, not_found
from .store import Store, now


def _analyzers(store: Store) -> dict[str, Any]:
    return store.tables["analyzers"]


def _create(store: Store, params: Params) -> Mapping[str, Any]:
    name, kind = params["analyzerName"], params["type"]
    if any(name == each["name"] for each in _analyzers(store).values()):
        raise Refused("ConflictException", f"An analyzer {name} already exists", 409)
    if any(kind == each["type"] for each in _analyzers(store).values()):
        raise Refused("ServiceQuotaExceededException", f"The account has an analyzer of type {kind} already", 402)
    _analyzers(store)[name] = {
        "arn": store.arn("access-analyzer", f"analyzer/{name}"),
        "name": name,
        "type": kind,
        "createdAt": now().isoformat(),
        "tags": dict(params.get("tags", {})),
        "status": "ACTIVE",
        **({"configuration": params["configuration"]} if "configuration" in params else {}),
    }
    return {"arn": _analyzers(store)[name]["arn"]}


def _found(store: Store, params: Params) -> dict[str, Any]:
    found = _analyzers(store).get(params["analyzerName"])
    if found is None:
        raise not_found("Analyzer", params["analyzerName"])
    return dict(found)


def _update(store: Store, params: Params) -> Mapping[str, Any]:
    changed = {**_found(store, params), "configuration": params.get("configuration", {})}
    _analyzers(store)[params["analyzerName"]] = changed
    return {"configuration": changed["configuration"]}


def _delete(store: Store, params: Params) -> None:
    _found(store, params)
    del _analyzers(store)[params["analyzerName"]]


def _tags(store: Store, params: Params) -> dict[str, str]:
    for analyzer in _analyzers(store).values():
        if analyzer["arn"] == params["resourceArn"]:
            tags: dict[str, str] = analyzer["tags"]
            return tags
    raise not_found("Analyzer", params["resourceArn"])


def _tag(store: Store, params: Params) -> None:
    _tags(store, params).update(params["tags"])


def _untag(store: Store, params: Params) -> None:
    tags = _tags(store, params)
    for key in params["tagKeys"]:
        tags.pop(key, None)


OPERATIONS: Mapping[str, Operation] = {
    "CreateAnalyzer": _create,
    "DeleteAnalyzer": _delete,
    "GetAnalyzer": lambda store, params: {"analyzer": _found(store, params)},
    "ListAnalyzers": lambda store, _: {"analyzers": list(_analyzers(store).values())},
    "ListTagsForResource": lambda store, params: {"tags": _tags(store, params)},
    "TagResource": _tag,
    "UntagResource": _untag,
    "UpdateAnalyzer": _update,
}
