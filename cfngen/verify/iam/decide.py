"""Decisions: whether somebody may do something, as IAM decides it, and which statement says so.

What is left out, so that a decision errs on the side of allowing: service control policies, session policies, S3's
access points and the grants of keys. What services may do on their own is not asked.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

from .answers import NO, YES, Answer
from .conditions import Request
from .matching import matches
from .policies import Statement
from .principals import OWN_POLICIES, ROLE, Principal, Thing

ABSENT: tuple[str, ...] = ()
ALWAYS = {"aws:securetransport": ("true",), "aws:viaawsservice": ("false",), "s3:tlsversion": ("1.3",)}
OF_SERVICES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "kms:viaservice", "aws:calledvia")
"""Keys that only a request of, or through, a service has."""

MUST_ALLOW = ("AWS::KMS::Key", ROLE)
"""Types whose own policy has to allow, if only by leaving it to the account to decide."""

Grant = tuple[Answer, Statement | None]
"""Whether statements say so, and which of them says it most clearly."""

NOTHING: Grant = (NO, None)


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed and by which statement, and which other one forbids it nevertheless."""

    allowed: Answer
    by: Statement | None = None
    denied_by: Statement | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """Somebody and a thing, with what is given of a request's context: actions are decided in it."""

    principal: Principal
    thing: Thing
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _seen: dict[Statement, Answer] = field(default_factory=dict)

    @cached_property
    def request(self) -> Request:
        """All that is known of the request."""
        return _request(self.principal, self.thing, self.given)

    def fits(self, statement: Statement) -> Answer:
        """Return whether a statement's resources and condition fit: the same for every action."""
        if statement not in self._seen:
            self._seen[statement] = statement.fits(_own(statement, self.thing.arn), self.request)
        return self._seen[statement]


def decide(case: Case, action: str) -> Decision:
    """Return the decision about an action, in lower case."""
    held, policy = about(case.principal, action), _policy(case.thing, action)
    if not held.allows and not policy:
        return Decision(NO)
    answer, by = _allowed(case, held, policy, action)
    if answer is NO:
        return Decision(NO)
    denied, denied_by = _denied(case, held, policy, action)
    return Decision(min(answer, ~denied), by, denied_by)


def denial(case: Case, action: str) -> Grant:
    """Return whether some statement denies an action for certain, whatever others allow."""
    return _denied(case, about(case.principal, action), _policy(case.thing, action), action)


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


def _policy(thing: Thing, action: str) -> tuple[Statement, ...]:
    """Return the policy that governs an action on a thing: a trust policy governs entering the role alone."""
    if thing.policy is None or (thing.type == ROLE and not action.startswith("sts:")):
        return ()
    return thing.policy


def _allowed(case: Case, held: Held, policy: Iterable[Statement], action: str) -> Grant:
    """Return what allows an action, before anything denies it."""
    principal, thing = case.principal, case.thing
    within = YES if principal.boundary is None else _strongest(case, action, _certainly(held.ceiling))[0]
    answer, by = _strongest(case, action, _certainly(held.allows))
    own = (min(answer, within), by)
    allows = [each for each in policy if each.allows and each.about(action) is not NO]
    direct = max((_grant(case, each, within, action) for each in allows), key=_how, default=NOTHING)
    to_account = ((YES, each) for each in allows if _names_account(each, principal.account))
    account = _strongest(case, action, to_account)
    if principal.account != thing.account:
        granted, by = max(direct, account, key=_how)
        return min(own[0], granted), by
    through = (min(own[0], account[0]), own[1]) if _must_allow(thing, action) else own
    return max(direct, through, key=_how)


def _must_allow(thing: Thing, action: str) -> bool:
    return thing.type in MUST_ALLOW and (thing.type != ROLE or action.startswith("sts:"))


def _grant(case: Case, statement: Statement, within: Answer, action: str) -> Grant:
    """Return what a thing's policy grants to a principal by its name; a role's boundary limits even that.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
    """
    answer, by = _strongest(case, action, [(_names(statement, case.principal), statement)])
    is_limited = case.principal.kind not in ("user", "group") and not _names_all(statement)
    return (min(answer, within) if is_limited else answer), by


def _how(grant: Grant) -> Answer:
    return grant[0]


def _names(statement: Statement, principal: Principal) -> Answer:
    """Return whether a statement of a thing's policy is about a principal by its name."""
    if _names_all(statement):
        return YES
    values = (value for kind, value in statement.principals if kind == "AWS")
    return max((matches(value, principal.arn, wild=False) for value in values), default=NO)


def _names_all(statement: Statement) -> bool:
    return any(kind in ("*", "AWS") and value == "*" for kind, value in statement.principals)


def _names_account(statement: Statement, account: str) -> bool:
    values = (value for kind, value in statement.principals if kind == "AWS")
    return any(value == account or (value.endswith(":root") and f"::{account}:" in value) for value in values)


def _denied(case: Case, held: Held, policy: Iterable[Statement], action: str) -> Grant:
    principal = case.principal
    theirs = (
        (YES if _names_account(each, principal.account) else _names(each, principal), each)
        for each in policy
        if not each.allows
    )
    return _strongest(case, action, chain(_certainly(held.denials), theirs))


def _certainly(statements: Iterable[Statement]) -> Iterator[tuple[Answer, Statement]]:
    return ((YES, each) for each in statements)


def _strongest(case: Case, action: str, statements: Iterable[tuple[Answer, Statement]]) -> Grant:
    """Return the statement that applies most certainly; each comes with whether it is about who asks."""
    best: Grant = NOTHING
    for concerns, statement in statements:
        if concerns > best[0]:
            about_it = min(concerns, statement.about(action))
            found = min(about_it, case.fits(statement)) if about_it > best[0] else NO
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
    is_user = principal.kind in ("group", "user")
    known = {
        **ALWAYS,
        **dict.fromkeys(OF_SERVICES, ABSENT),
        "aws:principalarn": (principal.arn,),
        "aws:principalaccount": (principal.account,),
        "kms:calleraccount": (principal.account,),
        "aws:resourceaccount": (thing.account,),
        "aws:principaltype": ("User" if is_user else "AssumedRole",),
        "aws:username": (principal.arn.rpartition("/")[2],) if is_user else ABSENT,
        **thing.context,
        **principal.context,
        **given,
    }
    return Request({key.lower(): values for key, values in known.items()})
