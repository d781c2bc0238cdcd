"""What plan, deploy, status and destroy have in common: an environment, its templates and what is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .. import names
from ..answers import made
from ..aws.bucket import Bucket
from ..aws.outputs import late_outputs
from ..aws.readers import Readers
from ..aws.session import Aws, connect, require_account
from ..aws.stacksets import StackSets
from ..aws.templates import with_templates
from ..catalog import NAMES
from ..deployment import Instance, WantedStackSet, load_bundles, read_environment, unnamed, wanted
from ..environment.config import Environment
from ..errors import CfngenError, problem, require
from ..execution.standing import Standing, abandoned, standing
from ..files import stale
from ..late import filled, givers
from ..planning.operations import ObservedStackSet, Plan, Preferences
from ..planning.plan import plan
from ..text.words import Places, places
from . import options
from .endpoint import local_endpoint

COMMAND = re.compile(r"(cfngen \w+) ENV\b")
"""A command in a hint, for an environment that is not named yet."""


@dataclass(frozen=True)
class Workspace:
    """An environment and what it wants, read from files only."""

    params: Path
    templates: Path
    environment: Environment
    wanted: tuple[WantedStackSet, ...]
    unnamed: tuple[tuple[str, str], ...] = ()
    """Bundles that the environment does not name, with the stack sets that they may have from before."""

    @property
    def stack_sets(self) -> tuple[tuple[str, str], ...]:
        """Every bundle that may be there with its stack set, in the order of deployment."""
        wanted = ((item.bundle, item.definition.name) for item in self.wanted)
        return tuple(sorted((*wanted, *self.unnamed), key=lambda each: NAMES.index(each[0])))

    @property
    def places(self) -> Places:
        """What a person calls each instance."""
        return places(self.wanted)

    @property
    def preferences(self) -> Preferences:
        """The rollout of the environment as preferences of operations."""
        rollout = self.environment.rollout
        return Preferences(
            rollout.max_concurrent_percentage,
            rollout.failure_tolerance_count,
            rollout.concurrency_mode,
            rollout.region_concurrency,
        )

    @property
    def canary(self) -> Instance | None:
        """The instance that goes first, if the rollout names one."""
        target = self.environment.rollout.canary
        return Instance(self.environment.account(target), target.region) if target else None


@dataclass(frozen=True)
class Deployed:
    """A workspace beside what AWS has of it."""

    workspace: Workspace
    aws: Aws
    bucket: Bucket
    stacksets: StackSets
    interval: float = 5.0
    """Seconds between two looks at AWS."""

    @property
    def readers(self) -> Readers:
        """The way into the accounts, to look."""
        return self.stacksets.readers or _readers(self.aws, self.workspace.environment)

    def observe(self) -> dict[str, ObservedStackSet]:
        """Ask AWS for the stack sets of the bundles that the environment names, as they are now."""
        return self.stacksets.observe(item.definition.name for item in self.workspace.wanted)

    def observe_all(self) -> dict[str, ObservedStackSet]:
        """Ask AWS for the stack sets, those of bundles that are not named any more among them."""
        return self.stacksets.observe(name for _, name in self.workspace.stack_sets)

    def standing(
        self, wanted: Sequence[WantedStackSet] | None = None, observed: Mapping[str, ObservedStackSet] | None = None
    ) -> Standing:
        """Return how things stand: what a plan should see, what is passed over and what is stuck."""
        space = self.workspace
        found = self.observe_all() if observed is None else observed
        states = self.stacksets.states_of_stacks(found)
        items = list(self.filled(space.wanted if wanted is None else wanted, found))
        items += [abandoned(bundle, found[name]) for bundle, name in space.unnamed if name in found]
        items.sort(key=lambda item: NAMES.index(item.bundle))
        return standing(items, found, states, space.environment.admin.region)

    def filled(
        self, wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet]
    ) -> tuple[WantedStackSet, ...]:
        """Return stack sets with the late values that can be read now."""
        late = givers(wanted)
        if not late:
            return tuple(wanted)
        others = {each.stack_set for each in late} - observed.keys()
        outputs = late_outputs(self.readers, wanted, {**observed, **self.stacksets.observe(sorted(others))})
        return tuple(filled(item, outputs) for item in wanted)

    def plan(self, stands: Standing | None = None) -> Plan:
        """Compare what is wanted with what is there now, or as it was found to stand."""
        space, seen = self.workspace, stands or self.standing()
        present = self.bucket.present(upload.key for item in seen.wanted for upload in item.uploads)
        observed = with_templates(seen.observed, seen.wanted, self.bucket, self.readers)
        return plan(seen.wanted, observed, preferences=space.preferences, present=present, canary=space.canary)


def open_workspace(
    params: Path, name: str, templates: Path, bundle: str | None = None, *, abandoned: bool = False
) -> Workspace:
    """Read an environment and its templates; raises `CfngenError` for what is wrong in them, or stale.

    `abandoned` says that the one bundle may be one that the environment does not name any more.
    """
    environment = read_environment(params, name, templates)
    refuse_stale(templates)
    items = wanted(environment, load_bundles(environment, templates))
    others = tuple(each for each in unnamed(environment) if bundle is None or (abandoned and each[0] == bundle))
    if bundle and bundle not in environment.bundles and not others:
        hint = f"it names {', '.join(environment.bundles)}"
        raise CfngenError(problem(f"{name} does not deploy the bundle {bundle}", where=environment.file, hint=hint))
    return Workspace(params, templates, environment, tuple(i for i in items if bundle in (None, i.bundle)), others)


def refuse_stale(templates: Path) -> None:
    """Raise if the templates are not what the layers make now: nobody would have read them."""
    require(stale(templates, made_now()))


@cache
def made_now() -> Mapping[Path, str]:
    """Return the templates that the layers make; they cannot change while this process runs."""
    return made(options.cache()).templates


@contextmanager
def deployed(workspace: Workspace, *, local: bool) -> Iterator[Deployed]:
    """Yield a workspace with its way to AWS, or to the local AWS; raises where it leads into another account.

    There, no stack set of ours would be found, and nothing would seem to be deployed, to run or to have drifted.
    """
    with way_to_aws(workspace.environment, workspace.params, local=local) as aws:
        require_account(aws, workspace.environment.admin.account)
        bucket = template_bucket(aws, workspace.environment)
        readers = _readers(aws, workspace.environment)
        interval = 0.05 if aws.endpoint else 5.0
        yield Deployed(workspace, aws, bucket, StackSets.of(aws, bucket, readers), interval)


@contextmanager
def way_to_aws(environment: Environment, params: Path, *, local: bool) -> Iterator[Aws]:
    """Yield a way to the admin account, in its region; hints of what fails on it name the environment."""
    with ExitStack() as ending:
        ending.enter_context(_named(environment.name))
        if not local:
            yield connect(environment.admin.region)
            return
        endpoint = ending.enter_context(local_endpoint(params, environment))
        yield connect(environment.admin.region, endpoint=endpoint)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Put an environment's name into the commands of hints that were written where nobody knows it."""
    try:
        yield
    except CfngenError as error:
        filled_in = (replace(each, hint=COMMAND.sub(rf"\1 {name}", each.hint)) for each in error.problems)
        raise CfngenError(*filled_in) from error.__cause__


def template_bucket(aws: Aws, environment: Environment) -> Bucket:
    """Return the environment's template bucket."""
    admin = environment.admin
    return Bucket.of(aws, names.template_bucket(environment.project, environment.name, admin.account, admin.region))


def _readers(aws: Aws, environment: Environment) -> Readers:
    return Readers(aws, names.reader_role(environment.project, environment.name))
