"""Processes that answer to Ctrl-C wherever the tests run and that no failing test leaves behind; ports for them."""

from __future__ import annotations

import signal
import socket
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


def free_ports(count: int) -> list[int]:
    """Return different ports of 127.0.0.1 that nothing listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def free_port() -> int:
    """Return one."""
    return free_ports(1)[0]
