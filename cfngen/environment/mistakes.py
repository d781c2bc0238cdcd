"""What a person can get wrong in an environment file beyond its shape: where one line contradicts another.

Reads the document rather than the checked shape, so that one run names all problems of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..catalog import BOOTSTRAP, BUNDLES, NAMES, Scope
from ..errors import Problem
from ..regions import REGIONS, SLOTS, usable
from ..wording import did_you_mean, listed, shown
from .document import Document, Place

EDGE_BUNDLES = ("domain", "edge")
"""Bundles that are deployed to the edge account."""

EDGE_REGION = "us-east-1"
"""Where CloudFront's certificates and web ACLs must be."""


def check_document(document: Document) -> list[Problem]:
    """Return every contradiction of an environment file; what has the wrong shape is left to `shape`."""
    checks = (_accounts, _shared_accounts, _regions, _standbys, _homes, _bundles, _edge, _overrides, _canary)
    return [problem for check in checks for problem in check(document)]


def written_targets(document: Document) -> tuple[str, ...]:
    """Return the targets that the geographies of a file name, such as `us/us-east-1`."""
    names = ((slot, document.text("geographies", slot, role)) for slot in _slots(document) for role in _ROLES)
    return tuple(dict.fromkeys(f"{slot}/{name}" for slot, name in names if name))


def other_targets(document: Document) -> tuple[str, ...]:
    """Return the targets of the edge and the admin account, where the bundles of a file go there."""
    named = document.at("bundles")
    scopes = {bundle.scope for bundle in BUNDLES if isinstance(named, list) and bundle.name in named}
    once = bool(scopes & {Scope.ACCOUNTS, Scope.ACCOUNT_REGIONS})
    taken = {document.text("geographies", slot, "account") for slot in _slots(document)}
    edge, admin = (document.text(top, "account") for top in ("edge", "admin"))
    managed = {edge} if document.at("edge", "managed") is not False else set()
    at_edge = edge and (Scope.EDGE in scopes or (once and edge in managed - taken))
    at_admin = once and document.at("admin", "managed") is True and admin not in managed | taken
    found = {f"edge/{EDGE_REGION}": at_edge, f"admin/{document.text('admin', 'region')}": at_admin}
    return tuple(name for name, there in found.items() if there)


_ROLES = ("active", "standby")


def _slots(document: Document) -> tuple[str, ...]:
    geographies = document.at("geographies")
    return tuple(slot for slot in SLOTS if slot in geographies) if isinstance(geographies, dict) else ()


def _account_places(document: Document) -> list[Place]:
    geographies = [("geographies", slot, "account") for slot in _slots(document)]
    return [("admin", "account"), ("edge", "account"), *geographies]


def _accounts(document: Document) -> Iterator[Problem]:
    for place in _account_places(document):
        scalar = document.scalars.get(place)
        if scalar is None or scalar.value is None:
            continue
        where, text = document.where(*place), scalar.text
        if not re.fullmatch("[0-9]+", text, re.ASCII):
            yield Problem(
                where, f"{shown(text)} is not an account id", 'an account id is 12 digits, such as "222222222222"'
            )
        elif len(text) != 12:
            count = "1 digit" if len(text) == 1 else f"{len(text)} digits"
            hint = "write all 12 digits in quotes: a leading zero may have been lost"
            yield Problem(where, f"the account id {shown(text)} has {count} instead of 12", hint)
        elif not scalar.quoted:
            what = f"the account id {text} has no quotes, and YAML reads it as a number"
            yield Problem(where, what, f'write "{text}" in quotes')


def _shared_accounts(document: Document) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for slot in _slots(document):
        place = ("geographies", slot, "account")
        scalar = document.scalars.get(place)
        if scalar is None or scalar.value is None:
            continue
        owner = owners.setdefault(scalar.text, slot)
        if owner != slot:
            what = f"the account {shown(scalar.text)} is already that of geographies.{owner}"
            yield Problem(
                document.where(*place), what, "give each geography an account of its own: their data stays apart"
            )


def _regions(document: Document) -> Iterator[Problem]:
    yield from _region(document, ("admin", "region"), None)
    for slot in _slots(document):
        for role in _ROLES:
            yield from _region(document, ("geographies", slot, role), slot)


def _region(document: Document, place: Place, geography: str | None) -> Iterator[Problem]:
    name = document.text(*place)
    if not name:
        return
    where, region = document.where(*place), REGIONS.get(name)
    choose = f"choose {listed(usable(geography))}"
    if region is None:
        hint = did_you_mean(name, REGIONS, choose)
        yield Problem(where, f"{shown(name)} is not a region of AWS's commercial partition", hint)
    elif geography and region.geography != geography:
        yield Problem(where, f"{name} ({region.place}) is not in the geography {geography}", choose)
    elif region.opt_in:
        what = f"{name} ({region.place}) is an opt-in region, which is off in every new account"
        yield Problem(where, what, f"{choose}; StackSets reaches an opt-in region only by a principal of its own")


def _standbys(document: Document) -> Iterator[Problem]:
    for slot in _slots(document):
        active, standby = (document.text("geographies", slot, role) for role in _ROLES)
        if standby and active == standby:
            hint = f"choose another region of {slot}, or remove the line to have no standby"
            yield Problem(
                document.where("geographies", slot, "standby"), f"{shown(standby)} is also the active region", hint
            )


def _homes(document: Document) -> Iterator[Problem]:
    for slot in _slots(document):
        home = document.text("geographies", slot, "home")
        regions = [region for role in _ROLES if (region := document.text("geographies", slot, role))]
        if home and home not in regions:
            where, what = document.where("geographies", slot, "home"), f"{shown(home)} is no region of {slot}"
            yield Problem(where, what, f"its regions are {listed(regions)}" if regions else "")


def _bundles(document: Document) -> Iterator[Problem]:
    named = document.at("bundles")
    texts = [name if isinstance(name, str) else "" for name in named] if isinstance(named, list) else []
    for index, name in enumerate(texts):
        where = document.where("bundles", index)
        if name == BOOTSTRAP.name:
            yield Problem(where, "bootstrap is not a bundle to name", "remove it: `cfngen bootstrap` deploys it")
        elif name and name not in NAMES:
            hint = did_you_mean(name, NAMES, f"the bundles are {', '.join(NAMES)}")
            yield Problem(where, f"{shown(name)} is not a bundle", hint)
        elif name in texts[:index]:
            yield Problem(where, f"the bundle {name} is named twice", "remove one of the two")
    known = [name for name in dict.fromkeys(texts) if name in NAMES]
    ordered = sorted(known, key=NAMES.index)
    if known != ordered:
        what = "the bundles are not in the order in which they are deployed"
        yield Problem(document.where("bundles"), what, f"write bundles: [{', '.join(ordered)}]")


def _edge(document: Document) -> Iterator[Problem]:
    named = document.at("bundles")
    needing = [name for name in EDGE_BUNDLES if isinstance(named, list) and name in named]
    if needing and not document.at("edge"):
        hint = 'write edge: {account: "999999999999"}, or leave the bundle out'
        yield Problem(document.where("edge"), f"is missing, and the bundle {needing[0]} is deployed there", hint)


def _overrides(document: Document) -> Iterator[Problem]:
    overrides = document.at("overrides")
    for name in overrides if isinstance(overrides, dict) else ():
        yield from _target(document, name, ("overrides", name))


def _canary(document: Document) -> Iterator[Problem]:
    name = document.text("rollout", "canary")
    if name and name.count("/") == 1:
        yield from _target(document, name, ("rollout", "canary"))


def _target(document: Document, name: str, place: Place) -> Iterator[Problem]:
    targets = written_targets(document)
    if name not in targets:
        hint = did_you_mean(name, targets, f"the targets are {', '.join(targets) or 'not named yet'}")
        yield Problem(document.where(*place), f"there is no target {shown(name)} in this environment", hint)
