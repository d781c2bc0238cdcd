"""Looking for delegations, with a real DNS server on this machine that answers as the Internet would."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from cfngen.registrar import Zone, check_delegation, name_servers

DOMAIN, EU = "app.example.com", "eu.net.app.example.com"
SERVERS = ("ns-1.awsdns-01.com.", "ns-2.awsdns-02.org.")
DELEGATED = {DOMAIN: SERVERS, EU: SERVERS}


class Answering(socketserver.BaseRequestHandler):
    """Answers for the zones that its server has; SERVFAIL for those of a lame delegation."""

    def handle(self) -> None:
        data, channel = self.request
        question = dns.message.from_wire(data)
        channel.sendto(answer(question, self.server.zones).to_wire(), self.client_address)


def answer(question: dns.message.Message, zones: Mapping[str, tuple[str, ...]]) -> dns.message.Message:
    made = dns.message.make_response(question, recursion_available=True)
    (asked,) = question.question
    servers = zones.get(asked.name.to_text(omit_final_dot=True))
    if servers is None:
        made.set_rcode(dns.rcode.NXDOMAIN)
    elif not servers:
        made.set_rcode(dns.rcode.SERVFAIL)
    else:
        made.answer.append(dns.rrset.from_text(asked.name, 300, "IN", "NS", *servers))
    return made


@contextmanager
def internet(zones: Mapping[str, tuple[str, ...]]) -> Iterator[dns.resolver.Resolver]:
    """Serve zones on a free port of 127.0.0.1 and yield a resolver that asks there and nowhere else."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answering) as server:
        server.zones = zones  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield asking(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def asking(port: int) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return resolver


def found(zones: Mapping[str, tuple[str, ...]], *wanted: Zone) -> tuple[list[str], tuple[str, ...]]:
    with internet(zones) as resolver:
        checked = check_delegation(wanted, lambda zone: name_servers(zone, resolver))
    return [str(each) for each in checked.problems], checked.notes


def test_a_delegated_zone_has_the_servers_that_its_parent_names():
    with internet(DELEGATED) as resolver:
        assert name_servers(EU, resolver) == ("ns-1.awsdns-01.com", "ns-2.awsdns-02.org")
    assert found(DELEGATED, Zone(DOMAIN, SERVERS), Zone(EU, ("NS-1.awsdns-01.com",))) == ([], ())


@pytest.mark.parametrize("zones", [{DOMAIN: SERVERS}, {DOMAIN: SERVERS, EU: ()}], ids=["no such name", "lame"])
def test_a_zone_that_nobody_finds_stops_with_the_servers_to_enter_in_its_parent(zones):
    problems, _ = found(zones, Zone(DOMAIN, SERVERS), Zone(EU, ("ns-7.awsdns-07.net", "ns-8.awsdns-08.co.uk")))
    assert problems == [
        (
            f"{EU}: is not delegated, so no certificate can be validated in it: the stacks would wait for hours\n"
            f"  hint: enter NS records for {EU} in the zone {DOMAIN}: ns-7.awsdns-07.net, ns-8.awsdns-08.co.uk;"
            " once they are found, run the same command again"
        )
    ]


def test_the_domain_itself_goes_to_the_registrar_and_what_is_below_it_waits():
    (told,), _ = found({}, Zone(DOMAIN, SERVERS), Zone(EU, SERVERS))
    assert told.startswith(f"{DOMAIN}: is not delegated")
    assert "at the registrar, or in the zone above it: ns-1.awsdns-01.com., ns-2" in told


def test_a_zone_that_is_delegated_to_somebody_elses_servers_is_not_ours():
    (told,), _ = found({EU: ("ns.old.example.net.",)}, Zone(EU, SERVERS))
    assert "is delegated to ns.old.example.net, so no certificate" in told
    assert found({EU: ("ns.old.example.net.",)}, Zone(EU)) == ([], ())  # a zone that was there before


def test_where_nobody_can_be_asked_that_is_said_and_stops_nothing():
    checked = check_delegation([Zone(EU, SERVERS)], lambda zone: None)
    assert checked.problems == ()
    assert checked.notes == (f"nobody can be asked for {EU}: see that it is delegated, or stacks wait for hours",)


def test_a_machine_without_resolver_or_whose_resolver_is_silent_asks_nobody():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert name_servers(EU, asking(silent.getsockname()[1]), patience=0.2) is None
