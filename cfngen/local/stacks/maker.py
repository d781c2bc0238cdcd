"""Calls of handlers: the one place where a stack's resource becomes a service's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...schemas import resource_schema
from ..resources.handler import Handler, Made, Request
from .checks import is_custom
from .dynamic import substitute
from .failure import ResourceError, is_gone, reason_of
from .records import Resource
from .store import Stack
from .world import World

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def create(world: World, stack: Stack, resource: Resource) -> Made:
    """Make a resource, from its resolved properties; raises `ResourceError`."""
    handler = _handler(world, resource)
    return _call(handler.create, world, stack, resource, {})


def update(world: World, stack: Stack, resource: Resource, before: Mapping[str, Any]) -> Made:
    """Change a resource in place to its properties, `before` being those until now; raises `ResourceError`."""
    handler = _handler(world, resource)
    if handler.update is None:
        return Made(resource.physical_id, resource.attributes)
    return _call(handler.update, world, stack, resource, before)


def delete(world: World, stack: Stack, resource: Resource, *, snapshot: bool = False) -> None:
    """Remove a resource, after a last snapshot if so told; one that is gone already is a success.

    Raises `ResourceError`.
    """
    try:
        _handler(world, resource).delete(replace(request_of(world, stack, resource, {}), snapshot=snapshot))
    except ResourceError:
        raise
    except Exception as error:
        if not is_gone(error):
            raise ResourceError(reason_of(error, resource.type, world.token()), resource.physical_id) from error


def updatable(world: World, resource_type: str) -> bool:
    """Return whether a type's resources can be changed in place."""
    handler = world.handlers.get(resource_type)
    return handler is not None and handler.update is not None


def random_name(length: int) -> str:
    """Return random capital letters and digits, as CloudFormation puts behind names."""
    number, letters = uuid.uuid4().int, []
    for _ in range(length):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


def physical_name(stack_name: str, logical_id: str, most: int = 63) -> str:
    """Return a new unique name, `<stack>-<LogicalId>-<12 random>`, both parts shortened where it would be too long."""
    room = most - 14
    logical = logical_id[: max(room - len(stack_name), room // 2)]
    return f"{stack_name[: room - len(logical)].rstrip('-')}-{logical}-{random_name(12)}"


def _call(
    function: Callable[[Request], Made], world: World, stack: Stack, resource: Resource, before: Mapping[str, Any]
) -> Made:
    try:
        return function(request_of(world, stack, resource, before))
    except ResourceError:
        raise
    except Exception as error:
        raise ResourceError(reason_of(error, resource.type, world.token())) from error


def request_of(world: World, stack: Stack, resource: Resource, before: Mapping[str, Any] | None = None) -> Request:
    """Return what a handler or reader is told about a resource, `before` being its properties until now."""
    look_up = partial(
        substitute,
        parameter=partial(world.parameter, stack.account, stack.region),
        secret=partial(world.secret, stack.account, stack.region),
    )
    return Request(
        account=stack.account,
        region=stack.region,
        stack_name=stack.name,
        stack_id=stack.id,
        logical_id=resource.logical_id,
        name=physical_name(stack.name, resource.logical_id),
        properties=look_up(resource.properties),
        clients=world.clients(stack.account, stack.region),
        physical_id=resource.physical_id,
        before=look_up(before or {}),
    )


def _handler(world: World, resource: Resource) -> Handler:
    if resource.type in world.handlers:
        return world.handlers[resource.type]
    if resource.type in _WAITS:
        return _WAITS[resource.type]
    if is_custom(resource.type) and world.custom:
        return world.custom(resource.type)
    what = "Custom resources are" if is_custom(resource.type) else f"Resources of type {resource.type} are"
    raise ResourceError(f"{what} not available on the local AWS.")


def _wait(request: Request) -> Made:
    """Make a wait condition, which nothing here would ever signal: it is met at once, with no data."""
    return Made(request.name, {"Data": "{}"})


def _wait_handle(request: Request) -> Made:
    host = f"cloudformation-waitcondition-{request.region}.s3.{request.region}.amazonaws.com"
    return Made(f"https://{host}/{request.name}")


def _forget(request: Request) -> None:
    """Remove what is nowhere but in its stack."""


_WAITS: Mapping[str, Handler] = {
    "AWS::CloudFormation::WaitCondition": Handler(create=_wait, delete=_forget),
    "AWS::CloudFormation::WaitConditionHandle": Handler(create=_wait_handle, delete=_forget),
}


def with_identity(resource: Resource, region: str) -> Mapping[str, Any]:
    """Return a resource's attributes with the one that is its identifier among them, if AWS offers that one."""
    schema = resource_schema(resource.type, region)
    names = schema.primary_identifier if schema else ()
    if len(names) == 1 and schema and names[0] in schema.read_only:
        return {names[0]: resource.physical_id, **resource.attributes}
    return resource.attributes
