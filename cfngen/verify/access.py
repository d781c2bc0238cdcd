"""Access: each sentence of `access.yaml` holds in every account, as deployed and once promoted.

What is not certain counts against the sentence: as allowed where it says "may not", as forbidden where
it says "may". A sentence that is about nobody, or nothing, is found too, unless its layer is not there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from .. import names
from ..expressions.values import Reference
from .iam.answers import NO, YES
from .iam.arns import Names, read_names
from .iam.decide import Case, decide, denial
from .iam.managed import EVERYTHING
from .iam.matching import ANY, token
from .iam.policies import Statement, read_policy
from .iam.principals import Principal, Thing, read_principals, read_things
from .needs import check_needs
from .proof import HOLDS, Fact, Proof, against, place, proof
from .table import Selector, Sentence, Table, read_table
from .world import Site, World

STRANGERS = {
    "stranger": "somebody with every right in another account",
    "named": "somebody with every right in an account that a policy names",
    "newcomer": "somebody without any policy in the account",
    "colleague": "somebody with every right in the admin account",
    "tenant": "somebody with every right in a target account",
}
"""Principals that are in no template, by kind."""

OUTSIDE = "000000000000"
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, eq=False)
class Domain:
    """Some accounts together: who is in them, and what."""

    title: str
    principals: Mapping[str, tuple[Principal, ...]]
    """By account, strangers to it among them."""
    things: tuple[Thing, ...]
    names: Names
    changed: frozenset[int]
    """Sites that no earlier domain has, by identity: what is about none of them need not be asked again."""


def prove_access(world: World) -> Proof:
    """Prove every sentence, and that the execution role may do what the templates need."""
    table = read_table()
    facts: list[Fact] = []
    used: set[int] = set()
    domains = list(_domains(world, table))
    for domain in domains:
        for number, sentence in enumerate(table.sentences):
            found = list(_facts(domain, table, sentence))
            used |= {number} if found else set()
            facts += found
    declared = _declared(world)
    unused = [row for number, row in enumerate(table.sentences) if number not in used]
    facts += [_idle(row) for row in unused if _is_due(table, row, declared)]
    principals = [each for account in domains[0].principals.values() for each in account]
    return proof("access", [*facts, *check_needs(world, principals)])


def _domains(world: World, table: Table) -> Iterator[Domain]:
    """Yield the world as deployed, and again with the standby regions promoted, for what that changes."""
    yield _domain("", world, world.sites, table)
    if world.promoted:
        places = {(site.environment.name, site.target) for site in world.promoted}
        others = [site for site in world.sites if (site.environment.name, site.target) not in places]
        found = _domain(" once promoted", world, (*others, *world.promoted), table)
        yield replace(found, changed=frozenset(map(id, world.promoted)))


def _domain(title: str, world: World, sites: Sequence[Site], table: Table) -> Domain:
    called = read_names(sites)
    types = sorted({kind for selectors in table.things.values() for each in selectors for kind in each.kinds})
    found: dict[str, list[Principal]] = defaultdict(list)
    for principal in read_principals(sites, called):
        found[principal.account].append(principal)
    admins = {each.admin.account for each in world.environments}
    accounts = {site.account for site in sites}
    things = read_things(sites, called, types)
    named = list(_named(things, accounts))
    for account in accounts:
        targets = accounts - {account} if account in admins else set()
        found[account] += _strangers(account, admins - {account}, targets, named)
    return Domain(
        title=title,
        principals={account: tuple(each) for account, each in found.items()},
        things=things,
        names=called,
        changed=frozenset(map(id, sites)),
    )


def _named(things: Iterable[Thing], accounts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield account and ARN of whom policies of things let in by number: that makes nobody less of a stranger."""
    values = {value for thing in things for each in thing.policy or () for _, value in each.principals}
    for value in sorted(values):
        for account in _ACCOUNT.findall(value):
            if account not in accounts:
                is_account = value == account or value.endswith(":root")
                yield account, f"arn:aws:iam::{account}:role/named" if is_account else value


def _strangers(
    account: str, admins: Iterable[str], targets: Iterable[str], named: Iterable[tuple[str, str]]
) -> Iterator[Principal]:
    """Yield those who are in no template, as an account sees them."""
    everything = tuple(read_policy(None, (), EVERYTHING, read_names(())))
    homes = {"stranger": [OUTSIDE], "newcomer": [account], "colleague": sorted(admins), "tenant": sorted(targets)}
    for kind, accounts in homes.items():
        for home in accounts:
            held = () if kind == "newcomer" else everything
            arn = f"arn:aws:iam::{home}:role/{kind}"
            yield Principal(STRANGERS[kind], kind, home, arn, statements=held, seen_from=account)
    for home, arn in named:
        yield Principal(home, "named", home, arn, statements=everything, seen_from=account)


def _declared(world: World) -> frozenset[tuple[str, str]]:
    """Return layer and `layer.LogicalId` of all that templates declare, even where a condition leaves it out."""
    stacks = [stack for site in (*world.sites, *world.promoted) for stack in site.stacks]
    return frozenset((stack.layer, f"{stack.layer}.{name}") for stack in stacks for name in stack.frame.declared)


def _is_due(table: Table, sentence: Sentence, declared: frozenset[tuple[str, str]]) -> bool:
    """Whether there should be somebody and something to speak of: not if a setting leaves out who is declared."""
    if not set(sentence.when) <= {layer for layer, _ in declared}:
        return False
    names = {name for _, name in declared}
    people = [selector for name in sentence.who for selector in table.people[name]]
    things = [selector for name in sentence.of for selector in table.things[name]]
    there = (any(_fits(each, name) for each in group for name in names) for group in (people, things))
    return not all(there)


def _idle(sentence: Sentence) -> Fact:
    what = f"{', '.join(sentence.who)} {sentence.verb} … of {', '.join(sentence.of)}: this is about nobody, or nothing"
    return against("access.idle", sentence.where, what, "name what is there, or the layer by `when:`")


def _facts(domain: Domain, table: Table, sentence: Sentence) -> Iterator[Fact]:
    things = [
        _meant(domain, thing, selector)
        for name in sentence.of
        for selector in table.things[name]
        for thing in domain.things
        if thing.type in selector.kinds and _fits(selector, thing.name)
    ]
    people = _people(domain, table, sentence) if things else {}
    for thing in things:
        context = _context(sentence, thing)
        for principal in people["" if sentence.across else thing.account]:
            if _is_asked(domain, principal, sentence, thing):
                case = Case(principal, thing, context)
                for action in sentence.actions:
                    wrong = _wrong(sentence, case, action)
                    yield _against(domain, sentence, principal, thing, *wrong) if wrong else HOLDS


def _meant(domain: Domain, thing: Thing, selector: Selector) -> Thing:
    """Return what of a thing is meant: an attribute, or a part; `{}` in it is the name of an object or the like."""
    if selector.attribute and thing.located:
        named = Reference(*thing.located.resource.reference.resource, selector.attribute)
        return replace(
            thing, name=f"{thing.name}.{selector.attribute}", arn=domain.names.text(named), policy=None, type=""
        )
    if selector.arn and thing.site:
        arn = _filled(selector.arn, thing.site)
        return replace(thing, name=f"{arn} beside {thing.name}", arn=arn, policy=None, type="")
    return replace(thing, arn=thing.arn + selector.part.replace("{}", token("part")))


def _filled(text: str, site: Site) -> str:
    """Return a text with what it says of a site filled in."""
    environment = site.environment
    places = {
        "other": token("something else"),
        "region": site.region,
        "account": site.account,
        "partition": names.partition(site.region),
    }
    return text.format_map(places | {"project": environment.project, "environment": environment.name})


def _context(sentence: Sentence, thing: Thing) -> Mapping[str, tuple[str, ...]]:
    """Return what a sentence says of the request; a value that is `?` is not known."""
    if not sentence.context or not thing.site:
        return sentence.context
    site = thing.site
    return {
        key: tuple(ANY if value == "?" else _filled(value, site) for value in values)
        for key, values in sentence.context.items()
    }


def _people(domain: Domain, table: Table, sentence: Sentence) -> Mapping[str, list[Principal]]:
    """Return those whom a sentence is about, by account, and of all accounts together under an empty name."""
    found: dict[str, list[Principal]] = defaultdict(list)
    for account, principals in domain.principals.items():
        for principal in principals:
            if _is_one(principal, table, sentence.who) and not _is_one(principal, table, sentence.but):
                found[account].append(principal)
                found[""].append(principal)
    return found


def _is_asked(domain: Domain, principal: Principal, sentence: Sentence, thing: Thing) -> bool:
    """Whether somebody and a thing are asked about: what may be, or is denied, is an environment's own affair.

    What may be is a region's affair too, unless the sentence goes across; a stranger is one to an account.
    """
    if not {id(principal.site), id(thing.site)} & domain.changed:
        return False
    if principal.kind in STRANGERS:
        return principal.seen_from == thing.account
    if sentence.verb == "may not" or not principal.site or not thing.site:
        return True
    ours, theirs = principal.site, thing.site
    same_region = sentence.across or sentence.verb != "may" or ours.region == theirs.region
    return ours.environment.name == theirs.environment.name and same_region


def _is_one(principal: Principal, table: Table, names: Iterable[str]) -> bool:
    selectors = (selector for name in names for selector in table.people[name])
    return any(principal.kind in each.kinds and _fits(each, principal.name) for each in selectors)


def _fits(selector: Selector, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in selector.ids)


def _wrong(sentence: Sentence, case: Case, action: str) -> tuple[str, Statement | None] | None:
    """Return what speaks against a sentence, and the statement that does it; None where nothing does."""
    if sentence.verb == "is denied":
        answer, _ = denial(case, action)
        return None if answer is YES else (f"is not denied {action} by any Statement", None)
    found = decide(case, action)
    if sentence.verb == "may":
        by = f", denied by {found.denied_by}" if found.denied_by else ""
        return None if found.allowed is YES else (f"may not {action}{by}", found.denied_by)
    may = "may" if found.allowed is YES else "might"
    said = f"{may} {action}, by {found.by} (Action, Resource, Condition)"
    return None if found.allowed is NO else (said, found.by)


def _against(
    domain: Domain, sentence: Sentence, principal: Principal, thing: Thing, said: str, by: Statement | None
) -> Fact:
    who = f"{STRANGERS['named']}, {principal}," if principal.kind == "named" else principal
    what = f"{thing.account}{domain.title}: {who} {said}, of {thing}. {sentence.why}"
    located = by.located if by and by.located else principal.located or thing.located
    path = by.path if by and by.located else ()
    where = place(located.stack, located.resource.logical_id, "Properties", *path) if located else sentence.where
    hint = f"narrow it, or change the sentence at {sentence.where}"
    return against("access." + sentence.verb.replace(" ", "-"), where, what, hint)
