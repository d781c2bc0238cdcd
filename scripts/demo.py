"""The demo: templates built and checked, a local AWS in the background, prod deployed to it.

usage: demo.py start|stop
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from cfngen.cli.endpoint import PORT, VARIABLE, healthy, require_loopback
from cfngen.environment.config import Environment, load_environment

ENVIRONMENT = "prod"
PARAMS = Path("params")
USUAL = f"http://127.0.0.1:{PORT}"
BIN = Path(os.path.relpath(Path(sys.executable).parent))
CFNGEN = str(BIN / "cfngen")
PID = Path("build/demo/local-aws.pid")
LOG = Path("build/demo/local-aws.log")
PATIENCE = 60.0
"""Seconds in which the local AWS must answer."""

LOOK = """
{environment} is deployed to the local AWS at {url}. Look around:

  export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws cloudformation list-stack-sets
  {bin}/python scripts/look.py
  {bin}/cfngen deploy {environment} --local

Stop it with `make demo-stop`."""


def main() -> int:
    """Start or stop the demo; return the exit code."""
    actions = {"start": start, "stop": stop}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        return _say(__doc__ or "", 2)
    return actions[sys.argv[1]]()


def start() -> int:
    """Check, serve and deploy; the local AWS stays up, whatever the outcome."""
    for words in (["build"], ["lint"], ["verify"]):
        cfngen(*words)
    environment = load_environment(PARAMS, ENVIRONMENT)
    url = running(environment) or serve(environment)
    if url != USUAL:
        os.environ[VARIABLE] = url
    cfngen("deploy", ENVIRONMENT, "--local", "--yes")
    cfngen("status", ENVIRONMENT, "--local")
    return _say(LOOK.format(environment=ENVIRONMENT, url=url, bin=BIN), 0)


def stop() -> int:
    """End the local AWS that `start` began, and wait until it is gone."""
    pid = served()
    if pid is None:
        return _say("No local AWS of the demo is running.", 0)
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while served() is not None:
        if time.monotonic() > deadline:
            return _say(f"The local AWS (process {pid}) does not end.", 1)
        time.sleep(0.1)
    PID.unlink()
    return _say(f"Stopped the local AWS (process {pid}).", 0)


def cfngen(*words: str) -> None:
    """Run a command of cfngen; the demo ends with its exit code if that is not 0."""
    sys.stdout.write(f"$ cfngen {' '.join(words)}\n")
    sys.stdout.flush()
    code = subprocess.run([CFNGEN, *words]).returncode
    if code:
        sys.exit(code)


def running(environment: Environment) -> str | None:
    """Return the URL of a local AWS that is up already: the one named, or the one on the usual port."""
    url = require_loopback(os.environ.get(VARIABLE) or USUAL)
    return url if healthy(url, environment) else None


def serve(environment: Environment) -> str:
    """Start a local AWS in the background and return its URL once it answers."""
    port = free_port(urlsplit(os.environ.get(VARIABLE, "")).port or PORT)
    url = f"http://127.0.0.1:{port}"
    PID.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        server = subprocess.Popen(
            [CFNGEN, "local", "up", "--port", str(port)], stdout=log, stderr=log, start_new_session=True
        )
    PID.write_text(f"{server.pid}\n")
    deadline = time.monotonic() + PATIENCE
    while not healthy(url, environment):
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the local AWS does not answer at {url}:\n{LOG.read_text()}")
        time.sleep(0.1)
    sys.stdout.write(f"local AWS: {url}, process {server.pid}, log {LOG}\n")
    return url


def free_port(wanted: int) -> int:
    """Return the port if nothing listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no free port on 127.0.0.1")


def served() -> int | None:
    """Return the process that the demo started, if it still runs and is still that."""
    try:
        pid = int(PID.read_text())
    except (OSError, ValueError):
        return None
    return pid if "cfngen local up" in command_of(pid) else None


def command_of(pid: int) -> str:
    """Return a process's command line; empty when it has ended."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout


def _say(text: str, code: int) -> int:
    (sys.stderr if code else sys.stdout).write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
