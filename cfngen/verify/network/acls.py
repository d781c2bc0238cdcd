"""Network ACLs: stateless, the first entry that fits decides, and what fits none is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...expressions.values import Reference, as_text
from ..subnets import Network, network, number, overlap
from ..world import Located, Site
from .groups import Key, called
from .ports import EVERYTHING, Ports, pieces, read_ports

ACL, ENTRY = "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry"


@dataclass(frozen=True, eq=False)
class Entry:
    """One numbered entry: what it allows or denies, and whom; no network is one that cannot be told."""

    located: Located
    number: int
    inbound: bool
    allows: bool
    ports: Ports
    network: Network | None
    key: str

    def __str__(self) -> str:
        side = "from" if self.inbound else "to"
        return f"{called(self.located)} allows {self.ports} {side} {self.network or 'what cannot be told'}"


@dataclass(frozen=True, eq=False)
class Acl:
    """The ACL of a subnet; the VPC's own, which has no resource, lets everything through."""

    located: Located | None = None
    inbound: tuple[Entry, ...] = ()
    outbound: tuple[Entry, ...] = ()

    def __str__(self) -> str:
        return called(self.located) if self.located else "the VPC's own network ACL, which allows everything"


@dataclass(frozen=True)
class Passed:
    """What of some ports an ACL lets through, and by which entry; the default ACL needs none."""

    ports: Ports
    entry: Entry | None = field(default=None)


def acls(site: Site) -> Mapping[Key, Acl]:
    """Return the network ACLs of a site."""
    entries: dict[Key, list[Entry]] = defaultdict(list)
    for located in site.resources(ENTRY):
        owner = located.resource.properties.get("NetworkAclId")
        if isinstance(owner, Reference):
            entries[owner.resource].append(_entry(located))
    return {
        located.resource.reference.resource: _acl(located, entries[located.resource.reference.resource])
        for located in site.resources(ACL)
    }


def passes(acl: Acl, *, inbound: bool, ports: Ports, remote: Sequence[Network]) -> Iterator[Passed]:
    """Yield what passes to or from at least one address of `remote`."""
    if acl.located is None:
        yield Passed(ports)
        return
    entries = acl.inbound if inbound else acl.outbound
    for piece in pieces(ports, (entry.ports for entry in entries)):
        entry = _first_allowing(entries, piece, remote)
        if entry:
            yield Passed(piece, entry)


def wholly_passes(acl: Acl, *, inbound: bool, ports: Ports, remote: Sequence[Network]) -> bool:
    """Whether all of the ports pass for every address of `remote`."""
    if acl.located is None:
        return True
    entries = acl.inbound if inbound else acl.outbound
    return all(_all_allowed(entries, piece, remote) for piece in pieces(ports, (entry.ports for entry in entries)))


def _acl(located: Located, entries: list[Entry]) -> Acl:
    ordered = sorted(entries, key=lambda entry: entry.number)
    inbound = tuple(entry for entry in ordered if entry.inbound)
    return Acl(located, inbound, tuple(entry for entry in ordered if not entry.inbound))


def _entry(located: Located) -> Entry:
    given = located.resource.properties
    span = given.get("PortRange")
    first, last = (span.get("From"), span.get("To")) if isinstance(span, Mapping) else (None, None)
    key = "CidrBlock" if "CidrBlock" in given else "Ipv6CidrBlock"
    return Entry(
        located=located,
        number=number(given.get("RuleNumber")) or 0,
        inbound=as_text(given.get("Egress", False)).lower() != "true",
        allows=given.get("RuleAction") != "deny",
        ports=read_ports(given.get("Protocol"), first, last) if "Protocol" in given else EVERYTHING,
        network=network(given.get(key)),
        key=key,
    )


def _first_allowing(entries: Iterable[Entry], piece: Ports, remote: Sequence[Network]) -> Entry | None:
    left = list(remote)
    for entry in entries:
        if piece & entry.ports != piece:
            continue
        if entry.allows and (entry.network is None or any(overlap(each, entry.network) for each in left)):
            return entry
        if not entry.allows and entry.network is not None:
            left = [rest for each in left for rest in _without(each, entry.network)]
    return None


def _all_allowed(entries: Iterable[Entry], piece: Ports, remote: Sequence[Network]) -> bool:
    left = list(remote)
    for entry in entries:
        if piece & entry.ports != piece or entry.network is None:
            continue
        if not entry.allows and any(overlap(each, entry.network) for each in left):
            return False
        left = [rest for each in left for rest in _without(each, entry.network)]
    return not left


def _without(one: Network, other: Network) -> list[Network]:
    """Return what is left of a network without the addresses of another."""
    if not overlap(one, other):
        return [one]
    return [] if one.prefixlen >= other.prefixlen else list(one.address_exclude(other))  # type: ignore[arg-type]
