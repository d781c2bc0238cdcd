"""The questions of `cfngen init`: asked on a terminal, each again until its answer can be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import click

from ..environment.config import Environment
from ..environment.new_environment import NewGeography
from ..environment.shape import ACCOUNT, DOMAIN, LONGEST_DOMAIN, PROJECT
from ..errors import Problem, problem, require
from ..regions import SLOTS, usable
from ..wording import listed, shown

FORM = "SLOT:ACCOUNT:ACTIVE[:STANDBY]"
EXAMPLE = "us:222222222222:us-east-1:us-west-2"

WANTED = {
    PROJECT: "2 to 16 lower-case letters, digits and hyphens",
    DOMAIN: "a domain, such as app.example.com",
    ACCOUNT: "12 digits",
}


def names(given: Mapping[str, str], environment: str, others: Sequence[Environment]) -> tuple[str, str, str]:
    """Return project, domain and admin account; another environment's are proposed."""
    like = others[0] if others else None
    admin = like.admin.account if like else None
    domain = f"{environment}.app.example.com" if environment != "prod" else "app.example.com"
    asked = (
        ("project", "Short name of the product", like.project if like else "medapp", _matching(PROJECT)),
        ("domain", "Domain of the application", domain, _domain),
        ("admin_account", "Account that holds the stack sets", admin, _matching(ACCOUNT)),
    )
    found = [given.get(name) or _ask(question, proposal, check) for name, question, proposal, check in asked]
    return found[0], found[1], found[2]


def region_and_edge(given: Mapping[str, str], first: str, *, asking: bool) -> tuple[str, str | None]:
    """Return the admin account's region and the edge account; asks only where the geographies were asked for, too."""
    region, edge = given.get("admin_region"), given.get("edge_account")
    if asking:
        region = region or _ask("Region of the account that holds the stack sets", first, _one_of(usable()))
        question = "Account of the public zone and CloudFront (empty: none)"
        edge = edge or _ask(question, "", _optional(_matching(ACCOUNT)))
    return region or first, edge or None


def read_geographies(written: Sequence[str]) -> tuple[NewGeography, ...]:
    """Read geographies as flags have them; raises with all that are not written so. What they say is checked later."""
    parts = [text.split(":") for text in written]
    require(_unread(text) for text, part in zip(written, parts, strict=True) if len(part) not in (3, 4))
    slots = [part[0] for part in parts]
    require(
        problem(f"{slot} is named twice", where="--geography", hint="name each geography once")
        for slot in SLOTS
        if slots.count(slot) > 1
    )
    ordered = sorted(parts, key=lambda part: SLOTS.index(part[0]) if part[0] in SLOTS else len(SLOTS))
    return tuple(NewGeography(*part) for part in ordered)


def ask_geographies() -> tuple[NewGeography, ...]:
    """Ask for each geography until there is one."""
    found: list[NewGeography] = []
    for slot in SLOTS:
        taken = {geography.account: geography.slot for geography in found}
        account = _ask(f"Account of {slot} (empty: none)", "", _optional(_account_not_of(taken)))
        if account:
            active = _ask(f"Active region of {slot}", usable(slot)[0], _one_of(usable(slot)))
            rest = tuple(name for name in usable(slot) if name != active)
            standby = _ask(f"Standby region of {slot} (empty: none)", "", _one_of(("", *rest)))
            found.append(NewGeography(slot, account, active, standby or None))
    if not found:
        click.echo("Error: an environment has at least one geography: give us, eu or apac an account", err=True)
        return ask_geographies()
    return tuple(found)


def _unread(text: str) -> Problem:
    hint = f"write {FORM}, such as {EXAMPLE}"
    return problem(f"{shown(text)} is not a geography with account and region", where="--geography", hint=hint)


def _ask(question: str, proposal: str | None, check: Callable[[str], str]) -> str:
    answer: str = click.prompt(
        question, default=proposal, show_default=bool(proposal), value_proc=check, err=True, type=str
    )
    return answer


def _matching(form: str) -> Callable[[str], str]:
    def check(answer: str) -> str:
        if re.search(form, answer.strip(), re.ASCII):
            return answer.strip()
        raise click.UsageError(f"{shown(answer)} is not {WANTED[form]}")

    return check


def _domain(answer: str) -> str:
    domain = _matching(DOMAIN)(answer)
    if len(domain) > LONGEST_DOMAIN:
        raise click.UsageError(f"{shown(domain)} has {len(domain)} characters, and at most {LONGEST_DOMAIN} fit")
    return domain


def _account_not_of(taken: Mapping[str, str]) -> Callable[[str], str]:
    """Refuse what another geography has; the admin's and the edge's accounts may be a geography's."""

    def check(answer: str) -> str:
        account = _matching(ACCOUNT)(answer)
        if account in taken:
            what = f"{account} is already the account of {taken[account]}"
            raise click.UsageError(f"{what}: each geography has one of its own, so that their data stays apart")
        return account

    return check


def _optional(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda answer: check(answer) if answer.strip() else ""


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def check(answer: str) -> str:
        if answer.strip() in choices:
            return answer.strip()
        raise click.UsageError(f"{shown(answer)}: choose {listed(filter(None, choices))}")

    return check
