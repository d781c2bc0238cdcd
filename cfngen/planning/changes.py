"""What a plan does to parameters, resources and permissions, as frozen data.

`cfngen.planning.impact` finds it, `cfngen.planning.losses` guards it, `cfngen.text` shows it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ..deployment import Instance

FLEET = "AWS::AutoScaling::AutoScalingGroup"
"""A resource whose instances may be replaced although it stays."""


class Effect(enum.Enum):
    """What happens to a resource, or what the change of one property does to it."""

    CREATE = "create"
    DELETE = "delete"
    REPLACE = "replace"
    MAY_REPLACE = "may replace"
    IN_PLACE = "in place"
    UNKNOWN = "unknown"


LOSING = (Effect.DELETE, Effect.REPLACE, Effect.MAY_REPLACE, Effect.UNKNOWN)
"""Effects after which a resource, and what it holds, may be another or gone."""

DRASTIC = (Effect.CREATE, *LOSING)
"""Effects that are more than a change in place."""


@dataclass(frozen=True)
class Difference:
    """One place at which two templates differ; None where there is nothing on that side."""

    section: str
    name: str
    path: str
    before: str | None
    after: str | None

    @property
    def place(self) -> str:
        """Where it is within its section: `Database.Properties.Port`."""
        return f"{self.name}.{self.path}" if self.path and self.path[0] != "[" else f"{self.name}{self.path}"


@dataclass(frozen=True)
class TemplateChange:
    """A template of a bundle that differs; `known` is False where the deployed one cannot be read."""

    name: str
    differences: tuple[Difference, ...] = ()
    known: bool = True


@dataclass(frozen=True)
class ParameterChange:
    """A root parameter whose value at an instance becomes another; None where it is not declared."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class PropertyChange:
    """A property of a resource that becomes another; None where it is absent."""

    path: str
    before: str | None
    after: str | None
    effect: Effect
    perhaps: bool = False
    """Whether the value may turn out to be the same: only the update will tell."""
    because: tuple[str, ...] = ()
    """What makes it change: `template`, names of parameters, resources that are replaced or change."""


@dataclass(frozen=True)
class ResourceChange:
    """What happens to one resource of a stack."""

    layer: str
    logical_id: str
    type: str
    effect: Effect
    properties: tuple[PropertyChange, ...] = ()
    policy: str = ""
    """The DeletionPolicy or UpdateReplacePolicy that decides what becomes of the old one; empty where none applies."""
    stateful: bool = False
    """Whether it holds what cannot be made again."""
    perhaps: bool = False
    """Whether it depends on what is not known yet."""
    why: str = ""

    @property
    def name(self) -> str:
        """The resource as a person calls it, and as `--replace` takes it: `data.Database`."""
        return f"{self.layer}.{self.logical_id}"

    @property
    def follows(self) -> bool:
        """Whether it changes only because what it refers to does."""
        causes = [each.because for each in self.properties]
        return bool(causes) and all(names and all("." in name for name in names) for names in causes)

    @property
    def loses(self) -> bool:
        """Whether what the resource holds may be lost."""
        return self.stateful and self.effect in LOSING


@dataclass(frozen=True)
class IamChange:
    """Somebody gains or loses actions on something."""

    gains: bool
    who: str
    allow: bool
    """Whether the statement allows; to lose a Deny is to gain."""
    actions: tuple[str, ...]
    resource: str
    condition: str
    via: str
    """The resource that says so: `app.AppInstancePolicy`."""


@dataclass(frozen=True)
class Lookup:
    """A value that CloudFormation looks up in SSM again at each update, and what a newer one would reach."""

    parameter: str
    path: str
    reaches: tuple[str, ...]


@dataclass(frozen=True)
class Impact:
    """What happens in the stacks of one instance; equal for instances where the same happens."""

    action: str
    """`create`, `update` or `delete`."""
    parameters: tuple[ParameterChange, ...] = ()
    resources: tuple[ResourceChange, ...] = ()
    passing: tuple[ResourceChange, ...] = ()
    """What happens on the way only: after the stack set has its new values and before the instance has its own."""
    iam: tuple[IamChange, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def touched(self) -> tuple[ResourceChange, ...]:
        """Every resource that something happens to, on the way included."""
        return (*self.resources, *self.passing)


@dataclass(frozen=True)
class Group:
    """Instances in which the same happens."""

    instances: tuple[Instance, ...]
    impact: Impact
    origins: tuple[tuple[str, str], ...] = ()
    """Where the new values of the changed parameters come from, by parameter."""
