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
    summary: str = ""
    """What it is for, in a sentence."""


BOOTSTRAP = Bundle(
    "bootstrap",
    Scope.PLAIN_STACKS,
    ("administration", "execution", "delivery"),
    "What StackSets need before there is one: roles in every account, and the bucket of templates.",
)

BUNDLES = (
    Bundle(
        "account",
        Scope.ACCOUNTS,
        ("service_linked_roles", "audit", "identity", "password_policy"),
        "What an account has once: service-linked roles, the audit trail, people, the password policy.",
    ),
    Bundle(
        "detection",
        Scope.ACCOUNT_REGIONS,
        ("configuration", "detectors"),
        "What watches a region: the record of its configuration with rules, and detectors of threats.",
    ),
    Bundle("zone", Scope.HOMES, ("zone",), "The geography's public zone of infrastructure names."),
    Bundle(
        "domain",
        Scope.EDGE,
        ("domain", "origin_secret"),
        "The public zone that users see, and the secret by which servers know CloudFront.",
    ),
    Bundle(
        "foundation",
        Scope.EVERY_REGION,
        ("logs", "keys", "network", "data", "documents", "users", "backup"),
        "What holds state or outlives a release: network, keys, database, documents, users, backups.",
    ),
    Bundle(
        "service",
        Scope.EVERY_REGION,
        ("app", "web", "firewall", "records", "monitoring", "operations"),
        "What serves users and holds no state: web and app fleets, firewall, names, alarms, operations.",
    ),
    Bundle(
        "edge",
        Scope.EDGE,
        ("edge_certificate", "edge_firewall", "static_content", "distribution", "edge_records", "edge_alarms"),
        "What every request enters through: CloudFront with its certificate, firewall and static content.",
    ),
)

NAME_SERVERS = {"domain": "PublicZoneNameServers", "zone": "ZoneNameServers"}
"""By bundle: the wire with the name servers of its zone. `deploy` reads them itself, to look for their delegation."""

NAMES = tuple(bundle.name for bundle in BUNDLES)


def bundle_named(name: str) -> Bundle:
    """Return the bundle of that name; `KeyError` if there is none."""
    return {bundle.name: bundle for bundle in (BOOTSTRAP, *BUNDLES)}[name]
