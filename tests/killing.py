"""Runs `cfngen` in processes of their own, quickly, and kills them: a process that has loaded everything forks.

Reads a line of JSON for each run, {"words": […], "kill_after": seconds or null}, and answers with a line,
{"code": exit code or null if it was killed, "seconds": …, "output": …}. The first run is this process's own: what it
reads of templates and of AWS's models all later runs find read, so what a kill cuts off is nearly always the work.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

from click.testing import CliRunner

import cfngen.cli.deploy
import cfngen.cli.plan
import cfngen.cli.rollout
import cfngen.text.plan  # noqa: F401, so that a run finds everything loaded
from cfngen.cli.main import cli


def main() -> None:
    """Serve until stdin closes."""
    own = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps(here(own["words"])) + "\n")
    sys.stdout.flush()
    gc.freeze()  # what is loaded stays; a fork need not look through it for garbage
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(run(request["words"], request["kill_after"])) + "\n")
        sys.stdout.flush()


def here(words: list[str]) -> dict[str, object]:
    """Run a command in this process."""
    began = time.monotonic()
    done = CliRunner().invoke(cli, words)
    return {"code": done.exit_code, "seconds": time.monotonic() - began, "output": done.output}


def run(words: list[str], kill_after: float | None) -> dict[str, object]:
    """Run a command; kill it with SIGKILL after so many seconds if it still runs then."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            command(words, log)
        ends = os.pidfd_open(child)
        ended, _, _ = select.select([ends], [], [], kill_after)
        if not ended:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(ends)
        code = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        return {"code": None if code == -signal.SIGKILL else code, "seconds": seconds, "output": log.read_text()}


def command(words: list[str], log: Path) -> None:
    """Be `cfngen` with these words; never returns."""
    with log.open("wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    code: object = 70
    try:
        cli.main(words, prog_name="cfngen")
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 70)


if __name__ == "__main__":
    main()
