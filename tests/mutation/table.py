"""The table of security properties, read from properties.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "properties.yaml"


@dataclass(frozen=True)
class Table:
    """What counts as a security property, and what does not and why."""

    counted: Mapping[str, str]
    """Class by property."""
    never: Mapping[str, str]
    """Why not, by property."""
    drop: Mapping[str, str]
    """Class by type."""
    keep: Mapping[str, str]
    """Why the loss of a resource weakens nothing, by type."""
    attributes: Mapping[str, Mapping[str, list[Any]]]
    excepted: Mapping[str, str]
    """Why a single weakening does not count, by pattern."""
    weaker: Mapping[str, list[Any]]

    def class_of(self, kind: str, name: str) -> str | None:
        """The class of a property, an empty string where it never counts, None where nobody has said."""
        for key in (f"{kind.removeprefix('AWS::')}.{name}", name):
            if key in self.counted:
                return self.counted[key]
            if key in self.never:
                return ""
        return None

    def weaker_values(self, kind: str, keys: tuple[str, ...]) -> list[Any]:
        """What else a value becomes, by the end of its path: `Type.A.B`, `A.B` or `B`."""
        whole = f"{kind.removeprefix('AWS::')}.{'.'.join(keys)}"
        return next((self.weaker[key] for key in (whole, ".".join(keys[-2:]), keys[-1]) if key in self.weaker), [])

    def is_excepted(self, text: str) -> bool:
        return any(fnmatchcase(text, pattern) for pattern in self.excepted)


def read_table() -> Table:
    body = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Table(
        counted=_turned(body["counted"]),
        never=_turned(body["never"]),
        drop={_type(kind): name for kind, name in _turned(body["drop"]).items()},
        keep={_type(kind): why for kind, why in _turned(body["keep"]).items()},
        attributes=body["attributes"],
        excepted=_turned(body["except"]),
        weaker=body["weaker"],
    )


def _type(name: str) -> str:
    return name if name.startswith("Custom::") else f"AWS::{name}"


def _turned(groups: Mapping[str, list[str]]) -> dict[str, str]:
    """Turn lists by name into names by item; an item that is in two lists is an error of the table."""
    found: dict[str, str] = {}
    for name, items in groups.items():
        for item in items:
            assert item not in found, f"{item} is in the table twice: {found[item]}, {name}"
            found[item] = name
    return found
