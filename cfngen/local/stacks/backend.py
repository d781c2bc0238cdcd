"""The stacks of stack sets, made by the engine: what the StackSets control plane calls for each instance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..query import ApiError
from ..stacksets.backend import StackFailed
from .design import prepare
from .engine import (
    NO_UPDATES,
    Engine,
    carry_out,
    carry_out_deletion,
    new_stack,
    start_create,
    start_delete,
    start_update,
)
from .store import Stack

_ROLLED_BACK = frozenset(("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"))


@dataclass(frozen=True)
class StackBackend:
    """Makes real stacks; every call blocks until the stack is settled, or raises `StackFailed`."""

    engine: Engine

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
        """Create a stack and return its id; one of that name whose creation failed before is deleted first."""
        place = (account, region)
        left = self.engine.store.find(account, region, name)
        if left and left.status in _ROLLED_BACK:
            self.delete_stack(account, region, left.id, retain=False)
        try:
            wanted = prepare(
                self.engine.world, place, template, parameters, tags=tags, capabilities=tuple(capabilities)
            )
            stack = new_stack(self.engine, place, name, wanted)
            rollout = start_create(self.engine, stack)
        except ApiError as error:
            raise StackFailed(error.message) from error
        carry_out(rollout)
        _require(stack, "CREATE_COMPLETE", 0)
        return stack.id

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
        stack = self._existing(account, region, stack_id)
        since = len(stack.events)
        try:
            wanted = prepare(
                self.engine.world,
                (account, region),
                template,
                parameters,
                previous=stack.wanted.parameters,
                tags=tags,
                capabilities=tuple(capabilities),
            )
            rollout = start_update(self.engine, stack, wanted)
        except ApiError as error:
            if error.message == NO_UPDATES:
                return
            raise StackFailed(error.message, stack_id) from error
        carry_out(rollout)
        _require(stack, "UPDATE_COMPLETE", since)

    def delete_stack(self, account: str, region: str, stack_id: str, retain: bool) -> None:  # noqa: FBT001
        """Delete a stack and everything in it; with `retain` leave it as it is. One that is gone is a success."""
        stack = self.engine.store.find(account, region, stack_id)
        if retain or stack is None or stack.deleted:
            return
        since = len(stack.events)
        try:
            start_delete(self.engine, stack)
        except ApiError as error:
            raise StackFailed(error.message, stack_id) from error
        carry_out_deletion(self.engine, stack)
        _require(stack, "DELETE_COMPLETE", since)

    def _existing(self, account: str, region: str, stack_id: str) -> Stack:
        stack = self.engine.store.find(account, region, stack_id)
        if stack is None or stack.deleted:
            raise StackFailed(f"Stack [{stack_id}] does not exist")
        return stack


def _require(stack: Stack, status: str, since: int) -> None:
    """Raise `StackFailed`, with the first failure of an operation, unless the stack came into a status."""
    if stack.status == status:
        return
    resources = [event for event in stack.events[since:] if event.physical_id != stack.id]
    failures = [event for event in resources if event.status.endswith("_FAILED")]
    if not failures:
        raise StackFailed(stack.reason or f"Stack is in {stack.status}", stack.id)
    first = failures[0]
    raise StackFailed(
        f"ResourceLogicalId:{first.logical_id}, ResourceType:{first.type}, ResourceStatusReason:{first.reason}.",
        stack.id,
    )
