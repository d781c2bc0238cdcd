"""E9154: where there is a certificate, every hop to the instances is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import given, items
from cfngen.rules._values import Leaf

CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
LISTENER, TARGETS = "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::TargetGroup"
ENCRYPTED = ("HTTPS", "SSL", "TLS")
REFERENCE = "Reference-Security-Policy"


class EncryptedHopsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Under a condition, as before there is a certificate, a listener or a target group may speak HTTP."""

    id = "E9154"
    shortdesc = "A balancer listens and forwards encrypted"
    description = (
        "A Classic Load Balancer has an HTTPS listener with a certificate, its TCP listener forwards to a port that "
        "HTTPS uses too, and its policies refer to one of AWS's; listeners and target groups of the others speak "
        "HTTPS, with a certificate, at least under a condition."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each hop in the clear."""
        for name, leaf, listeners in items(cfn, CLASSIC, "Listeners"):
            yield from _classic(name, leaf, [_values.mapping(each) for each in listeners])
        for name, leaf, policies in items(cfn, CLASSIC, "Policies"):
            for attribute in [each for policy in policies for each in _attributes(policy)]:
                if attribute.get("Name") != REFERENCE:
                    yield RuleMatch(leaf.path, f"{name}: Policies.Attributes must have the Name {REFERENCE}")
        for kind in (LISTENER, TARGETS):
            for name, found in _protocols(cfn, kind):
                if not any(str(each.value) in ENCRYPTED for each in found):
                    yield RuleMatch(
                        found[0].path, f"{name}: Protocol must be HTTPS, at least where there is a certificate"
                    )
        yield from _certificates(cfn)


def _classic(name: str, leaf: Leaf, listeners: list[Any]) -> Iterator[RuleMatch]:
    encrypted = [each for each in listeners if each.get("Protocol") in ENCRYPTED]
    if not encrypted:
        yield RuleMatch(
            leaf.path, f"{name}: Listeners must have one with Protocol HTTPS (InstanceProtocol, SSLCertificateId)"
        )
    for listener in encrypted:
        if not given(listener.get("SSLCertificateId")):
            yield RuleMatch(leaf.path, f"{name}: Listeners with Protocol HTTPS must have an SSLCertificateId")
    ports = {str(each.get("InstancePort")) for each in encrypted}
    for listener in listeners:
        if listener.get("Protocol") not in ("HTTP", *ENCRYPTED) and str(listener.get("InstancePort")) not in ports:
            what = "Listeners that pass TCP on must do so to the InstancePort of HTTPS, where instances speak TLS"
            yield RuleMatch(leaf.path, f"{name}: {what}")
        if listener.get("Protocol") not in ("HTTP", "TCP", *ENCRYPTED):
            yield RuleMatch(leaf.path, f"{name}: Listeners must have a Protocol: HTTP, HTTPS, TCP or SSL")
        if listener.get("Protocol") == "TCP" and listener.get("InstanceProtocol") != "TCP":
            yield RuleMatch(leaf.path, f"{name}: Listeners with Protocol TCP must have the InstanceProtocol TCP")


def _attributes(policy: Any) -> list[Any]:
    return [_values.mapping(each) for each in _values.as_list(_values.mapping(policy).get("Attributes"))]


def _protocols(cfn: Template, kind: str) -> Iterator[tuple[str, list[Leaf]]]:
    found: dict[str, list[Leaf]] = {}
    for name, leaf in _values.properties(cfn, ("Protocol",), kind):
        found.setdefault(name, []).append(leaf)
    yield from found.items()


def _certificates(cfn: Template) -> Iterator[RuleMatch]:
    """A listener that may speak HTTPS has a certificate where it does."""
    for name, leaf, written in items(cfn, LISTENER, "Certificates"):
        if not all(given(_values.mapping(each).get("CertificateArn")) for each in written):
            yield RuleMatch(leaf.path, f"{name}: Certificates must have a CertificateArn")
    for name, resource in _values.resources(cfn, LISTENER):
        properties = _values.mapping(resource.get("Properties"))
        path: list[str | int] = ["Resources", name, "Properties"]
        certificates = list(_values.values_at(cfn, properties, ("Certificates",), path))
        for protocol in _values.values_at(cfn, properties, ("Protocol",), path):
            together = [each for each in certificates if each.together(protocol)]
            if str(protocol.value) in ENCRYPTED and not all(given(each.value) for each in together):
                yield RuleMatch(path, f"{name}: Certificates must be given where Protocol is {protocol.value}")
            if str(protocol.value) not in ("HTTP", *ENCRYPTED, "TCP"):
                yield RuleMatch(path, f"{name}: Protocol must be one that a balancer speaks")
