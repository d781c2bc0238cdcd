"""The reference pages: every command, layer, setting and key of an environment file, as Markdown from the code.

`docs.py` puts them between markers, like every other generated part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cfngen.catalog import BOOTSTRAP, BUNDLES
from cfngen.cli.explain import library
from cfngen.cli.main import cli
from cfngen.explanation import Detail, Explanation, Library, explain

EXIT_CODES = (
    ("0", "done, or nothing to do"),
    ("1", "problems were found, something failed, or a question was declined (also: no terminal, and no `--yes`)"),
    ("2", "wrong usage"),
    ("3", "there are changes; only for `cfngen plan --exit-code`"),
    ("130", "Ctrl-C"),
)

WIDTH = 78
"""Columns of a terminal of 80, as click counts them."""


def exit_codes() -> str:
    """Return the exit codes of every command."""
    return table(("exit code", "meaning"), EXIT_CODES)


def commands() -> str:
    """Return every command with its help as it is printed."""
    return "\n\n".join(f"## {' '.join(words)}\n\n```text\n{said}\n```" for words, said in helps(cli, ("cfngen",)))


def helps(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every command below one with what `--help` prints."""
    if not isinstance(command, click.Group):
        return
    outer = click.Context(command, info_name=" ".join(words), **command.context_settings)
    for name in command.list_commands(outer):
        inner = command.get_command(outer, name)
        if inner is None:
            continue
        context = click.Context(inner, parent=outer, info_name=name, terminal_width=WIDTH, **cli.context_settings)
        yield (*words, name), inner.get_help(context)
        yield from helps(inner, (*words, name))


def layers() -> str:
    """Return every layer: how it is built, what it takes and gives, and its settings."""
    known = read()
    parts = []
    for bundle in (BOOTSTRAP, *BUNDLES):
        for name in bundle.layers:
            (found,) = (each for each in explain(known, name) if each.kind == "layer")
            parts.append(layer(found))
    return "\n\n".join(parts)


def layer(found: Explanation) -> str:
    """Return the part of one layer."""
    details = found.details
    lines = [f"## {found.name}", found.summary, f"Bundle `{details['bundle']}`, template `{details['template']}`."]
    if details["how"]:
        lines.insert(2, " ".join(str(details["how"]).split()))
    for title, columns in (
        ("takes", ("wire", "from")),
        ("gives", ("wire", "what")),
        ("settings", ("setting", "default", "what")),
    ):
        rows = tuple(mappings(details[title]))
        if rows:
            lines += [f"### {found.name}: {title}", listed(columns, rows)]
    return "\n\n".join(lines)


def settings() -> str:
    """Return every setting with its type, limits and default, the layers that use it and what it is."""
    known = read()
    rows = []
    for name in sorted(known.settings):
        (found,) = (each for each in explain(known, name) if each.kind == "setting")
        said = dict(str(line).split(": ", 1) for line in found.details["declaration"] if ": " in str(line))
        users = dict.fromkeys(row["layer"] for row in mappings(found.details["used by"]))
        rows.append((coded(name), found.summary, default(said), limits(said), ", ".join(map(coded, users))))
    return table(("setting", "what it is", "default", "type and limits", "layers"), rows)


def limits(said: Mapping[str, str]) -> str:
    """Return a setting's type and what its values are held to."""
    words = [coded(said["type"])]
    if "allowed" in said:
        words.append(f"one of {', '.join(map(coded, said['allowed'].split(', ')))}")
    if "from, to" in said:
        words.append(f"from {said['from, to'].replace(', ', ' to ')}")
    if "pattern" in said:
        words.append("a pattern")
    return ", ".join(words)


def default(said: Mapping[str, str]) -> str:
    """Return a setting's default, or that there is none."""
    given = said.get("default", "")
    return "must be given" if given.startswith("(none") else coded(given) if given else "empty"


def environment_file() -> str:
    """Return the keys of an environment file, from the JSON Schema that editors use."""
    schema = json.loads(Path("params/schema.json").read_text(encoding="utf-8"))
    parts = [("The file", schema)]
    parts += [(name, part) for name, part in schema["$defs"].items() if name != "Settings"]
    slots = schema["properties"]["geographies"]["properties"]
    parts.append(("A geography", next(iter(slots.values()))))
    return "\n\n".join(keys(title, part) for title, part in parts)


def keys(title: str, part: Mapping[str, Any]) -> str:
    """Return the keys of one object of the schema."""
    required = set(part.get("required", ()))
    rows = []
    for name, declared in part["properties"].items():
        given = declared.get("default")
        what = "required" if name in required else coded(json.dumps(given)) if given not in (None, {}, []) else ""
        rows.append((coded(name), kind(declared), what, one_line(str(declared.get("description", "")))))
    intro = one_line(str(part.get("description", "")))
    return "\n\n".join(filter(None, (f"## {title}", intro, table(("key", "value", "default", "what it is"), rows))))


def kind(declared: Mapping[str, Any]) -> str:
    """Return what a value of the schema is, in a few words."""
    if "$ref" in declared:
        return str(declared["$ref"]).rpartition("/")[2]
    if "anyOf" in declared:
        found = dict.fromkeys(kind(each) for each in declared["anyOf"] if each.get("type") != "null")
        return " or ".join(found)
    if "enum" in declared:
        return ", ".join(map(coded, declared["enum"])) if len(declared["enum"]) < 6 else "one of the known names"
    if "const" in declared:
        return coded(str(declared["const"]))
    if declared.get("type") == "array":
        return f"list of {kind(declared.get('items', {}))}"
    return str(declared.get("type", "object"))


def decisions() -> str:
    """Return the list of decisions, each with its title."""
    pages = sorted(Path("docs/decisions").glob("*.md"))
    titles = (path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for path in pages)
    return "\n".join(f"- [{title}](../decisions/{path.name})" for title, path in zip(titles, pages, strict=True))


def read() -> Library:
    """Return all that can be explained, from the committed templates."""
    return library(Path("params"), None, Path("templates_out"))


def listed(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows of an explanation as a table; names and values are set as code."""
    cells = [
        tuple(one_line(row.get(each, "")) if each == "what" else coded(row.get(each, "")) for each in columns)
        for row in rows
    ]
    return table(tuple(columns), cells)


def mappings(detail: Detail) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a detail."""
    yield from (row for row in detail if isinstance(row, Mapping))


def coded(text: str) -> str:
    """Return a name or a value set as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def one_line(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


GENERATED = {
    "commands": commands,
    "decisions": decisions,
    "environment-file": environment_file,
    "exit-codes": exit_codes,
    "layer-pages": layers,
    "settings": settings,
}
