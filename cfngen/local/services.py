"""AWS's services, as moto plays them, with accounts and identities that behave as in an organization.

moto keeps one world per process: all applications share it, and `forget_everything` empties it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from threading import RLock
from typing import Any
from xml.sax.saxutils import escape

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from . import additions
from .additions.edge import add_edge
from .additions.operations import add_actions
from .identity import account_of, caller, form_of, refusal
from .published import WINDOWS_PREFIX, publish_managed_policies, publish_windows_images
from .repairs import mend
from .settings import Settings

Environ = MutableMapping[str, Any]
WSGIApplication = Callable[[Any, Any], Iterable[bytes]]

_STS = "https://sts.amazonaws.com/doc/2011-06-15/"


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer: a status such as `200 OK`, headers and a body."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def services_app(settings: Settings) -> WSGIApplication:
    """Return the services of every account in `settings` as a WSGI application."""
    mend()
    add_actions()
    add_edge()
    moto: Any = DomainDispatcherApplication(create_backend_app)
    turn = RLock()
    moto.get_backend_for_host = cache(moto.get_backend_for_host)  # it looks through moto's folders at each request

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        with turn:  # moto's dictionaries are not safe to change while another thread walks them
            answer = _answer(moto, environ, settings)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    return app


def forget_everything() -> None:
    """Empty the world: no account has any resource, and no session is known."""
    BackendDict.reset()


def _answer(moto: WSGIApplication, environ: Environ, settings: Settings) -> Answer:
    body = _body(environ)
    scope = _scope(environ)
    account = account_of(environ, settings)
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    if "/sts/" in scope:
        own = _sts(form_of(body), environ, settings)
        if own:
            return own
    if "/iam/" in scope:
        publish_managed_policies(account, form_of(body).values())
    if "/ssm/" in scope and WINDOWS_PREFIX.rstrip("/").encode() in body:
        publish_windows_images(account, scope.split("/")[2])
    _, _, region, signed_by, *_ = [*scope.split("/"), "", "", "", ""]
    added = additions.answer(signed_by, account, region, environ, body)
    return Answer(*added) if added else _moto_answer(moto, environ)


def _moto_answer(moto: WSGIApplication, environ: Environ) -> Answer:
    try:
        body, status, headers = run_wsgi_app(moto, dict(environ), buffered=True)
        return Answer(status, tuple(headers), b"".join(body))
    except Exception as error:  # a crash of the simulation is a service's failure, never ours
        return _failure(environ, f"{type(error).__name__}: {error}")


def _failure(environ: Environ, why: str) -> Answer:
    headers = (("Content-Type", "text/xml"), ("x-amzn-errortype", "InternalFailure"))
    text = json.dumps({"__type": "InternalFailure", "message": why})
    if "HTTP_X_AMZ_TARGET" not in environ:
        error = f"<Error><Code>InternalFailure</Code><Message>{escape(why)}</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>local</RequestId></ErrorResponse>"
    return Answer("500 Internal Server Error", headers, text.encode())


def _sts(form: dict[str, str], environ: Environ, settings: Settings) -> Answer | None:
    """Return our own answer where moto's would not be AWS's, or None."""
    if form.get("Action") == "GetCallerIdentity":
        who = caller(environ, settings)
        fields = f"<Arn>{escape(who.arn)}</Arn><UserId>{who.user_id}</UserId><Account>{who.account}</Account>"
        result = f"<GetCallerIdentityResult>{fields}</GetCallerIdentityResult>"
        return _xml("200 OK", "GetCallerIdentityResponse", result)
    if form.get("Action") == "AssumeRole":
        why = refusal(form, caller(environ, settings), settings)
        error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
        return _xml("403 Forbidden", "ErrorResponse", error) if why else None
    return None


def _xml(status: str, name: str, inner: str) -> Answer:
    tail = "<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>"
    text = f'<{name} xmlns="{_STS}">{inner}{tail}</{name}>'
    return Answer(status, (("Content-Type", "text/xml"),), text.encode())


def _scope(environ: Environ) -> str:
    """Return the credential scope of a signed request, `KEY/date/region/service/aws4_request`, or ''."""
    _, _, rest = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    return str(rest.split(",")[0])


def _body(environ: Environ) -> bytes:
    """Return the body of a request, and leave it there to be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    if length:
        environ["wsgi.input"] = BytesIO(body)
    return body
