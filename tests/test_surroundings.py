"""No credentials, no endpoint, no permission, no terminal: one clear sentence each, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.processes import free_port

HERE = Path(__file__).parent.parent
DENIED = (
    "User: arn:aws:iam::111111111111:user/guest is not authorized to perform: cloudformation:DescribeStackSet "
    "on resource: arn:aws:cloudformation:us-east-1:111111111111:stackset/medapp-prod-foundation"
)
EXPIRED = "The security token included in the request is expired"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


def cfngen(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "cfngen", *words],
        cwd=HERE,
        env={**clean, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def refused(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def answering() -> Iterator[object]:
    """Start servers that answer every request with one AWS error."""
    servers: list[HTTPServer] = []

    def start(code: str, message: str, status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                body = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST  # noqa: N815

            def log_message(self, *words: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_without_credentials_it_says_how_to_get_some_and_how_to_go_without() -> None:
    said = refused(cfngen("history", "prod"))
    assert "there are no AWS credentials" in said
    assert "--local" in said


def test_a_profile_that_is_not_there_is_named() -> None:
    assert "nobody" in refused(cfngen("history", "prod", AWS_PROFILE="nobody"))


def test_an_endpoint_where_nobody_answers_is_said_to_be_out_of_reach() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    said = refused(cfngen("status", "prod", AWS_ENDPOINT_URL=url, AWS_MAX_ATTEMPTS="1", **KEYS))
    assert "AWS cannot be reached" in said


@pytest.mark.parametrize("url", ["https://example.com", "http://10.0.0.1:5757", "http://[2001:db8::1]:80", "nonsense"])
def test_local_never_leaves_the_machine(url: str) -> None:
    assert "is not on this machine" in refused(cfngen("plan", "prod", "--local", AWS_ENDPOINT_URL=url), 2)


def test_a_missing_permission_names_who_may_not_do_what_on_what(answering) -> None:
    url = answering("AccessDenied", DENIED, 403)
    said = refused(cfngen("status", "prod", AWS_ENDPOINT_URL=url, **KEYS))
    assert "arn:aws:iam::111111111111:user/guest may not cloudformation:DescribeStackSet on arn:aws:cloudform" in said


def test_an_expired_token_says_to_sign_in_again(answering) -> None:
    url = answering("ExpiredToken", EXPIRED, 403)
    said = refused(cfngen("status", "prod", AWS_ENDPOINT_URL=url, **KEYS))
    assert "the credentials have expired" in said
    assert "aws sso login" in said


def test_an_unknown_environment_lists_those_there_are() -> None:
    assert "there are dev, prod" in refused(cfngen("plan", "prd", "--local"))


def test_a_stale_folder_of_templates_is_refused_before_aws_is_called(tmp_path: Path) -> None:
    said = refused(cfngen("plan", "prod", "--templates", str(tmp_path)))
    assert "is missing" in said
    assert "cfngen build" in said


def test_an_unknown_target_lists_the_targets() -> None:
    assert "us/us-east-1" in refused(cfngen("params", "dev", "eu/eu-west-1"))


def test_without_a_terminal_and_without_yes_nothing_is_changed() -> None:
    assert "no terminal" in refused(cfngen("bootstrap", "prod", **KEYS))
