from __future__ import annotations

import pytest

from cfngen.rules.cdn_headers import CdnHeadersRule

from .weakening import weakened

GOOD = """\
Resources:
  Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        SecurityHeadersConfig:
          StrictTransportSecurity: {AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true, Override: true}
          ContentTypeOptions: {Override: true} # nosniff
          FrameOptions: {FrameOption: DENY, Override: false}
          ReferrerPolicy: {ReferrerPolicy: strict-origin-when-cross-origin, Override: true}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        DefaultCacheBehavior: {ResponseHeadersPolicyId: !Ref Headers}
        CacheBehaviors: [{PathPattern: /api/*, ResponseHeadersPolicyId: 67f7725c-6f97-4210-82d7-5512b31e9d03}]
"""


def test_security_headers_everywhere_are_accepted(matches):
    assert matches(CdnHeadersRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("63072000", "3600", "StrictTransportSecurity.AccessControlMaxAgeSec must be a year"),
        ("IncludeSubdomains: true", "IncludeSubdomains: false", "IncludeSubdomains must be true"),
        ("ContentTypeOptions: {Override: true}", "", "ContentTypeOptions.Override must be true"),
        ("FrameOption: DENY", "FrameOption: ALLOW", "FrameOption must be DENY or SAMEORIGIN"),
        ("ReferrerPolicy: strict-origin-when-cross-origin, ", "", "ReferrerPolicy.ReferrerPolicy must be given"),
        ("{ResponseHeadersPolicyId: !Ref Headers}", "{Compress: true}", "ResponseHeadersPolicyId must be given"),
        (", ResponseHeadersPolicyId: 67f7725c-6f97-4210-82d7-5512b31e9d03", "", "ResponseHeadersPolicyId must be"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(CdnHeadersRule(), weakened(GOOD, old, new))
    assert message in what
