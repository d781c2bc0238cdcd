"""The data of the program that is made from the rest of it: writes it, or checks it.

`needed_actions.json` has what the execution role needs, from the resource types of the layers, `read_actions.json` what
of that only looks at them; `shape.json` the JSON Schema of an environment's shape, so that a build does not import
pydantic to say it.

usage: generated.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from cfngen.bundle import compose
from cfngen.catalog import BOOTSTRAP
from cfngen.environment.schema import SHAPE_FILE
from cfngen.environment.shape import ADAPTER
from cfngen.parts.permissions import FILE, READ_FILE
from cfngen.schemas import DEEDS
from cfngen.verify.needs import needed


def main() -> int:
    """Write each file that differs, or with --check say which do and return 1."""
    kinds = types()
    texts = {
        FILE: rendered(by_service(kinds)),
        READ_FILE: rendered(by_service(kinds, ("read",))),
        SHAPE_FILE: shape_text(),
    }
    stale = [file for file, text in texts.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
    for file in stale:
        if "--check" not in sys.argv:
            file.write_text(texts[file], encoding="utf-8")
        done = "out of date: run `make templates`" if "--check" in sys.argv else "rewritten"
        sys.stderr.write(f"{file.name}: {done}\n")
    return int("--check" in sys.argv and bool(stale))


def types() -> set[str]:
    """Return the resource types of every layer that a stack set deploys."""
    files = [file for bundle, files in compose().items() if bundle != BOOTSTRAP.name for file in files.values()]
    return {resource["Type"] for file in files for resource in file["Resources"].values()}


def by_service(kinds: set[str], deeds: tuple[str, ...] = DEEDS) -> Mapping[str, list[str]]:
    """Return what the types need for what is done to them, by service, each action once."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for action in sorted(action for kind in kinds for action in needed(kind, deeds)):
        service, _, name = action.partition(":")
        found[service.lower()].setdefault(name.lower(), name)
    return {service: shortened(names) for service, names in sorted(found.items())}


def shortened(names: Mapping[str, str]) -> list[str]:
    """Return actions in order, without those that a pattern among them stands for."""
    patterns = [each for each in names if "*" in each]
    covered = {each for each in names for pattern in patterns if each != pattern and fnmatchcase(each, pattern)}
    return [names[key] for key in sorted(names.keys() - covered)]


def rendered(actions: Mapping[str, list[str]]) -> str:
    """Return the file: a line for each action, so that a change shows what a layer brought."""
    return json.dumps(actions, indent=1) + "\n"


def shape_text() -> str:
    """Return the schema that pydantic derives, without the titles, which say nothing."""
    return json.dumps(_untitled(ADAPTER.json_schema()), indent=1, sort_keys=True) + "\n"


def _untitled(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _untitled(value) for key, value in schema.items() if key != "title"}
    return [_untitled(item) for item in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    sys.exit(main())
