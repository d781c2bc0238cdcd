"""What the drift check asks of a resource type, and what it gets back.

A reader looks a resource up through the service that owns it. It says for each property that it can judge what is
expected and what is there, both in the same form; None means that the resource is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .handler import Request

Pairs = Mapping[str, tuple[Any, Any]]
"""Property → (expected, actual)."""


class Neighbour(NamedTuple):
    """Another resource of the same account and region, which may add to this one."""

    type: str
    physical_id: str
    properties: Mapping[str, Any]


Reader = Callable[[Request, Sequence[Neighbour]], Pairs | None]
