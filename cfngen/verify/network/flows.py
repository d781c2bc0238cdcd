"""Flows: every connection that is meant to be. What is not here must not be possible.

To add one is to say who may call whom, on which ports and why; a layer that puts something new into
the network adds its flows here, or the proof of reachability fails and names what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...expressions.values import Value, as_text, is_literal
from ..world import Site
from .ports import Ports, read_ports, tcp

INTERNET = "the internet"

WEB_BALANCER, WEB_FLEET = "web balancer", "web fleet"
APP_BALANCER, APP_FLEET = "app balancer", "app fleet"
DATABASE, ENDPOINT = "data database", "network endpoint"


@dataclass(frozen=True)
class Opened:
    """A port that counts only where settings open it: which port, and to whom."""

    port: str
    to: str


@dataclass(frozen=True)
class Flow:
    """Who may open connections to whom: members by role, which is their layer and what they are."""

    source: str
    target: str
    why: str
    numbers: tuple[int, ...] = ()
    """TCP ports; none stands for those on which the target listens."""
    opened: Opened | None = None
    behind: str = ""
    """Setting that, where it is given, leaves TLS alone of the ports: CloudFront is in front."""
    beside: str = ""
    """Role whose subnets the target shares, for sites where the target itself is switched off."""

    def ports(self, site: Site, listening: tuple[Ports, ...]) -> tuple[Ports, ...]:
        """Return the ports that may be called at a site, of a target that listens on some."""
        if not self.numbers:
            return listening
        numbers = (443,) if self.behind and _setting(site, self.behind) else self.numbers
        return (*tcp(*numbers), *_opened(site, self.opened))


FLOWS = (
    Flow(
        INTERNET,
        WEB_BALANCER,
        "Users, on 80 to be sent on to 443, or CloudFront for them; and on the TCP port where it is opened.",
        (80, 443),
        Opened("WebTcpPort", "WebTcpIngressCidr"),
        "EdgePrefixListId",
    ),
    Flow(WEB_BALANCER, WEB_FLEET, "The only way to web instances.", (80, 443)),
    Flow(WEB_FLEET, APP_BALANCER, "Web instances ask the app tier, through its balancer alone.", (8080,)),
    Flow(APP_BALANCER, APP_FLEET, "The only way to app instances.", (80, 443)),
    Flow(APP_FLEET, DATABASE, "Only app instances reach patient data."),
    Flow(WEB_FLEET, ENDPOINT, "AWS's services, without leaving its network.", (443,), beside=APP_FLEET),
    Flow(APP_FLEET, ENDPOINT, "AWS's services, without leaving its network.", (443,), beside=APP_FLEET),
    Flow(WEB_FLEET, INTERNET, "Updates, revocation lists and AWS's services without an endpoint.", (80, 443)),
    Flow(APP_FLEET, INTERNET, "Updates, revocation lists and AWS's services without an endpoint.", (80, 443)),
)


def flows_between(source: str, target: str) -> tuple[Flow, ...]:
    """Return what is meant to pass from one role to another."""
    return tuple(flow for flow in FLOWS if (flow.source, flow.target) == (source, target))


def meant(site: Site, source: str, target: str, listening: tuple[Ports, ...]) -> tuple[Ports, ...]:
    """Return the ports on which one role may call another; who may leave may call what users reach."""
    direct = [port for flow in flows_between(source, target) for port in flow.ports(site, listening)]
    out = [port for flow in flows_between(source, INTERNET) for port in flow.ports(site, ())]
    back = [port for flow in flows_between(INTERNET, target) for port in flow.ports(site, listening)]
    return (*direct, *(common for port in out for other in back if (common := port & other)))


def is_public(role: str) -> bool:
    """Whether users are meant to reach a role from the internet."""
    return bool(flows_between(INTERNET, role))


def may_leave(role: str) -> bool:
    """Whether a role is meant to reach the internet."""
    return bool(flows_between(role, INTERNET))


def _opened(site: Site, opened: Opened | None) -> tuple[Ports, ...]:
    if opened is None or not _setting(site, opened.to):
        return ()
    port = _setting(site, opened.port)
    return (read_ports("tcp", port, port),) if port else ()


def _setting(site: Site, name: str) -> str:
    values: list[Value] = [given[name] for given in site.given.values() if name in given]
    return as_text(values[0]) if values and is_literal(values[0]) else ""
