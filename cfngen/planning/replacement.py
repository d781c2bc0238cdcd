"""What a changed property does to its resource: changed in place, perhaps replaced, replaced, or not known.

From AWS's schemas (create-only and conditional create-only properties, types without an update) and from
what https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
says of Auto Scaling groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, NamedTuple

from ..expressions.values import Value, unknowns
from ..schemas import changed_paths, resource_schema
from .changes import FLEET, Effect
from .diff import Leaf

CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types whose own code decides whether an update replaces."""

ORDER = (Effect.IN_PLACE, Effect.UNKNOWN, Effect.MAY_REPLACE, Effect.REPLACE)
"""From the mildest to the worst; what is not known is worse than what is known to be harmless."""

KEPT_DAYS = ("ExpirationInDays", "NoncurrentDays", "RetentionInDays")
"""Properties in days whose lower value reaches what is there already: events, objects, their old versions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
"""

_STEADY = ("Arn", "ARN", "Id", "ID", "Ids", "Name", "Address", "Url", "URL")
"""How attributes end that name a resource, and stay what they are as long as it is not replaced."""


class Verdict(NamedTuple):
    """What a change does, and why."""

    effect: Effect
    why: str = ""
    subject: str = ""
    """The property that the reason is about."""


def verdict(kind: str, leaf: Leaf, before: Mapping[str, Value], after: Mapping[str, Value], policy: Any) -> Verdict:
    """Return what one changed place does to a resource of a type.

    `before` and `after` are all properties of the resource, `policy` is its UpdatePolicy.
    """
    if kind.startswith(CUSTOM):
        return Verdict(Effect.MAY_REPLACE, "a custom resource decides itself")
    schema = resource_schema(kind)
    if schema is None:
        return Verdict(Effect.UNKNOWN, f"AWS publishes no schema of {kind}")
    name = leaf.path[0]
    if name not in schema.properties:
        return Verdict(Effect.UNKNOWN, f"AWS's schema of {kind} does not know {name}")
    if not schema.updatable:
        return Verdict(Effect.REPLACE, f"{kind} cannot be changed")
    if hit := _hit(schema.create_only, leaf, before, after):
        return Verdict(Effect.REPLACE, "create-only", hit)
    if hit := _hit(schema.conditional_create_only, leaf, before, after):
        return _fleet(policy) if kind == FLEET else Verdict(Effect.MAY_REPLACE, "conditionally create-only", hit)
    return _in_place(leaf)


def worst(effects: Iterable[Effect]) -> Effect:
    """Return the worst of several effects on one resource."""
    return max(effects, key=ORDER.index, default=Effect.IN_PLACE)


def reasons(found: Iterable[Verdict]) -> str:
    """Return why, in words: `create-only: CidrBlock, VpcId`."""
    subjects: dict[str, dict[str, None]] = {}
    for each in found:
        if each.why:
            subjects.setdefault(each.why, {}).update(dict.fromkeys(filter(None, [each.subject])))
    return "; ".join(f"{why}: {', '.join(names)}" if names else why for why, names in subjects.items())


def is_unordered(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the order of a list property means nothing to AWS."""
    schema = resource_schema(kind)
    node: Mapping[str, Any] = {"properties": schema.properties} if schema else {}
    for step in path:
        node = schema.follow(node) if schema else {}
        node = node.get("items", {}) if step.startswith("[") else node.get("properties", {}).get(step, {})
    return (schema.follow(node) if schema else node).get("insertionOrder") is False


def is_steady(kind: str, attribute: str, changed: frozenset[str]) -> bool:
    """Whether an attribute stays what it is while these properties of the resource change in place."""
    schema = resource_schema(kind)
    names = {attribute.replace(".", "/"), attribute.partition(".")[0]}
    if attribute == "Ref" or (schema and (changed <= {schema.tag_property} or names & set(schema.primary_identifier))):
        return True
    return attribute.partition(".")[0] not in changed and attribute.endswith(_STEADY)


def _in_place(leaf: Leaf) -> Verdict:
    """A change in place keeps the resource, yet a shorter time to keep things ends what is older."""
    name, (before, after) = leaf.path[-1], map(_days, (leaf.before, leaf.after))
    if name in KEPT_DAYS and before and after and after < before:
        return Verdict(Effect.IN_PLACE, "keeps less, and what is older goes", name)
    return Verdict(Effect.IN_PLACE)


def _days(value: Value) -> float:
    """Return a number of days; without one things are kept for ever, and 0 stands for what is not known."""
    if value is None:
        return inf
    return float(str(value)) if str(value).isdecimal() else 0


def _fleet(policy: Any) -> Verdict:
    """An Auto Scaling group keeps its identity unless its UpdatePolicy says otherwise; its instances may go."""
    chosen = policy if isinstance(policy, Mapping) else {}
    replacing = chosen.get("AutoScalingReplacingUpdate")
    if isinstance(replacing, Mapping) and str(replacing.get("WillReplace")).lower() == "true":
        return Verdict(Effect.REPLACE, "its UpdatePolicy replaces the group")
    if "AutoScalingRollingUpdate" in chosen or "AutoScalingInstanceRefresh" in chosen:
        return Verdict(Effect.IN_PLACE, "rolls its instances")
    return Verdict(Effect.IN_PLACE, "instances that run stay as they are")


def _hit(paths: frozenset[str], leaf: Leaf, before: Mapping[str, Value], after: Mapping[str, Value]) -> str:
    """Return which of the paths a change concerns: those above it, and those below it that really differ."""
    for path in sorted(paths):
        steps = path.split("/")
        if not all(map(_fits, steps, leaf.path)):
            continue
        inside = len(steps) > len(leaf.path)
        if not inside or any(unknowns([leaf.before, leaf.after])) or changed_paths(frozenset({path}), before, after):
            return path.replace("/", ".")
    return ""


def _fits(pattern: str, step: str) -> bool:
    return pattern == step or (pattern == "*" and step.startswith("["))
