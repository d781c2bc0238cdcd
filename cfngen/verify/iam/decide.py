"""Decisions: whether somebody may do something, as IAM decides it, and which statement says so.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from .answers import NO, YES, Answer
from .conditions import Request
from .matching import any_matches
from .policies import Statement
from .principals import OWN_POLICIES, ROLE, Principal, Thing

ABSENT: tuple[str, ...] = ()
ALWAYS = {"aws:securetransport": ("true",), "aws:viaawsservice": ("false",), "s3:tlsversion": ("1.3",)}
OF_SERVICES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "kms:viaservice", "aws:calledvia")
"""Keys that only a request of, or through, a service has."""


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed, by which statement; and whether a denial says no for certain."""

    allowed: Answer
    by: Statement | None
    denied: Answer
    denied_by: Statement | None


NOTHING = Decision(NO, None, NO, None)


def decide(principal: Principal, action: str, thing: Thing, given: Mapping[str, tuple[str, ...]]) -> Decision:
    """Return the decision about an action, in lower case, with what is given of the request's context."""
    thing = _governing(thing, action)
    held = about(principal, action)
    if not (held.allows or held.denials or thing.policy):
        return NOTHING
    request = _request(principal, thing, given)
    answer, by = _strongest(held.allows, action, thing.arn, request)
    if principal.boundary is not None and answer is not NO:
        answer = min(answer, _strongest(held.ceiling, action, thing.arn, request)[0])
    direct, delegated = _granted(principal, action, thing, request)
    allowed, by = _combined(principal, thing, answer, by, direct, delegated)
    denied, denied_by = _strongest((*held.denials, *_denials(principal, thing)), action, thing.arn, request)
    return Decision(min(allowed, ~denied), by, denied, denied_by)


@dataclass(frozen=True)
class Held:
    """What a principal's policies and its boundary say about one action."""

    allows: tuple[Statement, ...]
    ceiling: tuple[Statement, ...]
    denials: tuple[Statement, ...]


@lru_cache(maxsize=50_000)
def about(principal: Principal, action: str) -> Held:
    """Return the statements of a principal that are about an action, whatever the resource."""
    own = [each for each in principal.statements if each.about(action) is not NO]
    over = [each for each in principal.boundary or () if each.about(action) is not NO]
    return Held(
        tuple(each for each in own if each.allows),
        tuple(each for each in over if each.allows),
        tuple(each for each in (*own, *over) if not each.allows),
    )


def _governing(thing: Thing, action: str) -> Thing:
    """Return the thing with the policy that governs an action: a trust policy governs entering the role alone."""
    return replace(thing, policy=None, type="") if thing.type == ROLE and not action.startswith("sts:") else thing


Grant = tuple[Answer, Statement | None]


def _combined(
    principal: Principal, thing: Thing, held: Answer, by: Statement | None, direct: Grant, delegated: Grant
) -> Grant:
    """Put together what the principal's policies and the thing's own say."""
    if principal.account != thing.account:
        answer, grant = max(direct, delegated, key=lambda each: each[0])
        return min(held, answer), grant
    if thing.type in ("AWS::KMS::Key", ROLE):  # their own policy must allow, if only the account to decide
        through = (min(held, delegated[0]), by)
        return max(direct, through, key=lambda each: each[0])
    return max(direct, (held, by), key=lambda each: each[0])


def _granted(principal: Principal, action: str, thing: Thing, request: Request) -> tuple[Grant, Grant]:
    """Return what the thing's policy grants to the principal itself, and to its account to hand on."""
    allows = [each for each in thing.policy or () if each.allows and each.about(action) is not NO]
    direct = [each for each in allows if _names(each, principal)]
    delegated = [each for each in allows if _names_account(each, principal.account)]
    return _strongest(direct, action, thing.arn, request), _strongest(delegated, action, thing.arn, request)


def _names(statement: Statement, principal: Principal) -> bool:
    values = [value for kind, value in statement.principals if kind in ("*", "AWS")]
    return "*" in values or any(any_matches([value], principal.arn, wild=False) is not NO for value in values)


def _names_account(statement: Statement, account: str) -> bool:
    values = [value for kind, value in statement.principals if kind == "AWS"]
    return any(value == account or (value.endswith(":root") and f"::{account}:" in value) for value in values)


def _denials(principal: Principal, thing: Thing) -> Iterator[Statement]:
    for each in thing.policy or ():
        if not each.allows and (_names(each, principal) or _names_account(each, principal.account)):
            yield each


def _strongest(
    statements: Iterable[Statement], action: str, resource: str, request: Request
) -> tuple[Answer, Statement | None]:
    best: tuple[Answer, Statement | None] = (NO, None)
    for statement in statements:
        found = statement.applies(action, _own(statement, resource), request)
        if found > best[0]:
            best = (found, statement)
        if found is YES:
            break
    return best


def _own(statement: Statement, resource: str) -> str:
    """Return what a statement is asked about: in the policy of a key, a vault or a role, `*` is the thing itself."""
    held = statement.located.resource.type if statement.located else ""
    return "*" if held in OWN_POLICIES and statement.resources == ("*",) else resource


def _request(principal: Principal, thing: Thing, given: Mapping[str, tuple[str, ...]]) -> Request:
    known = {
        **ALWAYS,
        **dict.fromkeys(OF_SERVICES, ABSENT),
        "aws:principalarn": (principal.arn,),
        "aws:principalaccount": (principal.account,),
        "kms:calleraccount": (principal.account,),
        "aws:resourceaccount": (thing.account,),
        "aws:principaltype": ("User" if principal.kind in ("group", "user") else "AssumedRole",),
        **thing.context,
        **principal.context,
        **given,
    }
    return Request({key.lower(): values for key, values in known.items()})
