from __future__ import annotations

import pytest

from cfngen.rules.cdn_caching import CdnCachingRule

from .weakening import weakened

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"

GOOD = f"""\
Resources:
  Nothing: {{Type: AWS::CloudFront::CachePolicy, Properties: {{CachePolicyConfig: {{MaxTTL: 0}}}}}}
  Plain:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig: {{CookiesConfig: {{CookieBehavior: none}}, HeadersConfig: {{HeaderBehavior: none}}}}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        DefaultCacheBehavior:
          AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]
          CachePolicyId: {DISABLED}
          OriginRequestPolicyId: {ALL_VIEWER}
        CacheBehaviors:
          - {{PathPattern: /static/*, CachePolicyId: {OPTIMIZED}, OriginRequestPolicyId: !Ref Plain}}
          - {{PathPattern: /me/*, CachePolicyId: !Ref Nothing, OriginRequestPolicyId: {ALL_VIEWER}}}
"""


def test_sessions_that_are_forwarded_and_not_kept_are_accepted(matches):
    assert matches(CdnCachingRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"CachePolicyId: {DISABLED}", "ForwardedValues: {QueryString: true}", "ForwardedValues must not be given"),
        (f"CachePolicyId: {DISABLED}", f"CachePolicyId: {OPTIMIZED}", "AllowedMethods has DELETE, PATCH, POST, PUT"),
        ("MaxTTL: 0", "MaxTTL: 60", "OriginRequestPolicyId forwards cookies"),
        ("CookieBehavior: none", "CookieBehavior: all", "OriginRequestPolicyId forwards cookies"),
        ("HeaderBehavior: none", "HeaderBehavior: allViewer", "CachePolicyId must keep nothing"),
        (f"CachePolicyId: {OPTIMIZED}, ", "", "CachePolicyId must be given"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = matches(CdnCachingRule(), weakened(GOOD, old, new))
    assert any(message in what for _, what in found)
    assert len({path.partition(".Compress")[0] for path, _ in found}) <= 2
