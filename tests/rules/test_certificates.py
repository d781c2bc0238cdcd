from __future__ import annotations

import pytest

from cfngen.rules.certificates import CertificatesRule

from .weakening import weakened

GOOD = """\
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: app.example.com
      SubjectAlternativeNames: [eu.app.example.com]
      ValidationMethod: DNS
      DomainValidationOptions:
        - {DomainName: app.example.com, HostedZoneId: !Ref Zone}
        - {DomainName: eu.app.example.com, HostedZoneId: !Ref Zone}
"""
CHOSEN = """\
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: !Ref DomainName
      SubjectAlternativeNames: [!If [HasEu, !Sub "eu.${DomainName}", !Ref AWS::NoValue]]
      ValidationMethod: DNS
      DomainValidationOptions:
        - {DomainName: !Ref DomainName, HostedZoneId: !Ref Zone}
        - !If [HasEu, {DomainName: !Sub "eu.${DomainName}", HostedZoneId: !Ref Zone}, !Ref AWS::NoValue]
"""
PRIVATE = """\
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties: {DomainName: inside.example.com, CertificateAuthorityArn: !Ref Authority}
"""


@pytest.mark.parametrize("template", [GOOD, CHOSEN, PRIVATE])
def test_a_certificate_that_renews_itself_is_accepted(matches, template):
    assert matches(CertificatesRule(), template) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ValidationMethod: DNS", "ValidationMethod: EMAIL", "ValidationMethod must be DNS"),
        ("ValidationMethod: DNS", "", "ValidationMethod must be DNS"),
        ("{DomainName: app.example.com, HostedZoneId: !Ref Zone}", "{DomainName: app.example.com}", "HostedZoneId"),
        (
            "{DomainName: app.example.com, HostedZoneId: !Ref Zone}",
            "{HostedZoneId: !Ref Zone}",
            "DomainName app.example",
        ),
        (
            "- {DomainName: eu.app.example.com, HostedZoneId: !Ref Zone}",
            "",
            "DomainName eu.app.example.com with a HostedZoneId",
        ),
        ("ValidationMethod: DNS", "ValidationMethod: DNS\n      KeyAlgorithm: RSA_1024", "KeyAlgorithm must be one of"),
        (
            "ValidationMethod: DNS",
            "ValidationMethod: DNS\n      CertificateExport: ENABLED",
            "CertificateExport must be",
        ),
        (
            "ValidationMethod: DNS",
            "ValidationMethod: DNS\n      CertificateTransparencyLoggingPreference: DISABLED",
            "CertificateTransparencyLoggingPreference must be ENABLED",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(CertificatesRule(), weakened(GOOD, old, new))
    assert message in what
