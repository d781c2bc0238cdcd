"""What a stack set's instances are made with: plain stacks in a member account and region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class StackFailed(Exception):  # noqa: N818, it is what happened to the stack, not an error of the caller
    """A stack could not be created, updated or deleted; `reason` is what AWS would show for the instance."""

    def __init__(self, reason: str, stack_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.stack_id = stack_id
        """The stack that is left behind, for example rolled back; empty if there is none."""


class Backend(Protocol):
    """Makes real or simulated stacks; every call blocks until the stack is settled, or raises `StackFailed`."""

    def create_stack(
        self,
        account: str,
        region: str,
        name: str,
        template: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        capabilities: Collection[str],
    ) -> str:
        """Create a stack and return its id."""
        ...

    def update_stack(
        self,
        account: str,
        region: str,
        stack_id: str,
        template: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        capabilities: Collection[str],
    ) -> None:
        """Bring a stack to a template and values; nothing to update is a success."""
        ...

    def delete_stack(self, account: str, region: str, stack_id: str, retain: bool) -> None:  # noqa: FBT001
        """Delete a stack and everything in it; with `retain` only forget it, leaving all as it is."""
        ...
