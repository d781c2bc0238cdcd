from __future__ import annotations

import pytest

from cfngen.rules.cdn_firewall import CdnFirewallRule

from .weakening import weakened

WEB = """\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        WebACLId: !GetAtt Acl.Arn
        Origins: [{Id: web, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior: {TargetOriginId: web}
"""
BUCKET = """\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        WebACLId: !GetAtt Acl.Arn
        DefaultRootObject: index.html
        Origins: [{Id: files, S3OriginConfig: {}}]
        DefaultCacheBehavior: {TargetOriginId: files}
"""
FUNCTION = "FunctionAssociations: [{EventType: viewer-request, FunctionARN: x}]"


@pytest.mark.parametrize(
    "template",
    [
        WEB,
        BUCKET,
        BUCKET.replace("DefaultRootObject: index.html", "").replace("Id: files}", f"Id: files, {FUNCTION}}}"),
    ],
    ids=["a web server", "a bucket with a root object", "a bucket with a function"],
)
def test_a_guarded_distribution_is_accepted(matches, template):
    assert matches(CdnFirewallRule(), template) == []


@pytest.mark.parametrize(
    ("good", "old", "new", "message"),
    [
        (WEB, "WebACLId: !GetAtt Acl.Arn", "", "WebACLId must name a web ACL"),
        (WEB, "WebACLId: !GetAtt Acl.Arn", "WebACLId: !If [C, !GetAtt Acl.Arn, !Ref AWS::NoValue]", "WebACLId"),
        (BUCKET, "DefaultRootObject: index.html", "", "DefaultRootObject must be given"),
        (BUCKET, "DefaultRootObject: index.html", 'DefaultRootObject: ""', "DefaultRootObject must be given"),
    ],
)
def test_a_weakening_is_found(matches, good, old, new, message):
    ((_, what),) = matches(CdnFirewallRule(), weakened(good, old, new))
    assert message in what
