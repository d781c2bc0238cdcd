"""Colour: on a terminal, and nowhere where NO_COLOR says so."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from tests.cli.conftest import Stage

COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m")


def on_a_terminal(stage: Stage, *words: str, **variables: str) -> bytes:
    """Run a command with a terminal for all that it prints; return that."""
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment = {**inherited, "AWS_ENDPOINT_URL": stage.url, "TERM": "xterm-256color", **variables}
    command = [
        sys.executable,
        "-m",
        "cfngen",
        "--params",
        str(stage.params),
        *words,
        "--templates",
        str(stage.templates),
    ]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        text = b""
        while read := _read(ours):
            text += read
    os.close(ours)
    return text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux tells that nobody has the other end any more
        return b""


@pytest.mark.parametrize(
    ("words", "shown"),
    [(("plan", "colour", "--local"), b"+ create"), (("plan", "nowhere", "--local"), b"nowhere")],
    ids=["plan", "problem"],
)
def test_a_terminal_gets_colour_unless_no_color_is_set_to_anything(
    stage: Stage, words: tuple[str, ...], shown: bytes
) -> None:
    stage.environment("colour")
    coloured, plain = (on_a_terminal(stage, *words, NO_COLOR=value) for value in ("", "1"))
    assert shown in coloured
    assert shown in plain
    assert COLOUR.search(coloured)
    assert not COLOUR.search(plain)
