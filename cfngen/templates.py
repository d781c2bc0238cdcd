"""The one reader of template files: everything after build looks at files, not at Python."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from .errors import CfngenError, Problem, Where

ROOT = "root"
OWN = "own"
"""Of a late wire: it comes from the taker's own geography, or from the only place that its giver has."""

_LATE = ("Bundle", "Output", "Geography")


@dataclass(frozen=True)
class TemplateFile:
    """A template on disk: its path, its exact text and its parsed body."""

    path: Path
    text: str
    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The layer's name, or `root`."""
        return self.path.stem

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources by logical id."""
        found: Mapping[str, Mapping[str, Any]] = self.body.get("Resources") or {}
        return found

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameter declarations by name."""
        found: Mapping[str, Mapping[str, Any]] = self.body.get("Parameters") or {}
        return found


@dataclass(frozen=True)
class CrossWire:
    """A value that another bundle gives: which one, which wire of it, and where SSM holds it."""

    name: str
    bundle: str
    path: str
    """SSM parameter name below `/<project>/<environment>/`."""


@dataclass(frozen=True)
class LateWire:
    """A parameter whose value is an output of another bundle's root in another account or region."""

    name: str
    bundle: str
    output: str
    geography: str
    """Whose, or `OWN`."""


@dataclass(frozen=True)
class BundleTemplates:
    """A bundle's nested parent and its children, by layer name."""

    name: str
    root: TemplateFile
    children: Mapping[str, TemplateFile]

    @property
    def files(self) -> tuple[TemplateFile, ...]:
        """The root and every child."""
        return (self.root, *self.children.values())

    @property
    def facts(self) -> frozenset[str]:
        """Parameters that the environment itself knows."""
        return frozenset(_notes(self.root).get("Facts", ()))

    @property
    def wires(self) -> tuple[CrossWire, ...]:
        """Parameters that another bundle gives through SSM."""
        notes = _notes(self.root).get("Wires", {})
        return tuple(CrossWire(name, wire["Bundle"], wire["Path"]) for name, wire in sorted(notes.items()))

    @property
    def late(self) -> tuple[LateWire, ...]:
        """Parameters that `deploy` reads from the stacks of other accounts and regions."""
        notes = _notes(self.root).get("Late", {})
        return tuple(LateWire(name, *(note[key] for key in _LATE)) for name, note in sorted(notes.items()))

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Parameter declarations that a person may give a value to."""
        given = self.facts | {wire.name for wire in self.wires} | {wire.name for wire in self.late}
        return {name: declared for name, declared in self.root.parameters.items() if name not in given}


class _Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short forms (`!Ref x`) as their long forms."""


def _short_form(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_template(path: Path) -> TemplateFile:
    """Read one template, YAML or JSON; raises `CfngenError` where it cannot be one."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read as a template: {getattr(error, 'strerror', None) or error}"
        raise CfngenError(Problem(Where(str(path)), what, "run `cfngen build`")) from error
    return parse_template(path, text)


def parse_template(path: Path, text: str) -> TemplateFile:
    """Parse the text of a template that lies, or will lie, at a path."""
    try:
        body = _body(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(str(path), mark.line + 1 if mark else 0)
        what = f"cannot be read as a template: {getattr(error, 'problem', None) or error}"
        raise CfngenError(Problem(where, what, "run `cfngen build`")) from error
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise CfngenError(Problem(Where(str(path)), "is not a template: it has no Resources", "run `cfngen build`"))
    return TemplateFile(path, text, body)


@lru_cache(maxsize=128)
def _body(text: str) -> Any:
    """Parse a text once: one command reads the same templates several times. Nobody changes a body in place."""
    if text.startswith("{"):
        with suppress(ValueError):  # it may still be YAML
            return json.loads(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506, a safe loader with CloudFormation's tags


def compact(file: TemplateFile) -> str:
    """Return a template as JSON on one line: shorter, where a request may carry 51,200 bytes of it."""
    return json.dumps(file.body, separators=(",", ":"), ensure_ascii=False) + "\n"


def load_bundle(folder: Path, name: str) -> BundleTemplates:
    """Read `<folder>/<name>/root.yaml` and the children beside it."""
    home = folder / name
    root = read_template(home / f"{ROOT}.yaml")
    return bundle_of([root, *(read_template(path) for path in sorted(home.glob("*.yaml")) if path.stem != ROOT)])


def bundle_of(files: Sequence[TemplateFile]) -> BundleTemplates:
    """Return the bundle of a root and its children, in any order."""
    (root,) = (file for file in files if file.name == ROOT)
    children = {file.name: file for file in sorted(files, key=lambda file: file.path) if file.name != ROOT}
    return BundleTemplates(root.path.parent.name, root, children)


def _notes(root: TemplateFile) -> Mapping[str, Any]:
    notes: Mapping[str, Any] = (root.body.get("Metadata") or {}).get("cfngen", {})
    return notes
