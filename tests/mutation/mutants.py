"""Mutants: templates with one security property weakened, made from the templates themselves by resource type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfngen.schemas import resource_schema
from cfngen.templates import ROOT, TemplateFile

from .edits import GONE, NOTHING, Path, Swap, edited, is_function, keys_of
from .policies import DENIAL, is_policy, weakened_policies
from .table import Table

PEERS = ("SourceSecurityGroupId", "DestinationSecurityGroupId", "SourcePrefixListId")
OPPOSITE = {True: False, False: True, "true": "false", "false": "true"}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

Change = tuple[Path, str, Any]
"""Where below the resource, what is done, and the new value."""


@dataclass(frozen=True)
class Mutant:
    """A template with one weakening: of which resource and property, and what was done."""

    file: TemplateFile
    resource: str
    type: str
    path: Path
    what: str
    property_class: str
    body: Mapping[str, Any]
    also: tuple[str, ...] = ()
    """Other words for the property."""

    @property
    def key(self) -> str:
        """The kind of weakening, the same for all resources of a type: `S3::Bucket.BucketEncryption=delete`."""
        return f"{self.type.removeprefix('AWS::')}.{'.'.join(keys_of(self.path))}={self.what}"

    def is_named_by(self, message: str) -> bool:
        """Whether a message names the property, what it is in, what it became, or the type that is gone."""
        words = [*keys_of(self.path), *self.also]
        if not keys_of(self.path):
            title = self.type.rpartition("::")[2]
            words = [title, " ".join(re.findall("[A-Z][a-z0-9]*", title))]
        return any(word.lower() in message.lower() for word in words)

    def __str__(self) -> str:
        place = ".".join(map(str, (self.resource, *self.path)))
        return f"{self.file.path.parent.name}/{self.file.path.name} {place}: {self.what}  [{self.key}]"


def mutants(file: TemplateFile, table: Table) -> Iterator[Mutant]:
    """Yield every weakening of a template that the table counts."""
    yield from _weaker_settings(file)
    for name, resource in file.resources.items():
        for path, what, property_class, new in _weakened(file, name, resource, table):
            body = edited(file.body, ("Resources", name, *path), new)
            found = tuple(path[1:]) if path[:1] == ("Properties",) else path
            also = (new.key,) if isinstance(new, Swap) else ("deny", "denie") if what == DENIAL else ()
            mutant = Mutant(file, name, resource["Type"], found, what, property_class, body, also)
            if not table.is_excepted(mutant.key) and not table.is_excepted(str(mutant)):
                yield mutant


def _weaker_settings(file: TemplateFile) -> Iterator[Mutant]:
    """Yield a root with a setting that is off by default, lower than allowed, or of any form; facts are no settings."""
    facts = file.body.get("Metadata", {}).get("cfngen", {}).get("Facts", ())
    for name, declared in file.parameters.items() if file.name == ROOT else ():
        if name in facts:
            continue
        for key, weak in (("Default", "false"), ("MinValue", 0), ("AllowedPattern", GONE), ("AllowedValues", GONE)):
            switch = key != "Default" or declared.get("Default") == "true"
            if key in declared and switch and declared[key] != weak:
                body = edited(file.body, ("Parameters", name, key), weak)
                what = "delete" if weak is GONE else str(weak)
                yield Mutant(file, name, "Parameter", (key,), what, "settings", body)


def unclassified(file: TemplateFile, table: Table) -> Iterator[str]:
    """Yield the properties that nobody has classified."""
    for resource in file.resources.values():
        for name in resource.get("Properties", {}):
            if table.class_of(resource["Type"], name) is None:
                yield f"{resource['Type'].removeprefix('AWS::')}.{name}"


def _weakened(
    file: TemplateFile, name: str, resource: Mapping[str, Any], table: Table
) -> Iterator[tuple[Path, str, str, Any]]:
    kind = resource["Type"]
    if kind in table.drop and not is_used(file, name):
        yield (), "drop", table.drop[kind], GONE
    for property_class, attributes in table.attributes.items():
        for key in sorted(attributes.keys() & resource.keys()):
            if resource[key] not in attributes[key]:
                yield (key,), "delete", property_class, GONE
                yield from (((key,), str(weak), property_class, weak) for weak in attributes[key])
    given = resource.get("Properties", {})
    for key, value in given.items():
        property_class = table.class_of(kind, key) or ""
        for path, what, new in _changes(file, kind, key, value, table) if property_class else ():
            yield ("Properties", *path), what, property_class, new
    for path, what, new in weakened_policies(given):
        yield ("Properties", *path), what, "access", new


def is_used(file: TemplateFile, name: str) -> bool:
    """Whether another resource or an output refers to one: without it the template would be none."""
    others = {key: each for key, each in file.resources.items() if key != name}
    text = repr([others, file.body.get("Outputs")])
    return f"'Ref': '{name}'" in text or f"'Fn::GetAtt': ['{name}'" in text or f"${{{name}" in text


def _changes(file: TemplateFile, kind: str, key: str, value: Any, table: Table) -> Iterator[Change]:
    """Yield every weaker value of a property, and of what is in it."""
    if key == "ManagedPolicyArns":
        yield (key,), "AdministratorAccess", [*value, ADMINISTRATOR]
    elif not _holds_policy(value):
        yield from _deeper(file, kind, (key,), value, table)


def _holds_policy(value: Any) -> bool:
    """Whether a value is weakened statement by statement."""
    inner = (
        [each.get("PolicyDocument") for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    )
    return any(map(is_policy, [value, *inner]))


def _deeper(file: TemplateFile, kind: str, path: Path, value: Any, table: Table) -> Iterator[Change]:
    if value == NOTHING:
        return
    *_, key = keys_of(path)
    in_branch = "Fn::If" in path[-2:]
    if not in_branch and not is_required(kind, path):
        yield path, "drop one" if isinstance(path[-1], int) else "delete", GONE
    if path[-1] == key or in_branch:
        others = table.weaker_values(kind, keys_of(path))
        yield from ((path, str(weak), weak) for weak in others if str(weak).lower() != str(value).lower())
    if path[-1] in PEERS:
        yield path, "anyone", Swap("CidrIp", "0.0.0.0/0")
    opposite = _opposite(file, value)
    if opposite is not None:
        yield path, str(opposite), opposite
    for step, inner in _inside(value):
        yield from _deeper(file, kind, (*path, *step), inner, table)


def _opposite(file: TemplateFile, value: Any) -> Any:
    """Return what a switch would be if it were turned, None for what is no switch."""
    if is_function(value) and "Ref" in value:
        value = file.parameters.get(value["Ref"], {}).get("Default")
    return OPPOSITE.get(value) if isinstance(value, bool | str) else None


def _inside(value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        yield from (((number,), each) for number, each in enumerate(value))
    elif is_function(value):
        if "Fn::If" in value:
            yield from (((*("Fn::If", branch),), value["Fn::If"][branch]) for branch in (1, 2))
    elif isinstance(value, Mapping):
        yield from (((key,), each) for key, each in value.items())


def is_required(kind: str, path: Path) -> bool:
    """Whether AWS refuses the resource without the value at a path, which is no weakening then."""
    schema = resource_schema(kind)
    steps = _without_functions(path)
    if schema is None or isinstance(path[-1], int):
        return False
    node: Mapping[str, Any] = {"properties": schema.properties, "required": list(schema.required)}
    for step in steps[:-1]:
        node = schema.follow(
            node.get("items", {}) if isinstance(step, int) else node.get("properties", {}).get(step, {})
        )
    return steps[-1] in node.get("required", ())


def _without_functions(path: Path) -> Path:
    """Return a path as the schema knows it: without `Fn::If` and the number of its branch."""
    found: list[str | int] = []
    steps = iter(path)
    for step in steps:
        if step == "Fn::If":
            next(steps)
        else:
            found.append(step)
    return tuple(found)
