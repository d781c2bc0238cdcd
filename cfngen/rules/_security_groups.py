"""Security group rules as a rule sees them, inline or resources of their own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import Leaf

LARGEST = {4: 8, 6: 16}
"""Shortest prefix of public address space that still is somebody's, rather than everybody's."""


def security_rules(cfn: Template, direction: str) -> Iterator[tuple[str, Leaf]]:
    """Yield logical id and rule, for `Ingress` or `Egress`."""
    inline = _values.properties(cfn, (f"SecurityGroup{direction}", "*"), "AWS::EC2::SecurityGroup")
    alone = _values.properties(cfn, (), f"AWS::EC2::SecurityGroup{direction}")
    for name, leaf in (*inline, *alone):
        if isinstance(leaf.value, Mapping) and not _values.is_function(leaf.value):
            yield name, leaf


def open_cidrs(cfn: Template, rule: Leaf) -> Iterator[Leaf]:
    """Yield each range of a rule that is the whole internet, or a large part of it."""
    for key in ("CidrIp", "CidrIpv6"):
        for leaf in _values.values_at(cfn, rule.value, (key,), rule.path):
            value = _values.default(cfn, leaf.value)
            if is_open(value):
                yield Leaf(leaf.path, value)


def is_open(cidr: object) -> bool:
    """Whether a range is the internet: not private, and larger than anyone's own."""
    try:
        network = ipaddress.ip_network(str(cidr), strict=False)
    except ValueError:
        return False
    return not network.is_private and network.prefixlen < LARGEST[network.version]
