"""A request of CloudFormation's API, as every action here takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .design import prepare
from .engine import Engine
from .parameters import KEEP, Parameter
from .refusal import invalid
from .store import Stack, Wanted
from .tags import tags_of

LARGEST_BODY = 51_200
LARGEST_OBJECT = 1_000_000
"""Bytes. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


@dataclass(frozen=True)
class Call:
    """One request: in which account and region, with which parameters (as botocore's model names them)."""

    engine: Engine
    account: str
    region: str
    params: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, str]:
        """The account and region."""
        return self.account, self.region


def stack_of(call: Call, message: str = "Stack with id {} does not exist") -> Stack:
    """Return the stack that a request names, by name or id; raises AWS's `ValidationError` if there is none."""
    name = str(call.params.get("StackName", ""))
    found = call.engine.store.find(call.account, call.region, name)
    if found is None:
        raise invalid(message.format(name))
    return found


def text_of(call: Call, stack: Stack | None = None) -> str:
    """Return the template that a request brings, or the stack's own with `UsePreviousTemplate`."""
    if call.params.get("UsePreviousTemplate") and stack:
        return stack.wanted.template.text
    body, url = call.params.get("TemplateBody"), call.params.get("TemplateURL")
    if bool(body) == bool(url):
        raise invalid("Either Template URL or Template Body must be specified.")
    if body and len(body.encode()) > LARGEST_BODY:
        raise invalid(
            f"1 validation error detected: Value '{body[:100]}…' at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST_BODY}"
        )
    text = str(body or call.engine.world.fetch(call.account, call.region, str(url)))
    if len(text.encode()) > LARGEST_OBJECT:
        raise invalid(f"Template may not exceed {LARGEST_OBJECT} bytes in size.")
    return text


def wanted_of_call(call: Call, stack: Stack | None = None) -> Wanted:
    """Return what a create, an update or a change set asks for; raises AWS's error for what is wrong with it.

    Tags that are not given at all stay as they are; an empty list takes them away.
    """
    given = {each["ParameterKey"]: _value(each) for each in call.params.get("Parameters") or ()}
    previous: Mapping[str, Parameter] = stack.wanted.parameters if stack else {}
    kept = stack.wanted.tags if stack and "Tags" not in call.params else {}
    return prepare(
        call.engine.world,
        call.place,
        text_of(call, stack),
        given,
        previous=previous,
        tags={**kept, **tags_of(call.params.get("Tags"))},
        capabilities=tuple(call.params.get("Capabilities") or ()),
    )


def _value(pair: Mapping[str, Any]) -> str | None:
    return KEEP if pair.get("UsePreviousValue") else str(pair.get("ParameterValue", ""))
