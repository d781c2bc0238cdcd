"""Operations: what can be done to stack sets, as frozen data, and what AWS reports of them.

A plan is a tuple of steps, one per bundle in order of deployment and then one per bundle from which
something is deleted, in reverse order; each step is a tuple of waves. The operations of a wave may run
side by side, and a wave starts when the one before has succeeded.
`cfngen.planning.plan` makes plans, `cfngen.text` shows them, `cfngen.execution.execute` carries them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..artifacts import Upload
from ..deployment import Definition, Instance
from .changes import Group, TemplateChange


class Preferences(NamedTuple):
    """How fast an operation may go and how much may fail; AWS's StackSetOperationPreferences."""

    max_concurrent_percentage: int = 100
    failure_tolerance_count: int = 0
    concurrency_mode: str = "STRICT_FAILURE_TOLERANCE"
    region_concurrency: str = "PARALLEL"


class Area(NamedTuple):
    """A rectangle of instances: every account in every region."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The (account, region) pairs of the area."""
        return tuple(Instance(account, region) for account in self.accounts for region in self.regions)


class ObservedStack(NamedTuple):
    """What the stack of one instance is made from; a stack without template is not there."""

    template: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class ObservedInstance:
    """A stack instance as AWS reports it; `overrides` is None where they were not asked for."""

    status: str
    detailed_status: str = ""
    reason: str = ""
    overrides: Mapping[str, str] | None = None
    stack_id: str = ""
    operation_id: str = ""
    drift: str = ""
    """DRIFTED, IN_SYNC, UNKNOWN or NOT_CHECKED, of the stack itself without its nested stacks."""
    stack: ObservedStack | None = None
    """What its own stack is made from, where somebody asked: of what is not current the stack set does not tell."""


@dataclass(frozen=True)
class ObservedStackSet:
    """A stack set as AWS reports it, with its instances and the operations that still run."""

    definition: Definition
    instances: Mapping[Instance, ObservedInstance] = field(default_factory=dict)
    running: tuple[str, ...] = ()
    children: Mapping[str, str] = field(default_factory=dict)
    """Texts of deployed templates by their key in the template bucket; one that is missing cannot be read."""
    passed_over: tuple[Instance, ...] = ()
    """Instances that are left out, because their accounts are suspended; with them the stack set cannot go."""


@dataclass(frozen=True)
class UploadTemplates:
    """Put templates into the bucket; those already there are left alone."""

    uploads: tuple[Upload, ...]


@dataclass(frozen=True)
class CreateStackSet:
    """Create a stack set, which has no instances yet."""

    definition: Definition
    url: str


@dataclass(frozen=True)
class UpdateStackSet:
    """Give a stack set another template or other values; reaches every instance, or those of `area`."""

    definition: Definition
    url: str
    area: Area | None
    instances: tuple[Instance, ...]
    reasons: tuple[str, ...]
    canary: bool = False
    """Whether it reaches the canary alone, before another that reaches every instance."""


@dataclass(frozen=True)
class CreateInstances:
    """Create the stacks of an area with their overrides."""

    name: str
    area: Area
    overrides: Mapping[str, str]


@dataclass(frozen=True)
class UpdateInstances:
    """Bring the stacks of an area to the stack set's template, with these overrides."""

    name: str
    area: Area
    overrides: Mapping[str, str]
    reasons: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...] = ()
    """Overrides that change: name, value in force before, value after; empty text where there is none."""
    wires: tuple[str, ...] = ()
    """Wires of earlier bundles that change, for which alone the stacks are updated: they look the values up again."""


@dataclass(frozen=True)
class DeleteInstances:
    """Delete the stacks of an area."""

    name: str
    area: Area


@dataclass(frozen=True)
class DeleteStackSet:
    """Delete a stack set that has no instances any more."""

    name: str


InstanceOperation = UpdateStackSet | CreateInstances | UpdateInstances | DeleteInstances
Operation = UploadTemplates | CreateStackSet | InstanceOperation | DeleteStackSet
Wave = tuple[Operation, ...]


@dataclass(frozen=True)
class Step:
    """What happens to one bundle's stack set."""

    bundle: str
    name: str
    waves: tuple[Wave, ...]
    instances: int
    templates: tuple[TemplateChange, ...] = ()
    """How the bundle's templates differ from the deployed ones."""
    groups: tuple[Group, ...] = ()
    """What happens in the stacks, instances in which the same happens together."""
    removes: bool = False
    """Whether the step only deletes: a bundle has one that does not, and perhaps one that does."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all waves, in order."""
        return tuple(operation for wave in self.waves for operation in wave)


@dataclass(frozen=True)
class Plan:
    """The steps of all bundles, those with nothing to do included, then those that delete."""

    steps: tuple[Step, ...]
    preferences: Preferences

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation in order."""
        return tuple(operation for step in self.steps for operation in step.operations)

    @property
    def deletions(self) -> tuple[DeleteInstances, ...]:
        """What the plan would delete."""
        return tuple(item for item in self.operations if isinstance(item, DeleteInstances))

    @property
    def abandoned(self) -> tuple[str, ...]:
        """The bundles whose stack sets the plan would delete."""
        gone = ((step, item) for step in self.steps for item in step.operations)
        return tuple(step.bundle for step, item in gone if isinstance(item, DeleteStackSet))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.operations


def rectangles(instances: Iterable[Instance]) -> tuple[Area, ...]:
    """Cover instances exactly, without overlap, by areas: accounts with the same regions go together."""
    regions: dict[str, list[str]] = {}
    for account, region in sorted(instances):
        regions.setdefault(account, []).append(region)
    accounts: dict[tuple[str, ...], list[str]] = {}
    for account, held in regions.items():
        accounts.setdefault(tuple(held), []).append(account)
    return tuple(Area(tuple(owners), held) for held, owners in accounts.items())
