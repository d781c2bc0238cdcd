"""E9119: what a load balancer accepts or forwards encrypted is encrypted with TLS 1.2 at least."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import Leaf

CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
CLASSIC_POLICIES = ("ELBSecurityPolicy-TLS-1-2-2017-01",)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html"""

POLICIES = re.compile(r"ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-.+")
"""Names of the policies whose lowest protocol is TLS 1.2."""


class ListenerTlsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A Classic Load Balancer cannot redirect, so its HTTP listener is left to the web server behind it.

    A listener that speaks HTTPS under a condition (where there is a certificate) may speak HTTP without it.
    """

    id = "E9119"
    shortdesc = "A listener offers TLS 1.2 or later, or redirects to one that does"
    description = (
        "HTTPS and TLS listeners name a policy that begins at TLS 1.2; an Application Load "
        "Balancer's HTTP listener redirects."
    )
    source_url = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each listener with an older protocol, or none."""
        for name, leaf in _values.properties(cfn, (), CLASSIC):
            yield from _classic(cfn, name, leaf)
        for name, leaf in _values.properties(cfn, (), "AWS::ElasticLoadBalancingV2::Listener"):
            yield from _listener(cfn, name, leaf)


def _classic(cfn: Template, name: str, balancer: Leaf) -> Iterator[RuleMatch]:
    strong = set(_policies(cfn, balancer))
    for listener in _values.values_at(cfn, balancer.value, ("Listeners", "*"), balancer.path):
        if not isinstance(listener.value, Mapping) or _protocol(listener, "Protocol") not in ("HTTPS", "SSL"):
            continue
        if _protocol(listener, "InstanceProtocol") not in ("HTTPS", "SSL"):
            what = "InstanceProtocol must be HTTPS or SSL, so that traffic stays encrypted up to the instance"
            yield RuleMatch(listener.path, f"{name}: {what}")
        named = {leaf.value for leaf in _values.values_at(cfn, listener.value, ("PolicyNames", "*"), listener.path)}
        if not named & strong:
            what = f"PolicyNames must name one of Policies whose Attributes refer to {CLASSIC_POLICIES[0]}"
            yield RuleMatch(listener.path, f"{name}: {what}")


def _policies(cfn: Template, balancer: Leaf) -> Iterator[Any]:
    """Yield the names of the load balancer's own policies that begin at TLS 1.2."""
    for policy in _values.values_at(cfn, balancer.value, ("Policies", "*"), balancer.path):
        if isinstance(policy.value, Mapping):
            named = _values.values_at(cfn, policy.value, ("Attributes", "*", "Value"))
            if any(leaf.value in CLASSIC_POLICIES for leaf in named):
                yield policy.value.get("PolicyName")


def _listener(cfn: Template, name: str, listener: Leaf) -> Iterator[RuleMatch]:
    protocols = list(_values.values_at(cfn, listener.value, ("Protocol",), listener.path, listener.when))
    encrypted = [leaf for leaf in protocols if str(leaf.value).upper() in ("HTTPS", "TLS")]
    for policy in _values.values_at(cfn, listener.value, ("SslPolicy",), listener.path, listener.when):
        strong = POLICIES.fullmatch(str(policy.value))
        if not strong and any(policy.together(protocol) for protocol in encrypted):
            what = "SslPolicy must begin at TLS 1.2, as ELBSecurityPolicy-TLS13-1-2-2021-06 does"
            yield RuleMatch(policy.path, f"{name}: {what}")
    if not encrypted and any(leaf.value == "HTTP" for leaf in protocols):
        keys = ("DefaultActions", "*", "RedirectConfig", "Protocol")
        for leaf in _values.values_at(cfn, listener.value, keys, listener.path):
            if leaf.value != "HTTPS":
                yield RuleMatch(leaf.path, f"{name}: an HTTP listener may only redirect to HTTPS")


def _protocol(listener: Leaf, key: str) -> str:
    value = listener.value.get(key) if isinstance(listener.value, Mapping) else None
    return value.upper() if isinstance(value, str) else ""
