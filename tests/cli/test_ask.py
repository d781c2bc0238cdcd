"""Asking on a terminal: what cannot be undone must be typed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
from cfngen.cli.ask import confirm_typed
from cfngen.errors import CfngenError
try:
    confirm_typed("This deletes them.", "prod", yes=False)
    print("go")
except CfngenError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [("prod", "go"), ("yes", "declined; nothing was changed"), ("", "declined; nothing was changed")],
)
def test_only_the_very_name_goes_ahead(typed: str, outcome: str) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, f"{typed}\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", ASK], stdin=terminal, capture_output=True, text=True, check=True, timeout=60
    )
    os.close(keyboard)
    os.close(terminal)
    assert done.stdout.strip() == outcome
    assert "Type prod to go ahead" in done.stderr
