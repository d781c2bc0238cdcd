"""Who may do what: every statement of every policy, as CloudFormation will see it at one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..expressions.evaluate import Resource
from ..expressions.nested import Stack
from ..expressions.values import Value
from ..verify.world import World
from .content import Row, Section, Table, choices, code, text
from .layers import resource_id
from .shown import lines, shown

COLUMNS = ("Policy of", "Effect", "Who", "May do", "To what", "Only if")


_CALLED = {"AssumeRolePolicyDocument": "(who may take it)", "PolicyDocument": "", "KeyPolicy": ""}


def access_section(world: World) -> Section:
    """Return the statements of roles, of keys, of buckets and of whatever else has a policy."""
    rows = tuple(row for stack in _once(world) for each in stack.resources.values() for row in _rows(stack, each))
    intro = (
        "Each statement of a role's policies, of who may take the role, and of the policies of keys, buckets and more.",
        "Where a layer is deployed several times, values are those of the first place.",
    )
    table = Table("Statements of policies", COLUMNS, rows)
    return Section(
        "access",
        "Who may do what",
        intro,
        tables=(table,),
        filters=choices(rows, "layer", "type", "effect"),
        noun="statements",
    )


def _once(world: World) -> Iterator[Stack]:
    """Yield every layer's stack, as it is at the first active site that has it."""
    sites = sorted(world.sites, key=lambda site: site.role == "standby")
    found: dict[str, Stack] = {}
    for site in sites:
        for stack in site.stacks:
            found.setdefault(str(stack.file.path), stack)
    yield from found.values()


def _rows(stack: Stack, given: Resource) -> Iterator[Row]:
    name = f"{stack.layer}.{given.logical_id}"
    for path, statement in _statements(given.properties):
        effect = shown(statement.get("Effect", "Allow"))
        cells = (
            code(*filter(None, (name, _CALLED.get(path, path))), link=resource_id(stack.layer, given.logical_id)),
            text(effect),
            code(*_who(statement)),
            code(*_either(statement, "Action")),
            code(*_either(statement, "Resource")),
            code(*_conditions(statement.get("Condition"))),
        )
        yield Row(cells, keys={"layer": stack.layer, "type": given.type, "effect": effect})


def _statements(value: Value, path: str = "") -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield every policy statement in a resource's properties, with the properties that lead to it."""
    if isinstance(value, Mapping):
        listed = value.get("Statement")
        for each in listed if isinstance(listed, list) else [listed] if isinstance(listed, Mapping) else []:
            if isinstance(each, Mapping):
                yield path, each
        named = shown(value["PolicyName"]) if "PolicyName" in value else ""
        for key, each in value.items():
            if key != "Statement":
                yield from _statements(each, named or path or str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _statements(each, path)


def _who(statement: Mapping[str, Value]) -> tuple[str, ...]:
    for key, start in (("Principal", ""), ("NotPrincipal", "all but ")):
        found = statement.get(key)
        if isinstance(found, Mapping):
            return tuple(f"{start}{kind}: {each}" for kind, value in found.items() for each in lines(value))
        if found is not None:
            return (f"{start}{shown(found)}",)
    return ("whoever has it",)


def _either(statement: Mapping[str, Value], key: str) -> tuple[str, ...]:
    if f"Not{key}" in statement:
        return tuple(f"all but {each}" for each in lines(statement[f"Not{key}"]))
    return lines(statement[key]) if key in statement else ("",)


def _conditions(found: Value) -> tuple[str, ...]:
    if not isinstance(found, Mapping):
        return ()
    return tuple(
        f"{operator} {key} {', '.join(lines(value))}"
        for operator, each in found.items()
        if isinstance(each, Mapping)
        for key, value in each.items()
    )
