"""What StackSets may do in a target account: what the templates' resource types need, each action where it needs it.

Which actions these are is generated from AWS's resource schemas (`needed_actions.json`, by `scripts/generated.py`).
Where each may be taken is said in `scopes`, by service: an action goes into every scope that has a pattern for it.
Nothing reads what patients own: buckets, not objects; secrets, not their values; log groups, not events.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from functools import cache
from pathlib import Path

from awacs.aws import Action, Allow, Condition, Deny, Statement
from troposphere import Sub

from .people_policies import NEVER_READ
from .scopes import BOOTSTRAP_ROLES, EDGE_REGION, SCOPES, Scope

FILE, READ_FILE = (Path(__file__).with_name(f"{name}_actions.json") for name in ("needed", "read"))

LOOKS = "Describe Get List"
"""How actions begin that only look; handlers of AWS's schemas also list what changes as part of reading."""

NEVER_LOOKED_AT = (
    f"{NEVER_READ} cloudformation:* cognito-idp:DescribeUserPoolClient ListUserPoolClientSecrets ssm:GetParameters"
)
"""What tells what patients own, or a secret: of a distribution its header, of a user pool's client its own.

Stacks are looked at by their names, as parameters are.
"""


@cache
def needed_actions() -> Mapping[str, Sequence[str]]:
    """Return the actions that CloudFormation takes to make what the templates have, by service."""
    found: Mapping[str, Sequence[str]] = json.loads(FILE.read_bytes())
    return found


@cache
def drift_actions() -> Sequence[str]:
    """Return the actions with which drift of what the templates have is found: who asks for it needs them itself.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    found: Mapping[str, Sequence[str]] = json.loads(READ_FILE.read_bytes())
    never = _any_of(_spelled(NEVER_LOOKED_AT))
    looks = tuple(LOOKS.split())
    return [name for name in _names(found) if name.partition(":")[2].startswith(looks) and not never.match(name)]


def statements(policy: str, needed: Mapping[str, Sequence[str]]) -> list[Statement]:
    """Return the statements of one of the execution role's policies; a scope that nothing needs is left out."""
    found = [(scope, actions_of(scope, needed)) for scope in SCOPES if scope.policy == policy]
    return [_allow(scope, actions) for scope, actions in found if actions]


def actions_of(scope: Scope, needed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the actions that are taken in a scope, `service:Action`, in order."""
    return sorted({*_within(scope, _names(needed)), *_spelled(scope.also)}, key=str.lower)


def scopeless(scopes: Iterable[Scope], needed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the needed actions that no scope has a pattern for."""
    names = _names(needed)
    scoped = {name for scope in scopes for name in _within(scope, names)}
    return [name for name in names if name not in scoped]


def leave_bootstrap_alone() -> Statement:
    """Return what keeps the role from changing itself, and who may enter it."""
    arns = [Sub(arn) for arn in BOOTSTRAP_ROLES]
    return Statement(Sid="LeavesBootstrapAlone", Effect=Deny, Action=[Action("iam", "*")], Resource=arns)


def _names(needed: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{service}:{action}" for service, actions in needed.items() for action in actions]


def _within(scope: Scope, names: Sequence[str]) -> list[str]:
    """Return the actions that a scope has a pattern for."""
    patterns, but = _any_of(_spelled(scope.actions)), _any_of(_spelled(scope.but))
    return [name for name in names if patterns.match(name) and not but.match(name)]


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all: names of actions have no case, and `*` and `?` as in policies."""
    return re.compile("|".join(map(translate, patterns)) or "(?!)", re.IGNORECASE)


def _spelled(words: str) -> list[str]:
    """Return `service:A B other:C` as `service:A`, `service:B`, `other:C`."""
    found, service = [], ""
    for word in words.split():
        service, _, action = word.rpartition(":") if ":" in word else (service, "", word)
        found.append(f"{service}:{action}")
    return found


def _resource(arn: str) -> Sub | str:
    if "${Edge}" in arn:
        return Sub(arn, Edge=EDGE_REGION)
    return Sub(arn) if "${" in arn else arn


def _allow(scope: Scope, actions: Sequence[str]) -> Statement:
    narrowed = {"Condition": Condition(scope.when)} if scope.when else {}
    return Statement(
        Sid=scope.sid,
        Effect=Allow,
        Action=[Action(*action.split(":")) for action in actions],
        Resource=[_resource(arn) for arn in scope.resources],
        **narrowed,
    )
