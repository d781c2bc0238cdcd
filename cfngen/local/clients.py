"""boto3 clients that act as any account and call a WSGI application in this process, without a socket."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import run_wsgi_app

from .identity import ACTS_AS

Clients = Callable[..., Any]
"""`clients("ec2")` is a boto3 client of its account and region, `clients("wafv2", "us-east-1")` of another region."""

_ENDPOINT = "http://127.0.0.1"
_DATE = "20260101"
_CONFIG = Config(
    signature_version=UNSIGNED,  # nobody checks a signature here, and each costs as much as its answer
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    use_fips_endpoint=False,
    use_dualstack_endpoint=False,
)
_NO_FILES = {
    name: (None, None, os.devnull if name.endswith("_file") else None, None)
    for name in ("profile", "config_file", "credentials_file")
}


def clients(app: Callable[..., Any], account: str, region: str) -> Clients:
    """Return a function that makes boto3 clients acting in `account` by calls into `app`; keep it, it caches them.

    Nothing is read from the machine (no profile, no credentials) and no connection is made. Safe to use in threads.
    """

    @cache
    def make(service: str, where: str) -> Any:
        with _one_at_a_time():
            client = session().client(service, region_name=where, endpoint_url=_ENDPOINT, config=_CONFIG)
        scope = f"local/{_DATE}/{where}/{client.meta.service_model.signing_name}/aws4_request"
        client.meta.events.register("before-send.*.*", lambda request, **_: _send(app, account, scope, request))
        return client

    return lambda service, where="": make(service, where or region)


@cache
def session() -> Any:
    """Return the one boto3 session of the local AWS: it knows the services' models and nothing of the machine."""
    core = botocore.session.Session(session_vars=_NO_FILES)
    core.set_credentials("local", "local")
    return boto3.Session(botocore_session=core, region_name="us-east-1")


@cache
def _one_at_a_time() -> Lock:
    """Return the lock under which the session makes clients, which is not safe in threads."""
    return Lock()


def _send(app: Callable[..., Any], account: str, scope: str, request: AWSPreparedRequest) -> AWSResponse:
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"
    body, status, headers = run_wsgi_app(app, _environ(request, account), buffered=True)
    named: Any = HTTPHeaderDict(list(headers))
    raw = HTTPResponse(BytesIO(b"".join(body)), named, preload_content=False)
    return AWSResponse(str(request.url), int(status.split()[0]), named, raw)


def _environ(request: AWSPreparedRequest, account: str) -> dict[str, Any]:
    url, body = urlsplit(str(request.url)), _bytes(request.body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin1"),
        "QUERY_STRING": url.query,
        "RAW_URI": url.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value.decode() if isinstance(value, bytes) else str(value)
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return environ | {"CONTENT_LENGTH": str(len(body)), "HTTP_HOST": url.netloc, ACTS_AS: account}


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())
