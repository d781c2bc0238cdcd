"""What the stack engine asks of a resource type, and what it gets back.

The engine (`cfngen.local.stacks`) knows no AWS service. For each resource type it is given a `Handler`, which makes,
changes and removes the resource through the API of the service that owns it, and it tells the handler about one
resource at a time with a `Request`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """What a handler is told about the resource it makes, changes or removes.

    `name` is a unique physical name as CloudFormation would generate it: `<stack>-<LogicalId>-<12 random upper>`, at
    most 63 characters. `properties` are resolved: no intrinsics are left. `clients("ec2")` is a boto3 client of that
    account and region; `clients("wafv2", "us-east-1")` one elsewhere. `physical_id` is there for update and delete,
    `before` (the resolved properties until now) for update, `snapshot` where a delete must take a last one first.
    """

    account: str
    region: str
    stack_name: str
    stack_id: str
    logical_id: str
    name: str
    properties: Mapping[str, Any]
    clients: Callable[..., Any]
    physical_id: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    snapshot: bool = False


@dataclass(frozen=True)
class Made:
    """What exists now: what `Ref` returns and what `GetAtt` knows."""

    physical_id: str
    attributes: Mapping[str, str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Handler:
    """How one resource type is created, changed in place and removed through its service's own API.

    Without `update`, every change replaces the resource.
    """

    create: Callable[[Request], Made]
    delete: Callable[[Request], None]
    update: Callable[[Request], Made] | None = None
