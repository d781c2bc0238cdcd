"""CloudFront's policies, changes of its functions and of log deliveries, which moto lacks: `add_edge` gives them to it.

moto finds an action by the name of a method of the service's class. It forgets which functions a behaviour has and how
an origin is signed for: both are kept here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.models import DefaultCacheBehaviour, Origin
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.logs.responses import LogsResponse

from .store import now, store_of

POLICIES = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")
_PATHS = {"CachePolicy": "cache-policy", "OriginRequestPolicy": "origin-request-policy"} | {
    "ResponseHeadersPolicy": "response-headers-policy"
}
_behaviour = DefaultCacheBehaviour.__init__
_origin = Origin.__init__


def add_edge() -> None:
    """Complete moto in this process; doing it again changes nothing."""
    for kind in POLICIES:
        _add_policy(kind)
    actions: dict[type, dict[str, Any]] = {
        CloudFrontResponse: {"update_function": _update_function, "publish_function": _publish_function},
        LogsResponse: {"update_delivery_configuration": _update_delivery},
        DefaultCacheBehaviour: {"__init__": _kept_behaviour},
        Origin: {"__init__": _kept_origin},
    }
    for owner, methods in actions.items():
        for name, method in methods.items():
            setattr(owner, name, method)
    urls.url_paths["{0}/2020-05-31/function/(?P<function_name>[^/]+)/publish$"] = CloudFrontResponse.dispatch


def _add_policy(kind: str) -> None:
    """Add what can be done with one kind of policy: create, get, list, update, delete."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind)
    for verb, make in _VERBS.items():
        ending = snake.replace("policy", "policies") if verb == "list" else snake
        setattr(CloudFrontResponse, f"{verb}{ending}", make(kind))
    for ending in ("$", "/(?P<policy_id>[^/]+)$"):
        urls.url_paths[f"{{0}}/2020-05-31/{_PATHS[kind]}{ending}"] = CloudFrontResponse.dispatch


Policies = dict[str, dict[str, Any]]
Action = Callable[[Any], ActionResult]


def _policies(self: Any, kind: str) -> Policies:
    return store_of(self.current_account, "us-east-1").tables[kind]


def _found(self: Any, kind: str) -> dict[str, Any]:
    key = str(self._get_param("Id"))
    if key not in _policies(self, kind):
        raise _Refused(f"NoSuch{kind}", f"The {kind} {key} does not exist.")
    return _policies(self, kind)[key]


class _Refused(ServiceException):
    """CloudFront refuses a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _create(kind: str) -> Action:
    def create(self: Any) -> ActionResult:
        config = self._get_param(f"{kind}Config", {})
        if any(each[kind][f"{kind}Config"]["Name"] == config["Name"] for each in _policies(self, kind).values()):
            raise _Refused(f"{kind}AlreadyExists", f"There is a {kind} {config['Name']} already.")
        return _kept(self, kind, str(uuid.uuid4()), config)

    return create


def _kept(self: Any, kind: str, key: str, config: Any) -> ActionResult:
    policy = {"Id": key, "LastModifiedTime": now(), f"{kind}Config": config}
    _policies(self, kind)[key] = {kind: policy, "ETag": f"E{uuid.uuid4().hex[:12].upper()}"}
    return ActionResult(_policies(self, kind)[key])


def _get(kind: str) -> Action:
    return lambda self: ActionResult(_found(self, kind))


def _list(kind: str) -> Action:
    def every(self: Any) -> ActionResult:
        items = [{"Type": "custom", kind: each[kind]} for each in _policies(self, kind).values()]
        return ActionResult({f"{kind}List": {"MaxItems": 100, "Quantity": len(items), "Items": items}})

    return every


def _update(kind: str) -> Action:
    def update(self: Any) -> ActionResult:
        return _kept(self, kind, _found(self, kind)[kind]["Id"], self._get_param(f"{kind}Config", {}))

    return update


def _delete(kind: str) -> Action:
    def delete(self: Any) -> ActionResult:
        del _policies(self, kind)[_found(self, kind)[kind]["Id"]]
        return EmptyResult()

    return delete


_VERBS = {"create": _create, "get": _get, "list": _list, "update": _update, "delete": _delete}


def _update_function(self: Any) -> ActionResult:
    function = self.backend.describe_function(name=self._get_param("Name"))
    function.config = self._get_param("FunctionConfig", {})
    function.code = self._get_param("FunctionCode")
    function.status, function.last_modified_time = "UNPUBLISHED", now()
    return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})


def _publish_function(self: Any) -> ActionResult:
    function = self.backend.describe_function(name=self._get_param("Name"))
    function.status = "DEPLOYED"
    return ActionResult({"FunctionSummary": function.function_summary})


def _update_delivery(self: Any) -> str:
    delivery = self.logs_backend.get_delivery(self._get_param("id"))
    delivery.record_fields = self._get_param("recordFields") or delivery.record_fields
    return "{}"


def _kept_behaviour(self: Any, config: dict[str, Any]) -> None:
    _behaviour(self, config)
    self.function_associations = config.get("FunctionAssociations") or {"Quantity": 0}


def _kept_origin(self: Any, origin: dict[str, Any]) -> None:
    _origin(self, origin)
    self.origin_access_control_id = origin.get("OriginAccessControlId") or ""
