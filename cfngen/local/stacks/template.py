"""A template as text becomes data: YAML with CloudFormation's short forms, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from .refusal import invalid

_ALIAS = re.compile(r"[\s\[{,:]\*\w")
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True)
class Template:
    """A template: its exact text and what it says."""

    text: str
    body: Mapping[str, Any]

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section (`Resources`, `Parameters`, …), empty where it is absent."""
        found: Mapping[str, Any] = self.body.get(name) or {}
        return found

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources by logical id, as written."""
        return self.section("Resources")


class _Loader(yaml.CSafeLoader):
    """Reads short forms (`!Ref x`) as their long forms, dates as the texts they are, and refuses repeated keys."""

    yaml_implicit_resolvers = {  # noqa: RUF012, PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        """Return a mapping's pairs; raises for a repeated key, which PyYAML would drop without a word."""
        pairs = super().construct_mapping(node, deep)
        if len(pairs) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "repeated key", node.start_mark)
        return pairs


def _short_form(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


@lru_cache(maxsize=512)
def read(text: str) -> Template:
    """Return the template that a text holds; raises AWS's `ValidationError` where it holds none.

    The same text is parsed once. The body is shared: nobody may change it.
    """
    body = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(body, dict):
        raise invalid("Template format error: unsupported structure.")
    return Template(text, body)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise invalid(f"Template format error: JSON not well-formed. {where}") from error


def _yaml(text: str) -> Any:
    try:
        if _ALIAS.search(text) and any(isinstance(event, yaml.AliasEvent) for event in _events(text)):
            raise invalid("Template error: YAML aliases are not allowed in CloudFormation templates")
        return yaml.load(text, Loader=_Loader)  # noqa: S506, a safe loader with CloudFormation's tags
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise invalid(f"Template format error: YAML not well-formed.{where}") from error
    except RecursionError as error:
        raise invalid("Template format error: unsupported structure.") from error


def _events(text: str) -> Any:
    return yaml.parse(text, Loader=yaml.CSafeLoader)
