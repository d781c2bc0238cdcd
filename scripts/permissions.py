"""What the execution role may do, from the resource types of the layers: writes `needed_actions.json`, or checks it.

usage: permissions.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatchcase

from cfngen.bundle import compose
from cfngen.catalog import BOOTSTRAP
from cfngen.parts.permissions import FILE
from cfngen.verify.needs import needed


def main() -> int:
    """Write the file if it differs, or with --check say that it does and return 1."""
    text = rendered(by_service(types()))
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in sys.argv:
        sys.stderr.write(f"{FILE.name} is out of date: run `make templates`\n")
        return 1
    FILE.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{FILE.name} rewritten\n")
    return 0


def types() -> set[str]:
    """Return the resource types of every layer that a stack set deploys."""
    files = [file for bundle, files in compose().items() if bundle != BOOTSTRAP.name for file in files.values()]
    return {resource["Type"] for file in files for resource in file["Resources"].values()}


def by_service(kinds: set[str]) -> Mapping[str, list[str]]:
    """Return what the types need, by service, each action once."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for action in sorted(action for kind in kinds for action in needed(kind)):
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


if __name__ == "__main__":
    sys.exit(main())
