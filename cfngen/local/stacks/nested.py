"""Nested stacks: what a resource of type AWS::CloudFormation::Stack asks its child to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .design import Design, prepare
from .records import Output
from .store import Stack, Wanted
from .tags import tags_of
from .world import World


def wanted_of(world: World, plan: Design, parent: Stack, properties: Mapping[str, Any]) -> Wanted:
    """Return what a nested stack's properties ask for; raises AWS's error where its template or values are wrong.

    The child inherits its parent's capabilities and tags; its own tags win.
    """
    text = world.fetch(parent.account, parent.region, str(properties["TemplateURL"]))
    given = {name: _text(value) for name, value in (properties.get("Parameters") or {}).items()}
    return prepare(
        world,
        (parent.account, parent.region),
        text,
        given,
        tags=tags_of(properties.get("Tags")),
        capabilities=plan.wanted.capabilities,
    )


def outputs_as_attributes(outputs: Iterable[Output]) -> dict[str, str]:
    """Return a nested stack's outputs as its parent's GetAtt knows them."""
    return {f"Outputs.{output.key}": output.value for output in outputs}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
