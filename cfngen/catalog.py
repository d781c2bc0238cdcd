"""BUNDLES: the table of contents of the infrastructure. A new layer is one word here.

Plain data, so that commands can name bundles without importing troposphere. The order is the
order of deployment; within a bundle it is the order in which layers give and take wires.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Scope(enum.Enum):
    """Where a bundle's instances are."""

    PLAIN_STACKS = "plain stacks, before any StackSet"
    ACCOUNTS = "each account of the environment in its home region"
    ACCOUNT_REGIONS = "each account of the environment in each of its regions"
    HOMES = "each geography's account in its home region"
    EDGE = "the edge account in us-east-1"
    EVERY_REGION = "each geography's account in each of its regions"


@dataclass(frozen=True)
class Bundle:
    """Layers deployed together as one StackSet."""

    name: str
    scope: Scope
    layers: tuple[str, ...]


BOOTSTRAP = Bundle("bootstrap", Scope.PLAIN_STACKS, ("administration", "execution", "delivery"))

BUNDLES = (
    Bundle("account", Scope.ACCOUNTS, ("service_linked_roles", "audit", "identity", "password_policy")),
    Bundle("detection", Scope.ACCOUNT_REGIONS, ("configuration", "detectors")),
    Bundle("zone", Scope.HOMES, ("zone",)),
    Bundle("domain", Scope.EDGE, ("domain", "origin_secret")),
    Bundle("foundation", Scope.EVERY_REGION, ("logs", "keys", "network", "data", "documents", "users", "backup")),
    Bundle("service", Scope.EVERY_REGION, ("app", "web", "firewall", "records", "monitoring", "operations")),
    Bundle(
        "edge",
        Scope.EDGE,
        ("edge_certificate", "edge_firewall", "static_content", "distribution", "edge_records", "edge_alarms"),
    ),
)

NAME_SERVERS = {"domain": "PublicZoneNameServers", "zone": "ZoneNameServers"}
"""By bundle: the wire with the name servers of its zone. `deploy` reads them itself, to look for their delegation."""

NAMES = tuple(bundle.name for bundle in BUNDLES)


def bundle_named(name: str) -> Bundle:
    """Return the bundle of that name; `KeyError` if there is none."""
    return {bundle.name: bundle for bundle in (BOOTSTRAP, *BUNDLES)}[name]
