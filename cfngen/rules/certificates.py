"""E9208: a certificate is validated by DNS, renews itself, and is known to the public logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, one_of, unmet
from cfngen.rules._values import ABSENT

CERTIFICATE = "AWS::CertificateManager::Certificate"
KEYS = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")

TABLE = (
    Setting(CERTIFICATE, "ValidationMethod", one_of("DNS"), "must be DNS: mail is not read, and does not renew"),
    Setting(CERTIFICATE, "KeyAlgorithm", one_of(ABSENT, *KEYS), f"must be one of {', '.join(KEYS)}"),
    Setting(CERTIFICATE, "CertificateExport", one_of(ABSENT, "DISABLED"), "must be DISABLED: keys stay with ACM"),
    Setting(
        CERTIFICATE,
        "CertificateTransparencyLoggingPreference",
        one_of(ABSENT, "ENABLED"),
        "must be ENABLED: browsers refuse what no public log knows",
    ),
)


class CertificatesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A certificate that waits for somebody's mail is one that expires on a Sunday."""

    id = "E9208"
    shortdesc = "A certificate is validated by DNS in a zone of ours"
    description = (
        "ValidationMethod DNS, a HostedZoneId for each of its names, keys of 2048 bits that ACM keeps, transparency "
        "logging; certificates of a private authority have no validation."
    )
    source_url = "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each certificate that will not renew, or that others can copy."""
        private = {
            name
            for name, leaf in _values.properties(cfn, ("CertificateAuthorityArn",), CERTIFICATE)
            if given(leaf.value)
        }
        yield from (found for found in unmet(cfn, TABLE) if found.path[1] not in private)
        for name, leaf in _values.properties(cfn, (), CERTIFICATE):
            validated = list(_validated(cfn, leaf.value))
            for wanted in _names(cfn, leaf.value) if name not in private else ():
                if wanted not in validated:
                    what = f"DomainValidationOptions must have DomainName {_values.text_of(wanted)} with a HostedZoneId"
                    yield RuleMatch(leaf.path, f"{name}: {what}: else the stack hangs")


def _names(cfn: Template, certificate: Any) -> Iterator[Any]:
    for keys in (("DomainName",), ("SubjectAlternativeNames", "*")):
        yield from (leaf.value for leaf in _values.values_at(cfn, certificate, keys) if leaf.value is not ABSENT)


def _validated(cfn: Template, certificate: Any) -> Iterator[Any]:
    """Yield the names of the options that say in which zone they are validated."""
    for leaf in _values.values_at(cfn, certificate, ("DomainValidationOptions", "*")):
        option = _values.mapping(leaf.value)
        if given(option.get("HostedZoneId")):
            yield option.get("DomainName")
