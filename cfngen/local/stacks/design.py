"""What a stack should hold: its template with parameters in and conditions decided, in the order of creation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ...schemas import resource_schema
from .capabilities import check_capabilities
from .checks import checked, needs_of
from .conditions import check_rules, decide
from .intrinsics import PSEUDO_PARAMETERS, Scope, prune, resolve
from .order import in_order
from .parameters import Given, Parameter, evaluate
from .properties import conform
from .records import Output, Resource
from .refusal import invalid
from .store import Stack, Wanted
from .tags import with_stack_tags
from .world import World


@dataclass(frozen=True)
class Design:
    """The resources that a stack should have, by logical id in the order of creation, and its outputs."""

    wanted: Wanted
    scope: Scope
    entries: Mapping[str, Resource]
    """Resources as the template says, with nothing made yet."""
    outputs: Mapping[str, Mapping[str, Any]]


def prepare(
    world: World,
    place: tuple[str, str],
    text: str,
    given: Given,
    *,
    previous: Mapping[str, Parameter] | None = None,
    tags: Mapping[str, str] | None = None,
    capabilities: tuple[str, ...] = (),
) -> Wanted:
    """Return what a stack in `place` (account, region) is asked to be; raises AWS's error for what is wrong with it."""
    account, region = place
    template = checked(text, region)
    check_capabilities(template, capabilities)
    declared = template.section("Parameters")
    parameters = evaluate(declared, given, previous or {}, lambda name: world.parameter(account, region, name))
    return Wanted(template, parameters, tags or {}, capabilities)


def design(world: World, stack: Stack, wanted: Wanted) -> Design:
    """Return what a stack should hold; raises `ValidationError` where the chosen branches do not fit together."""
    template = wanted.template
    scope = Scope(
        values=_pseudo(stack) | {name: parameter.value for name, parameter in wanted.parameters.items()},
        mappings=template.section("Mappings"),
        zones=cache(lambda region: world.zones(stack.account, region)),
    )
    check_rules(template.section("Rules"), scope)
    decided = decide(template.section("Conditions"), scope)
    entries = {
        name: _entry(name, prune(body, decided))
        for name, body in template.resources.items()
        if decided.get(body.get("Condition", ""), True)
    }
    outputs = {
        name: prune(body, decided)
        for name, body in template.section("Outputs").items()
        if decided.get(body.get("Condition", ""), True)
    }
    _require_present(entries, template.section("Parameters"))
    order = in_order({name: entry.needs for name, entry in entries.items()})
    return Design(wanted, replace(scope, decided=decided), {name: entries[name] for name in order}, outputs)


def properties_of(plan: Design, entry: Resource, resources: Mapping[str, Resource]) -> tuple[dict[str, Any], list[str]]:
    """Return a resource's resolved properties, the stack's tags among them, and what breaks AWS's schema of its type.

    Raises `ValidationError` where a function cannot be resolved.
    """
    resolved = resolve(entry.body.get("Properties") or {}, plan.scope.knowing(resources))
    schema = resource_schema(entry.type, plan.scope.values["AWS::Region"])
    if schema is None:
        return resolved, []
    return conform(schema, with_stack_tags(schema, resolved, plan.wanted.tags))


def outputs_of(plan: Design, resources: Mapping[str, Resource]) -> tuple[Output, ...]:
    """Return a stack's outputs; raises `ValidationError` for one that is no text."""
    scope = plan.scope.knowing(resources)
    return tuple(_output(name, body, scope) for name, body in plan.outputs.items())


def _output(name: str, body: Mapping[str, Any], scope: Scope) -> Output:
    value = resolve(body.get("Value"), scope)
    if isinstance(value, dict | list) or not isinstance(value, str | int | float):
        raise invalid("Template format error: The Value field of every Outputs member must evaluate to a String.")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    export = resolve((body.get("Export") or {}).get("Name", ""), scope)
    return Output(name, text, str(body.get("Description", "")), str(export))


def _entry(name: str, body: Mapping[str, Any]) -> Resource:
    return Resource(name, body["Type"], body, needs_of(body))


def _require_present(entries: Mapping[str, Resource], parameters: Mapping[str, Any]) -> None:
    """Raise for what is referred to and absent; DependsOn may name a resource that its condition left out."""
    known = entries.keys() | parameters.keys() | PSEUDO_PARAMETERS
    missing = sorted(
        {need for entry in entries.values() for need in entry.needs - known if need not in _explicit(entry)}
    )
    if missing:
        raise invalid(
            f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
            "in the Resources block of the template"
        )


def _explicit(entry: Resource) -> tuple[str, ...]:
    named = entry.body.get("DependsOn") or ()
    return (named,) if isinstance(named, str) else tuple(named)


def _pseudo(stack: Stack) -> dict[str, Any]:
    china, government = stack.region.startswith("cn-"), stack.region.startswith("us-gov-")
    return {
        "AWS::AccountId": stack.account,
        "AWS::NotificationARNs": list(stack.settings.notification_arns),
        "AWS::Partition": "aws-cn" if china else "aws-us-gov" if government else "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
    }
