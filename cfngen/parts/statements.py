"""Statements of identities' policies, written as `allow("Sid", "ec2:Describe* StartInstances", "*")`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from awacs.aws import Action, Allow, Condition, ConditionElement, Deny, Statement
from troposphere import AWSHelperFn, Sub

ANYTHING = "*"


def allow(sid: str, actions: str, *resources: str | AWSHelperFn, when: Iterable[ConditionElement] = ()) -> Statement:
    """Allow actions on resources, which are ARNs (`Sub` strings, mostly) or `*`."""
    return _statement(sid, Allow, actions, resources, when)


def deny(sid: str, actions: str, *resources: str | AWSHelperFn, when: Iterable[ConditionElement] = ()) -> Statement:
    """Deny actions on resources."""
    return _statement(sid, Deny, actions, resources, when)


def deny_elsewhere(
    sid: str, actions: str, *resources: str | AWSHelperFn, when: Iterable[ConditionElement] = ()
) -> Statement:
    """Deny actions on everything but the resources given."""
    return Statement(Sid=sid, Effect=Deny, Action=named(actions), NotResource=_arns(resources), **_narrowed(when))


def deny_others(sid: str, actions: str, when: Iterable[ConditionElement]) -> Statement:
    """Deny all actions but those given."""
    return Statement(Sid=sid, Effect=Deny, NotAction=named(actions), Resource=[ANYTHING], **_narrowed(when))


def named(actions: str) -> list[Action]:
    """Return the actions of a text; a service holds for the words after it: `ec2:Run* Stop* s3:Get*`."""
    return list(_named(actions))


def _named(actions: str) -> Iterator[Action]:
    service = ""
    for word in actions.split():
        before, colon, action = word.rpartition(":")
        service = before if colon else service
        yield Action(service, action)


def _statement(
    sid: str, effect: str, actions: str, resources: tuple[str | AWSHelperFn, ...], when: Iterable[ConditionElement]
) -> Statement:
    return Statement(Sid=sid, Effect=effect, Action=named(actions), Resource=_arns(resources), **_narrowed(when))


def _arns(resources: tuple[str | AWSHelperFn, ...]) -> list[str | AWSHelperFn]:
    return [Sub(arn) if isinstance(arn, str) and "${" in arn else arn for arn in resources]


def _narrowed(when: Iterable[ConditionElement]) -> dict[str, Condition]:
    conditions = list(when)
    return {"Condition": Condition(conditions)} if conditions else {}
