"""E9201: CloudFront reaches an origin encrypted, and a bucket as itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import parts
from cfngen.rules._settings import Setting, given, one_of, unmet
from cfngen.rules._values import ABSENT, Leaf

CONTROL, CONTROLS = "AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig"
PROTOCOLS = ["TLSv1.2"]

TABLE = (
    Setting(CONTROL, f"{CONTROLS}.SigningBehavior", one_of("always"), "must be always"),
    Setting(CONTROL, f"{CONTROLS}.SigningProtocol", one_of("sigv4"), "must be sigv4"),
)


class CdnOriginsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A bucket without an access control must be public; a header that proves who asks is a secret as any other."""

    id = "E9201"
    shortdesc = "A distribution reaches its origins by TLS 1.2, and buckets by an origin access control"
    description = (
        "Custom origins are https-only with TLSv1.2; S3 origins have an OriginAccessControlId, no access identity; "
        "access controls sign always; values of custom headers come from Secrets Manager."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption", "public", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each origin that is asked in the clear, or that others may ask."""
        yield from unmet(cfn, TABLE)
        for name, origin in parts(cfn, "Origins", "*"):
            written = _values.mapping(origin.value)
            if "CustomOriginConfig" in written:
                yield from _custom(cfn, name, origin)
            elif "VpcOriginConfig" not in written:
                yield from _bucket(cfn, name, origin)
            yield from _headers(cfn, name, origin)


def _custom(cfn: Template, name: str, origin: Leaf) -> Iterator[RuleMatch]:
    wanted = (("OriginProtocolPolicy", one_of("https-only"), "https-only"), ("OriginSSLProtocols", _is_new, "TLSv1.2"))
    for key, accept, words in wanted:
        for leaf in _values.values_at(cfn, origin.value, ("CustomOriginConfig", key), origin.path):
            if not accept(leaf.value):
                yield RuleMatch(leaf.path, f"{name}: CustomOriginConfig.{key} must be {words}")


def _is_new(value: object) -> bool:
    return value == PROTOCOLS


def _bucket(cfn: Template, name: str, origin: Leaf) -> Iterator[RuleMatch]:
    for leaf in _values.values_at(cfn, origin.value, ("OriginAccessControlId",), origin.path):
        if not given(leaf.value):
            yield RuleMatch(leaf.path, f"{name}: OriginAccessControlId must be given for a bucket")
    for leaf in _values.values_at(cfn, origin.value, ("S3OriginConfig", "OriginAccessIdentity"), origin.path):
        if leaf.value is not ABSENT and leaf.value != "":
            yield RuleMatch(leaf.path, f"{name}: S3OriginConfig.OriginAccessIdentity must be empty: it is the old way")


def _headers(cfn: Template, name: str, origin: Leaf) -> Iterator[RuleMatch]:
    keys = ("OriginCustomHeaders", "*", "HeaderValue")
    for leaf in _values.values_at(cfn, origin.value, keys, origin.path):
        if leaf.value is not ABSENT and "{{resolve:secretsmanager:" not in _values.text_of(leaf.value):
            what = "OriginCustomHeaders.HeaderValue must be resolved from Secrets Manager"
            yield RuleMatch(leaf.path, f"{name}: {what}")
