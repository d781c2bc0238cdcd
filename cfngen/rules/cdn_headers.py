"""E9205: what comes from a distribution tells browsers how to be careful with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import behaviors
from cfngen.rules._settings import Accept, Setting, at_least, given, items, one_of, unmet
from cfngen.rules._values import is_true

POLICY, CONFIG = "AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig"
SECURITY, CUSTOM, REMOVED = (
    f"{CONFIG}.{key}" for key in ("SecurityHeadersConfig", "CustomHeadersConfig", "RemoveHeadersConfig")
)
YEAR = 31_536_000

HEADERS: tuple[tuple[str, Accept, str], ...] = (
    ("StrictTransportSecurity.AccessControlMaxAgeSec", at_least(YEAR), "must be a year at least"),
    ("StrictTransportSecurity.IncludeSubdomains", is_true, "must be true"),
    ("StrictTransportSecurity.Override", is_true, "must be true"),
    ("ContentTypeOptions.Override", is_true, "must be true"),
    ("FrameOptions.FrameOption", one_of("DENY", "SAMEORIGIN"), "must be DENY or SAMEORIGIN"),
    ("FrameOptions.Override", is_true, "must be true"),
    ("ReferrerPolicy.ReferrerPolicy", given, "must be given: addresses tell who has which appointment"),
    ("ReferrerPolicy.Override", is_true, "must be true"),
    ("ContentSecurityPolicy.ContentSecurityPolicy", given, "must be given"),
)

TABLE = (
    *(Setting(POLICY, f"{SECURITY}.{keys}", accept, message) for keys, accept, message in HEADERS),
    Setting(POLICY, f"{CUSTOM}.Items.*.Override", is_true, "must be true"),
)

PERMISSIONS = "Permissions-Policy"
BANNERS = ("Server", "X-Powered-By", "X-AspNet-Version")
"""What IIS says of itself and its version."""


class CdnHeadersRule(CloudFormationLintRule):  # type: ignore[misc]
    """A page without them can be framed by another site, sniffed as another type, or asked for by HTTP once."""

    id = "E9205"
    shortdesc = "A distribution sends security headers"
    description = (
        "Every behavior has a ResponseHeadersPolicyId; a policy of the template sets strict transport security for a "
        "year with subdomains, content type, frame and referrer options, a content security and a permissions policy, "
        "and takes away what servers say of themselves."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html"
    tags: ClassVar[list[str]] = ["cfngen", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each header that is not sent."""
        yield from unmet(cfn, TABLE)
        for keys, wanted in ((CUSTOM, (PERMISSIONS,)), (REMOVED, BANNERS)):
            for name, leaf, written in items(cfn, POLICY, f"{keys}.Items"):
                found = {str(_values.mapping(each).get("Header")).lower() for each in written}
                for header in wanted:
                    if header.lower() not in found:
                        yield RuleMatch(leaf.path, f"{name}: {keys}.Items must have the Header {header}")
        for name, behavior in behaviors(cfn):
            for leaf in _values.values_at(cfn, behavior.value, ("ResponseHeadersPolicyId",), behavior.path):
                if not given(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: ResponseHeadersPolicyId must be given in every behavior")
