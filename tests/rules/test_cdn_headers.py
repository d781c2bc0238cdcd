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
          FrameOptions: {FrameOption: DENY, Override: true}
          ContentSecurityPolicy: {ContentSecurityPolicy: !Ref Csp, Override: false}
          ReferrerPolicy: {ReferrerPolicy: strict-origin-when-cross-origin, Override: true}
        CustomHeadersConfig: {Items: [{Header: Permissions-Policy, Value: camera=(self), Override: true}]}
        RemoveHeadersConfig: {Items: [{Header: Server}, {Header: x-powered-by}, {Header: X-AspNet-Version}]}
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
        ("FrameOption: DENY, Override: true", "FrameOption: DENY, Override: false", "FrameOptions.Override must be"),
        ("ContentSecurityPolicy: {ContentSecurityPolicy: !Ref Csp, Override: false}", "", "ContentSecurityPolicy must"),
        ("camera=(self), Override: true", "camera=(self), Override: false", "Items.*.Override must be true"),
        ("Header: Permissions-Policy", "Header: X-Other", "CustomHeadersConfig.Items must have the Header Permissions"),
        ("{Header: Server}, ", "", "RemoveHeadersConfig.Items must have the Header Server"),
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
