"""Needs: what CloudFormation's handlers of the templates' types do, and that the execution role may.

AWS's schemas say it type by type, for all that a type can do; `needs.yaml` says what of that no template sets.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from .. import names
from ..environment.document import read_document
from ..schemas import DEEDS, resource_schema
from .iam.actions import covers, expand, known_actions
from .iam.answers import NO
from .iam.principals import Principal
from .proof import HOLDS, Fact, against, place
from .world import World

FILE = Path(__file__).with_name("needs.yaml")


def check_needs(world: World, principals: Sequence[Principal]) -> Iterator[Fact]:
    """Yield, for each execution role and action that a type of its stacks needs, whether it may do that somewhere."""
    for role in principals:
        environment = role.site.environment if role.site else None
        if environment and role.arn.endswith(f"/{names.execution_role(environment.project, environment.name)}"):
            yield from _facts(role.account, role, _types(world, role.account, environment.name))


def _types(world: World, account: str, environment: str) -> frozenset[str]:
    """Return the types of an environment's stacks in an account, those of regions that are promoted too."""
    here = [site for site in (*world.sites, *world.promoted) if site.account == account and site.target]
    ours = [site for site in here if site.environment.name == environment]
    return frozenset(located.resource.type for site in ours for located in site.resources())


def _facts(account: str, role: Principal, types: Iterable[str]) -> Iterator[Fact]:
    allowed = sys.intern(" ".join(statement.actions for statement in role.statements if statement.allows))
    for kind in sorted(types):
        for action in needed(kind):
            if covers(allowed, action.lower()) is not NO or not role.located:
                yield HOLDS
                continue
            where = place(role.located.stack, role.located.resource.logical_id, "Properties", "ManagedPolicyArns")
            what = f"{account}: {role} may not {action} (Action), which CloudFormation does to make {kind}"
            yield against("access.needs", where, what, f"allow it, or say in {FILE.name} that no template needs it")


@cache
def needed(kind: str, deeds: tuple[str, ...] = DEEDS) -> tuple[str, ...]:
    """Return the actions that CloudFormation takes for a type, as AWS spells them, but for what no template sets."""
    schema = resource_schema(kind)
    listed = schema.permissions if schema else {}
    services, unused = _unused()
    found = {
        action
        for deed in deeds
        for action in listed.get(deed, ())
        if _is_listed(action)
        and action.partition(":")[0] not in services
        and not any(fnmatchcase(action.partition(":")[2], pattern) for pattern in unused.get(kind, ()))
    }
    return tuple(sorted(found))


def _is_listed(action: str) -> bool:
    """Whether there is such an action: some schemas list names of APIs that are no actions."""
    return action.lower() in known_actions(action.partition(":")[0]) or ("*" in action and bool(expand(action)))


@cache
def _unused() -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
    document = read_document(FILE)
    unused = {kind: tuple(patterns) for kind, patterns in document.at("types").items()}
    return frozenset(document.at("services")), unused
