"""Stack sets as frozen data: the set, its definition, its instances, its operations and their results.

Words and meanings are AWS's: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstance.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

InstanceStatus = Literal["CURRENT", "OUTDATED", "INOPERABLE"]
DetailedStatus = Literal[
    "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "INOPERABLE", "SKIPPED_SUSPENDED_ACCOUNT"
]
ResultStatus = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
OperationStatus = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED"]
Action = Literal["CREATE", "UPDATE", "DELETE", "DETECT_DRIFT"]

ACTIVE: frozenset[OperationStatus] = frozenset(("QUEUED", "RUNNING", "STOPPING"))
NO_UPDATES = "No updates are to be performed."


@dataclass(frozen=True, slots=True)
class Home:
    """Where a stack set lives: it is a regional resource of its admin account."""

    account: str
    region: str


@dataclass(frozen=True, order=True, slots=True)
class Target:
    """Where an instance lives."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What every instance is made from: a template, base values and the roles that act."""

    template: str
    parameters: Mapping[str, str]
    """Every parameter that the template declares, defaults filled in."""
    hidden: frozenset[str]
    """Parameters declared with NoEcho."""
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]
    administration_role_arn: str
    """Empty for AWS's default role."""
    execution_role: str

    def changes_instances(self, other: Definition) -> bool:
        """Whether the template or a value differs, which makes every instance outdated."""
        return (self.template, self.parameters) != (other.template, other.parameters)


@dataclass(frozen=True, slots=True)
class StackSet:
    """A stack set without its instances and operations."""

    home: Home
    name: str
    id: str
    """`<name>:<uuid>`."""
    definition: Definition
    token: str = ""
    """ClientRequestToken of the request that created it: the same request again is answered the same."""
    description: str = ""
    managed_execution: bool = False
    status: Literal["ACTIVE", "DELETED"] = "ACTIVE"
    drift_checked: datetime | None = None

    @property
    def arn(self) -> str:
        """The ARN that AWS's messages name it by."""
        return f"arn:aws:cloudformation:{self.home.region}:{self.home.account}:stackset/{self.id}"

    @property
    def administration_role_arn(self) -> str:
        """The role that acts in the admin account, AWS's default included."""
        default = f"arn:aws:iam::{self.home.account}:role/AWSCloudFormationStackSetAdministrationRole"
        return self.definition.administration_role_arn or default


@dataclass(frozen=True, slots=True)
class Instance:
    """One stack of a stack set."""

    target: Target
    stack_id: str = ""
    parameters: frozenset[str] = frozenset()
    """The parameters of the template that it was last brought to."""
    created: bool = False
    """Whether its stack was ever complete; one that was not is made anew."""
    status: InstanceStatus = "OUTDATED"
    detailed: DetailedStatus = "PENDING"
    reason: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    last_operation: str = ""
    drift: str = "NOT_CHECKED"
    drift_checked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation did to one instance."""

    status: ResultStatus = "PENDING"
    reason: str = ""
    skipped: bool = False
    """Whether no action was necessary or possible, which AWS tells as the account gate's SKIPPED."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An asynchronous change to instances."""

    id: str
    action: Action
    created: datetime
    preferences: Mapping[str, Any] = field(default_factory=dict)
    """StackSetOperationPreferences, as given."""
    targets: tuple[Target, ...] | None = None
    """In the order of the request; None for all instances that there are when it starts."""
    definition: Definition | None = None
    """What the stack set becomes when it starts."""
    overrides: Mapping[str, str | None] | None = None
    """New overrides, None for the present value; None altogether leaves all as they are."""
    retain: bool = False
    status: OperationStatus = "QUEUED"
    reason: str = ""
    ended: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it is queued or under way."""
        return self.status in ACTIVE

    def conflicts(self, other: Operation) -> bool:
        """Whether the two may not run at once: they share an instance, or one is for the whole stack set."""
        if self.definition or other.definition or self.targets is None or other.targets is None:
            return True
        return not set(self.targets).isdisjoint(other.targets)


def overridden(present: Mapping[str, str], change: Mapping[str, str | None] | None) -> Mapping[str, str]:
    """Return an instance's overrides after a change: what the list leaves out goes back to the stack set's value."""
    if change is None:
        return present
    values = {name: present.get(name) if value is None else value for name, value in change.items()}
    return {name: value for name, value in values.items() if value is not None}
