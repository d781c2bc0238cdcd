"""The store: every stack set of the local AWS, in memory, behind one lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Condition

from ..query import ApiError
from .model import Home, Instance, Operation, Result, StackSet, Target
from .schedule import Schedule


@dataclass
class Record:
    """A stack set with all that belongs to it; the values are frozen, the record changes under the store's lock."""

    stack_set: StackSet
    instances: dict[Target, Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    """By id, in request order."""
    results: dict[str, dict[Target, Result]] = field(default_factory=dict)
    """By operation id."""
    schedules: dict[str, Schedule] = field(default_factory=dict)
    """Of the operations under way, by id."""

    @property
    def active(self) -> tuple[Operation, ...]:
        """The operations that are queued or under way, in request order."""
        return tuple(operation for operation in self.operations.values() if operation.active)

    def instance(self, target: Target) -> Instance:
        """Return an instance; raises AWS's error if there is none."""
        if target in self.instances:
            return self.instances[target]
        what = f"Stack instance with account {target.account} and region {target.region}"
        raise ApiError("StackInstanceNotFoundException", f"{what} not found in stack set {self.stack_set.id}", 404)

    def operation(self, operation_id: str) -> Operation:
        """Return an operation; raises AWS's error if there is none."""
        if operation_id in self.operations:
            return self.operations[operation_id]
        what = f"Operation {operation_id} not found in stack set {self.stack_set.id}"
        raise ApiError("OperationNotFoundException", what, 404)


class Store:
    """All records; hold `lock` while reading or changing them."""

    def __init__(self) -> None:
        self.lock = Condition()
        """Notified whenever an operation ends."""
        self._records: dict[str, Record] = {}

    @property
    def busy(self) -> bool:
        """Whether any operation is queued or under way."""
        return any(record.active for record in self._records.values())

    def add(self, stack_set: StackSet) -> Record:
        """Keep a new stack set, or find what the same request made; raises AWS's error if the name is taken."""
        for record in self.at(stack_set.home):
            if record.stack_set.name == stack_set.name:
                if stack_set.token and record.stack_set.token == stack_set.token:
                    return record
                message = f"Stack set with name {stack_set.name} already exists"
                raise ApiError("NameAlreadyExistsException", message, 409)
        record = self._records[stack_set.id] = Record(stack_set)
        return record

    def find(self, home: Home, name: str) -> Record:
        """Return the stack set with that name or id; raises AWS's error if there is none."""
        for record in self.at(home):
            if name in (record.stack_set.name, record.stack_set.id, record.stack_set.arn):
                return record
        raise ApiError("StackSetNotFoundException", f"StackSet {name} not found", 404)

    def at(self, home: Home, status: str = "ACTIVE") -> Iterator[Record]:
        """Yield the stack sets of a home, oldest first."""
        for record in self._records.values():
            if record.stack_set.home == home and record.stack_set.status == status:
                yield record

    def delete(self, record: Record) -> None:
        """Mark a stack set deleted: only `ListStackSets` still tells of it."""
        record.stack_set = replace(record.stack_set, status="DELETED")
