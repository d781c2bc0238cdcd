"""The front of the local AWS: one WSGI application that answers CloudFormation itself and passes on the rest."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from http import HTTPStatus
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from .. import __version__
from .faults import Calls, Faults
from .identity import account_of
from .query import ApiError, error, parse, respond
from .settings import Settings

HEALTH = "/_cfngen/health"
NAME = "cfngen local AWS"

Environ = MutableMapping[str, Any]
WSGIApplication = Callable[[Any, Any], Iterable[bytes]]
Actions = Callable[[str, str, str, Mapping[str, Any]], Mapping[str, Any]]
"""(account, region, action, parameters) → result; raises `ApiError`."""

_LOG = logging.getLogger(__name__)


class LocalAws:
    """Answers every request: who is there, CloudFormation, and all else through `services`."""

    def __init__(
        self, settings: Settings, cloudformation: Actions, services: WSGIApplication, faults: Callable[[], Faults]
    ) -> None:
        self._settings = settings
        self._cloudformation = cloudformation
        self._services = services
        self._faults = faults
        self._counts: Counter[tuple[str, Calls | str]] = Counter()
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        if environ.get("PATH_INFO") == HEALTH:
            return _answered(start_response, 200, self._health(), "application/json")
        service, region, key = scope(environ)
        if service != "cloudformation":
            self._drop(service, carried_out=False)
            return self._services(environ, start_response)
        body = _form(environ)
        self._drop(_action(body), carried_out=False)
        status, answer = self._answer(environ, region, key, body)
        self._drop(_action(body), carried_out=True)
        return _answered(start_response, status, answer, "text/xml")

    def _answer(self, environ: Environ, region: str, key: str, body: bytes) -> tuple[int, bytes]:
        try:
            self._hinder(_action(body), key)
            action, params = parse(body)
            result = self._cloudformation(account_of(environ, self._settings), region, action, params)
            return 200, respond(action, result)
        except ApiError as refusal:
            return refusal.status, error(refusal.code, refusal.message, refusal.status)
        except Exception as failure:  # a defect of the simulation is the service's failure, told as AWS would
            _LOG.exception("CloudFormation failed")
            return 500, error("InternalFailure", f"{type(failure).__name__}: {failure}", 500)

    def _drop(self, action: str, *, carried_out: bool) -> None:
        """Close the connection without an answer, where a fault says so."""
        rules = [rule for rule in self._faults().drop if rule.carried_out == carried_out]
        if any(self._falls(rule, "drop", action) for rule in rules):
            raise ConnectionAbortedError("dropped on purpose")

    def _hinder(self, action: str, key: str) -> None:
        faults = self._faults()
        if any(self._falls(rule, "throttle", action) for rule in faults.throttle):
            raise ApiError("Throttling", "Rate exceeded")
        if faults.expire is not None and self._count("expire", key) > faults.expire.after:
            raise ApiError("ExpiredToken", "The security token included in the request is expired", 403)

    def _falls(self, rule: Calls, kind: str, action: str) -> bool:
        return rule.matches(action) and self._count(kind, rule) % max(1, rule.every) == 0

    def _count(self, kind: str, what: Calls | str) -> int:
        with self._lock:
            self._counts[kind, what] += 1
            return self._counts[kind, what]

    def _health(self) -> bytes:
        facts = {"name": NAME, "version": __version__, "admin_account": self._settings.admin_account}
        return json.dumps({**facts, "accounts": list(self._settings.accounts)}).encode()


def scope(environ: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return service, region and access key of a request's credential scope; empty where it is not signed."""
    _, _, rest = str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")
    credential = rest.split(",")[0]
    if not credential:
        credential = parse_qs(str(environ.get("QUERY_STRING", ""))).get("X-Amz-Credential", [""])[0]
    key, _, region, service, *_ = [*credential.split("/"), "", "", "", ""]
    return service, region, key


def _form(environ: Environ) -> bytes:
    """Return the fields of a query-protocol request, posted or in the address, and leave the body to be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = BytesIO(body)
    return body or str(environ.get("QUERY_STRING", "")).encode()


def _action(body: bytes) -> str:
    return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]


def _answered(start_response: Callable[..., Any], status: int, body: bytes, kind: str) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
