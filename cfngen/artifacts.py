"""Template files: rendered, written atomically, compared, and packaged for S3."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import CfngenError, Problem, Where
from .templates import ROOT, BundleTemplates

SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
)
ATTRIBUTES = (
    "Type",
    "Condition",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "UpdatePolicy",
    "Metadata",
    "Properties",
)


class _Dumper(yaml.CSafeDumper):
    """Writes text of several lines as a block, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002, PyYAML's signature
        return True


def _text(dumper: Any, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)
    return node


_Dumper.add_representer(str, _text)


@dataclass(frozen=True)
class Upload:
    """A template as it lies in the template bucket; its key says what is in it."""

    key: str
    body: str


@dataclass(frozen=True)
class Package:
    """A bundle ready for S3: what to upload, and the root among it."""

    uploads: tuple[Upload, ...]
    root: Upload


def render(body: Mapping[str, Any]) -> str:
    """Return a template as YAML, the same text for the same body, sections in the usual order."""
    ordered = {"AWSTemplateFormatVersion": "2010-09-09"} | _ordered(body, SECTIONS)
    ordered["Resources"] = {name: _ordered(value, ATTRIBUTES) for name, value in body["Resources"].items()}
    text: str = yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
    return text


def rendered(bundles: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[Path, str]:
    """Return the text of every template by its path below the folder; roots come last, to be written last."""
    files = {Path(bundle, f"{name}.yaml"): body for bundle, bodies in bundles.items() for name, body in bodies.items()}
    return {
        path: render(files[path]) for path in sorted(files, key=lambda path: (path.parent, path.stem == ROOT, path))
    }


def write(folder: Path, texts: Mapping[Path, str]) -> list[Path]:
    """Write what differs and remove layers that are no more from these bundles; return the paths touched."""
    touched = []
    for path, text in texts.items():
        if _read(folder / path) != text:
            write_atomically(folder / path, text)
            touched.append(path)
    bundles = {path.parent for path in texts}
    for path in _surplus(folder, texts):
        if path.parent in bundles:
            (folder / path).unlink()
            touched.append(path)
    return touched


def stale(folder: Path, texts: Mapping[Path, str]) -> list[Problem]:
    """Return what differs between a folder and the templates that the layers make now."""
    found = {path: _read(folder / path) for path in texts}
    problems = [
        Problem(
            Where(str(folder / path)), "is missing" if text is None else "differs from its layer", "run `cfngen build`"
        )
        for path, text in found.items()
        if text != texts[path]
    ]
    surplus = [
        Problem(Where(str(folder / path)), "no layer makes it", "delete it, or run `cfngen build`")
        for path in _surplus(folder, texts)
    ]
    return problems + surplus


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half; raises `CfngenError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                os.fchmod(file.fileno(), 0o644)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise CfngenError(Problem(Where(str(path)), what, "check the folder and the free space")) from error


def package(bundle: BundleTemplates, url: str, prefix: str = "templates") -> Package:
    """Address each child by its content, put those addresses into the root, and address the root likewise.

    `url` is where the bucket answers, such as `https://bucket.s3.us-east-1.amazonaws.com`. An unchanged
    child keeps its key, so its nested stack is not updated.
    """
    children = {name: _addressed(f"{prefix}/{bundle.name}", name, file.text) for name, file in bundle.children.items()}
    body = {**bundle.root.body, "Resources": dict(bundle.root.resources)}
    for logical_id, resource in bundle.root.resources.items():
        if resource.get("Type") == "AWS::CloudFormation::Stack":
            child = children[Path(resource["Properties"]["TemplateURL"]).stem]
            properties = {**resource["Properties"], "TemplateURL": f"{url}/{child.key}"}
            body["Resources"][logical_id] = {**resource, "Properties": properties}
    root = _addressed(f"{prefix}/{bundle.name}", ROOT, render(body))
    return Package((*children.values(), root), root)


def _addressed(prefix: str, name: str, text: str) -> Upload:
    return Upload(f"{prefix}/{hashlib.sha256(text.encode()).hexdigest()}/{name}.yaml", text)


def _ordered(mapping: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    ranked = sorted(mapping, key=lambda key: order.index(key) if key in order else len(order))
    return {key: mapping[key] for key in ranked}


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _surplus(folder: Path, texts: Mapping[Path, str]) -> Iterator[Path]:
    found = (path.relative_to(folder) for path in sorted(folder.glob("*/*.yaml")))
    return (path for path in found if path not in texts)
