"""Who gains or loses which action on what, found by comparing the policies of two versions of a bundle.

Statements are taken apart into one grant per principal, action and resource, so that their order,
grouping and Sid never count. Wildcards are kept as written.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..expressions.evaluate import Resource
from ..expressions.nested import Stack
from ..expressions.values import Reference, Value
from .changes import IamChange
from .diff import named, written

HOLDERS = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}
ATTACHED = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")
LISTS = ("Roles", "Users", "Groups")

ROLE, LAMBDA_PERMISSION = "AWS::IAM::Role", "AWS::Lambda::Permission"


class Grant(NamedTuple):
    """One principal may, or may not, do one action on one resource."""

    who: str
    allow: bool
    action: str
    resource: str
    condition: str
    via: str


def iam_changes(old: Mapping[str, Stack], new: Mapping[str, Stack]) -> tuple[IamChange, ...]:
    """Return who gains or loses what between two versions of a bundle; actions of one kind go together."""
    before, after = ({_key(each): each for each in grants(stacks)} for stacks in (old, new))
    lost = [each for key, each in before.items() if key not in after]
    gained = [each for key, each in after.items() if key not in before]
    return (*_together(gained, come=True), *_together(lost, come=False))


def grants(stacks: Mapping[str, Stack]) -> Iterator[Grant]:
    """Yield every grant of every policy in a bundle's stacks."""
    holders = _holders(stacks)
    for layer, stack in stacks.items():
        for resource in stack.resources.values():
            via = f"{layer}.{resource.logical_id}"
            if resource.type in ATTACHED:
                for who in holders.get(resource.reference, [f"policy {via}"]):
                    yield from _statements(resource.properties.get("PolicyDocument"), via, via, who)
            elif resource.type in HOLDERS:
                yield from _identity(resource, via)
            elif resource.type == LAMBDA_PERMISSION:
                yield _lambda_permission(resource.properties, via)
            else:
                for document in _documents(resource.properties):
                    yield from _statements(document, via, via)


def _identity(resource: Resource, via: str) -> Iterator[Grant]:
    who = f"{HOLDERS[resource.type]} {via}"
    if resource.type == ROLE:
        yield from _statements(resource.properties.get("AssumeRolePolicyDocument"), via, who)
    for policy in _several(resource.properties.get("Policies")):
        if isinstance(policy, Mapping):
            yield from _statements(policy.get("PolicyDocument"), via, via, who)
    for arn in _several(resource.properties.get("ManagedPolicyArns")):
        if not isinstance(arn, Reference):
            yield Grant(who, allow=True, action="(managed policy)", resource=written(arn), condition="", via=via)
    boundary = resource.properties.get("PermissionsBoundary")
    if boundary is not None:
        yield Grant(who, allow=False, action="(beyond the boundary)", resource=written(boundary), condition="", via=via)


def _statements(document: Value, via: str, itself: str, who: str | None = None) -> Iterator[Grant]:
    """Yield the grants of a policy; `who` holds it, else each statement names its principals.

    `itself` is what a statement without a resource is about.
    """
    if not isinstance(document, Mapping):
        if document is not None:
            yield Grant(
                who or "(unknown)", allow=True, action=written(document), resource=itself, condition="", via=via
            )
        return
    for statement in _several(document.get("Statement")):
        if not isinstance(statement, Mapping):
            continue
        allow = written(statement.get("Effect", "Allow")) != "Deny"
        condition = _condition(statement.get("Condition"))
        for principal in [who] if who else _principals(statement):
            for action in _choices(statement, "Action", ["(no action)"]):
                for resource in _choices(statement, "Resource", [itself]):
                    yield Grant(principal, allow, action, resource, condition, via)


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    for key, prefix in (("Principal", ""), ("NotPrincipal", "all but ")):
        given = statement.get(key)
        if isinstance(given, Mapping):
            for kind, names in given.items():
                for name in _several(names):
                    text = written(name)
                    yield f"{prefix}{text if text == '*' else f'{kind} {text}'}"
        elif given is not None:
            yield f"{prefix}{written(given)}"


def _choices(statement: Mapping[str, Any], key: str, otherwise: list[str]) -> list[str]:
    excepted = [written(each) for each in _several(statement.get(f"Not{key}"))]
    found = [written(each) for each in _several(statement.get(key))]
    return [*found, *([f"all but {', '.join(sorted(excepted))}"] if excepted else [])] or otherwise


def _condition(condition: Value) -> str:
    if not isinstance(condition, Mapping):
        return "" if condition is None else written(condition)
    parts = []
    for operator, keys in condition.items():
        pairs = keys.items() if isinstance(keys, Mapping) else [("", keys)]
        parts += [f"{operator} {key} {' or '.join(sorted(map(written, _several(value))))}" for key, value in pairs]
    return "; ".join(sorted(parts))


def _lambda_permission(properties: Mapping[str, Value], via: str) -> Grant:
    who, action, function = (written(properties.get(name, "")) for name in ("Principal", "Action", "FunctionName"))
    limits = [f"{name} {written(properties[name])}" for name in ("SourceAccount", "SourceArn") if name in properties]
    return Grant(who, allow=True, action=action, resource=function, condition="; ".join(limits), via=via)


def _holders(stacks: Mapping[str, Stack]) -> dict[Reference, list[str]]:
    """Return who has each policy of the stacks, whichever of the two sides says so."""
    found: dict[Reference, list[str]] = {}
    kinds = dict(zip(LISTS, ("role", "user", "group"), strict=True))
    for layer, stack in stacks.items():
        for resource in stack.resources.values():
            if resource.type in HOLDERS:
                for arn in _several(resource.properties.get("ManagedPolicyArns")):
                    if isinstance(arn, Reference):
                        found.setdefault(Reference(*arn.resource), []).append(
                            f"{HOLDERS[resource.type]} {layer}.{resource.logical_id}"
                        )
            elif resource.type in ATTACHED:
                for name, kind in kinds.items():
                    for holder in _several(resource.properties.get(name)):
                        shown = named(holder) if isinstance(holder, Reference) else written(holder)
                        found.setdefault(resource.reference, []).append(f"{kind} {shown}")
    return found


def _documents(value: Value) -> Iterator[Mapping[str, Any]]:
    """Yield the policies within a resource's properties: whatever has statements."""
    if isinstance(value, list):
        for each in value:
            yield from _documents(each)
    elif isinstance(value, Mapping):
        if any(isinstance(each, Mapping) and "Effect" in each for each in _several(value.get("Statement"))):
            yield value
            return
        for each in value.values():
            yield from _documents(each)


def _together(found: Iterable[Grant], *, come: bool) -> Iterator[IamChange]:
    rows: dict[tuple[str, bool, str, str, str], list[str]] = {}
    for each in found:
        rows.setdefault((each.who, each.allow, each.resource, each.condition, each.via), []).append(each.action)
    for (who, allow, resource, condition, via), actions in rows.items():
        yield IamChange(come == allow, who, allow, tuple(sorted(actions)), resource, condition, via)


def _key(grant: Grant) -> Grant:
    """IAM does not tell actions apart by case."""
    return grant._replace(action=grant.action.lower())


def _several(value: Value) -> list[Value]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
