from __future__ import annotations

import pytest

from cfngen.rules.cdn_viewer_tls import CdnViewerTlsRule

from .weakening import weakened

GOOD = """\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        ViewerCertificate:
          AcmCertificateArn: !Ref Certificate
          MinimumProtocolVersion: TLSv1.2_2021
          SslSupportMethod: sni-only
        DefaultCacheBehavior: {ViewerProtocolPolicy: redirect-to-https}
        CacheBehaviors:
          - {PathPattern: /api/*, ViewerProtocolPolicy: https-only}
          - !If [HasMore, {PathPattern: /more/*, ViewerProtocolPolicy: https-only}, !Ref AWS::NoValue]
"""


def test_tls_of_today_is_accepted(matches):
    assert matches(CdnViewerTlsRule(), GOOD) == []


def test_newer_floors_are_accepted(matches):
    assert matches(CdnViewerTlsRule(), weakened(GOOD, "TLSv1.2_2021", "TLSv1.3_2025")) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("TLSv1.2_2021", "TLSv1.2_2019", "ViewerCertificate.MinimumProtocolVersion must be TLSv1.2_2021 or newer"),
        ("MinimumProtocolVersion: TLSv1.2_2021", "", "MinimumProtocolVersion must be"),
        ("AcmCertificateArn: !Ref Certificate", "CloudFrontDefaultCertificate: true", "AcmCertificateArn must name"),
        ("sni-only", "vip", "SslSupportMethod must be sni-only"),
        ("redirect-to-https", "allow-all", "ViewerProtocolPolicy must be"),
        ("/api/*, ViewerProtocolPolicy: https-only", "/api/*", "ViewerProtocolPolicy must be"),
        ("/more/*, ViewerProtocolPolicy: https-only", "/more/*", "ViewerProtocolPolicy must be"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((path, what),) = matches(CdnViewerTlsRule(), weakened(GOOD, old, new))
    assert path.startswith("Resources.Cdn.Properties.DistributionConfig")
    assert message in what
