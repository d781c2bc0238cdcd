"""Documents as people follow them: their blocks of commands, run in order in one shell, and what the text promises."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import answer_to_ctrl_c

FENCE = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
END = "\x1e"
SECOND = "second terminal"
UP = "cfngen local up"


@dataclass(frozen=True)
class Block:
    """Commands to copy, where they are to be pasted, and what the text shows of their output."""

    commands: str
    title: str
    promised: str | None
    line: int


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of commands; one of plain text right behind is what they promise."""
    found = list(FENCE.finditer(text))
    for number, fence in enumerate(found):
        if fence["kind"] != "sh":
            continue
        after = found[number + 1] if number + 1 < len(found) else None
        shown = after and after["kind"] == "text" and not text[fence.end() : after.start()].strip()
        line = text[: fence.start()].count("\n") + 1
        yield Block(fence["body"], fence["title"] or "", after["body"] if after and shown else None, line)


def keeps(promised: str, printed: str) -> bool:
    """Whether an output is what a text shows, where a line with nothing but `…` stands for any lines."""
    lines = [line.rstrip() for line in promised.strip().splitlines()]
    pattern = "".join(
        r"(?:.*\n)*" if line == ANYTHING else f"{re.escape(line).replace(ANYTHING, '.*')}\n" for line in lines
    )
    said = "".join(f"{line.rstrip()}\n" for line in printed.strip().splitlines())
    return re.fullmatch(pattern, said) is not None


@dataclass
class Walk:
    """Two terminals: a shell that gets one block after the other, and one where the local AWS runs."""

    home: Path
    surroundings: Mapping[str, str]
    port: int
    served: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shell = self._bash(stdin=subprocess.PIPE, cwd=self.home)

    def run(self, block: Block) -> str:
        """Run a block to its end and return what it printed; fails with that where a command of it fails."""
        if block.title == SECOND:
            return self._second(block)
        return self._first(block.commands.replace("5757", str(self.port)))

    def _first(self, commands: str) -> str:
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f"{{ set -e\n{commands}\nset +e; }} </dev/null 2>&1\nprintf '\\036\\n'\n")
        self.shell.stdin.flush()
        printed = ""
        for line in self.shell.stdout:
            if line.startswith(END):
                return printed
            printed += line
        raise AssertionError(f"a command failed:\n{commands}\n{printed}")

    def _second(self, block: Block) -> str:
        self.end_second()
        where = self._first("pwd").strip()
        commands = block.commands.replace(UP, f"exec {UP} --port {self.port}")
        activate = f"source {self.home}/.venv/bin/activate\n"
        server = self._bash("-ec", activate + commands, cwd=where)
        self.served.append(server)
        assert server.stdout
        first = server.stdout.readline()
        assert first.startswith("export AWS_ENDPOINT_URL="), first + server.stdout.read()
        return first

    def end_second(self) -> None:
        """Press Ctrl-C in the second terminal, and see that it ends as a command that was interrupted."""
        while self.served:
            server = self.served.pop()
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=60)
            assert server.returncode in (0, 130), server.returncode

    def close(self) -> None:
        """Close both terminals."""
        self.end_second()
        self.shell.communicate("exit\n", timeout=60)

    def _bash(self, *words: str, cwd: Path | str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", *words],
            preexec_fn=answer_to_ctrl_c,
            cwd=cwd,
            env={**self.surroundings},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def surroundings(**more: str) -> dict[str, str]:
    """Return an environment without anything of AWS's, of pip's, or of a virtual environment."""
    dropped = ("AWS_", "PIP_", "VIRTUAL_ENV", "PYTHON")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(dropped)}, **more}


SHOWN = re.compile(r"^(?P<indent> *)```sh[^\n]*\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def shown_commands(text: str) -> list[str]:
    """Return the command lines of every block of commands, also of those in lists; continued lines in one."""
    bodies = (re.sub(r"\\\n\s*", "", found["body"]) for found in SHOWN.finditer(text))
    return [line.strip() for body in bodies for line in body.splitlines() if line.strip()]
