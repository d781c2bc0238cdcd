"""Templates as text: rendered as YAML, and packaged for S3."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

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
