"""Processes that answer to Ctrl-C wherever the tests run, and that no failing test leaves behind or waits for."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def process(words: Sequence[str], **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the block ends; it is killed if it still runs then.

    Whoever is started in a shell's background ignores Ctrl-C, and so would what it starts.
    """
    with subprocess.Popen(words, text=True, preexec_fn=answer_to_ctrl_c, **more) as running:
        try:
            yield running
        finally:
            running.kill()


def answer_to_ctrl_c() -> None:
    """What a new process does first."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
