"""Who can reach whom at a site, from the facts that the proof of reachability rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ..verify.network.flows import flows_between, meant
from ..verify.network.groups import Listed
from ..verify.network.members import Member
from ..verify.network.paths import THE_INTERNET, Net, admits, ways
from ..verify.network.ports import Ports


@dataclass(frozen=True)
class Connection:
    """One member can open connections to another: on which ports, and why that is meant to be."""

    source: Member
    target: Member
    ports: tuple[Ports, ...]
    why: str
    """Empty where no flow is about these two alone."""
    is_meant: bool
    """Whether all of its ports are meant to be open."""


def connections(net: Net) -> Iterator[Connection]:
    """Yield every connection that groups, ACLs and routes let through together.

    Only what is several machines, a fleet, can connect to its like: the same law as the proof's.
    """
    everyone = (THE_INTERNET, *net.members)
    for source in everyone:
        for target in everyone:
            if source is target and not source.role.endswith("fleet"):
                continue
            ports = tuple(sorted({way.ports for way in ways(net, source, target)}))
            if ports:
                allowed = meant(net.site, source.role, target.role, target.listening)
                why = " ".join(flow.why for flow in flows_between(source.role, target.role))
                yield Connection(source, target, ports, why, all(each.within(allowed) for each in ports))


def by_anyone(net: Net, each: Connection) -> tuple[Ports, ...]:
    """Return the ports of a connection from the internet that are open to more than a prefix list, CloudFront's."""
    if not each.target.groups:
        return each.ports
    rules = [rule for rule in net.rules(each.target, "Ingress") if admits(rule.peer, THE_INTERNET)]
    return common(each.ports, [rule.ports for rule in rules if not isinstance(rule.peer, Listed)])


def common(ports: Iterable[Ports], others: Collection[Ports]) -> tuple[Ports, ...]:
    """Return what is in both, sorted."""
    return tuple(sorted({found for one in ports for other in others if (found := one & other)}))


def short(ports: Iterable[Ports]) -> str:
    """Return ports as they are written beside an arrow: TCP's by number alone."""
    return ", ".join(str(each).removeprefix("tcp ") for each in sorted(set(ports)))
