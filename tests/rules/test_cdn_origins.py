from __future__ import annotations

import pytest

from cfngen.rules.cdn_origins import CdnOriginsRule

from .weakening import weakened

GOOD = """\
Resources:
  Control:
    Type: AWS::CloudFront::OriginAccessControl
    Properties: {OriginAccessControlConfig: {SigningBehavior: always, SigningProtocol: sigv4}}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: bucket
            DomainName: !GetAtt Bucket.RegionalDomainName
            S3OriginConfig: {OriginAccessIdentity: ""}
            OriginAccessControlId: !Ref Control
          - Id: private
            VpcOriginConfig: {VpcOriginId: !Ref Inside}
          - !If
            - HasWeb
            - Id: web
              CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
              OriginCustomHeaders:
                - HeaderName: X-Origin
                  HeaderValue: !Sub "{{resolve:secretsmanager:${Secret}:SecretString}}"
            - !Ref AWS::NoValue
"""


def test_origins_that_are_reached_encrypted_are_accepted(matches):
    assert matches(CdnOriginsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("OriginProtocolPolicy: https-only", "OriginProtocolPolicy: match-viewer", "OriginProtocolPolicy must be"),
        ("OriginProtocolPolicy: https-only, ", "", "OriginProtocolPolicy must be https-only"),
        ("[TLSv1.2]", "[TLSv1.1, TLSv1.2]", "OriginSSLProtocols must be TLSv1.2"),
        (", OriginSSLProtocols: [TLSv1.2]", "", "OriginSSLProtocols must be TLSv1.2"),
        ("OriginAccessControlId: !Ref Control", "", "OriginAccessControlId must be given"),
        ('OriginAccessIdentity: ""', "OriginAccessIdentity: !Ref Old", "OriginAccessIdentity must be empty"),
        ("SigningBehavior: always", "SigningBehavior: no-override", "SigningBehavior must be always"),
        ("SigningProtocol: sigv4", "SigningProtocol: none", "SigningProtocol must be sigv4"),
        ('!Sub "{{resolve:secretsmanager:${Secret}:SecretString}}"', "!Ref Word", "HeaderValue must be resolved"),
        ('!Sub "{{resolve:secretsmanager:${Secret}:SecretString}}"', "hunter2", "HeaderValue must be resolved"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(CdnOriginsRule(), weakened(GOOD, old, new))
    assert message in what
