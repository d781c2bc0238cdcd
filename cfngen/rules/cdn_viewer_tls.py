"""E9200: whoever comes to CloudFront comes by TLS 1.2 or later, with a certificate of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import CONFIG, DISTRIBUTION, behaviors
from cfngen.rules._settings import Setting, given, one_of, unmet

VERSIONS = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
POLICIES = ("redirect-to-https", "https-only")
CERTIFICATE = f"{CONFIG}.ViewerCertificate"

TABLE = (
    Setting(DISTRIBUTION, f"{CERTIFICATE}.MinimumProtocolVersion", one_of(*VERSIONS), "must be TLSv1.2_2021 or newer"),
    Setting(DISTRIBUTION, f"{CERTIFICATE}.AcmCertificateArn", given, "must name a certificate"),
    Setting(DISTRIBUTION, f"{CERTIFICATE}.SslSupportMethod", one_of("sni-only"), "must be sni-only"),
)


class CdnViewerTlsRule(CloudFormationLintRule):  # type: ignore[misc]
    """With CloudFront's own certificate the floor is TLS 1.0, whatever the template says."""

    id = "E9200"
    shortdesc = "A distribution speaks TLS 1.2 or later to its viewers, and nothing else"
    description = (
        "ViewerCertificate has a certificate of ACM, sni-only and TLSv1.2_2021 or newer; every behavior redirects to "
        "HTTPS or refuses HTTP."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each older protocol and each behavior in the clear."""
        yield from unmet(cfn, TABLE)
        for name, behavior in behaviors(cfn):
            for leaf in _values.values_at(cfn, behavior.value, ("ViewerProtocolPolicy",), behavior.path):
                if leaf.value not in POLICIES:
                    yield RuleMatch(leaf.path, f"{name}: ViewerProtocolPolicy must be {' or '.join(POLICIES)}")
