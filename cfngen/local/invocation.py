"""Running a Lambda function's Python code: in a process of its own, which reaches this AWS and nothing else of AWS.

There is no container: the code has the caller's Python, whatever runtime it names, and the caller's rights on the
machine. What it asks of AWS is answered as its account, whatever its role allows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from werkzeug.serving import make_server

from .connection import QuietHandler
from .identity import ACTS_AS

WSGIApplication = Callable[[Any, Any], Iterable[bytes]]

RESPONSE = "/_cfngen/response"
"""Where a custom resource's function puts its answer, which on AWS is a presigned URL of S3."""

_HOST = "127.0.0.1"
_CHILD = Path(__file__).with_name("child.py")
_WORDS = 2000
"""How much of a failed function's own words is passed on, in characters from their end."""


@dataclass(frozen=True)
class Function:
    """A function as Lambda keeps it; `archive` is its code, zipped, and `timeout` is in seconds."""

    account: str
    region: str
    name: str
    arn: str
    runtime: str
    handler: str
    timeout: float
    memory: int
    variables: Mapping[str, str]
    archive: bytes


@dataclass(frozen=True)
class Invocation:
    """What came of a call: the bodies that were put to the response URL, and what went wrong ('' if nothing)."""

    responses: tuple[bytes, ...]
    problem: str


def invoke(app: WSGIApplication, function: Function, event: Mapping[str, Any], request_id: str) -> Invocation:
    """Call a function with an event, to which the response URL is added, and wait for its end."""
    if not function.runtime.startswith("python3"):
        return Invocation((), f"Functions of runtime {function.runtime or 'none'} are not available on the local AWS.")
    responses: list[bytes] = []
    with _listening(_routes(app, function.account, responses)) as url, TemporaryDirectory(prefix="cfngen-") as home:
        with zipfile.ZipFile(BytesIO(function.archive)) as archive:
            archive.extractall(home)
        problem = _run(
            function, {**event, "ResponseURL": url + RESPONSE}, home, _environment(function, url, request_id)
        )
    return Invocation(tuple(responses), problem)


def _run(function: Function, event: Mapping[str, Any], home: str, environment: Mapping[str, str]) -> str:
    """Run the function to its end, or to the end of its time, and return what went wrong."""
    command = [sys.executable, "-I", str(_CHILD), home, function.handler]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            timeout=function.timeout,
            cwd=home,
            env={**environment, "HOME": home},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"Task timed out after {function.timeout:.2f} seconds"
    return done.stderr.strip()[-_WORDS:] or f"Runtime exited with status {done.returncode}" if done.returncode else ""


def _environment(function: Function, url: str, request_id: str) -> dict[str, str]:
    """Return the variables of a function's process: its own, and Lambda's.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        **function.variables,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL": url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "NO_PROXY": "*",
        "CFNGEN_FUNCTION_ARN": function.arn,
        "CFNGEN_REQUEST_ID": request_id,
        "CFNGEN_TIMEOUT": str(function.timeout),
    }


def _routes(app: WSGIApplication, account: str, responses: list[bytes]) -> WSGIApplication:
    """Return an application that takes in responses, and answers all else as AWS to an account."""

    def answer(environ: MutableMapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == RESPONSE:
            responses.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
            start_response("200 OK", [("Content-Length", "0")])
            return [b""]
        environ[ACTS_AS] = account
        return app(environ, start_response)

    return answer


@contextmanager
def _listening(app: WSGIApplication) -> Iterator[str]:
    """Serve an application on a free port of this machine, as long as the context lasts, and give its URL."""
    server = make_server(_HOST, 0, app, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="function", daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
