from __future__ import annotations

import pytest

from cfngen.rules.encrypted_hops import EncryptedHopsRule

from .weakening import weakened

GOOD = """\
Resources:
  Classic:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      Listeners:
        - {LoadBalancerPort: "80", Protocol: HTTP, InstancePort: "80", InstanceProtocol: HTTP}
        - !If
          - HasCertificate
          - {LoadBalancerPort: "443", Protocol: HTTPS, InstancePort: "443", SSLCertificateId: !Ref Certificate}
          - !Ref AWS::NoValue
        - {LoadBalancerPort: "8443", Protocol: TCP, InstancePort: "443", InstanceProtocol: TCP}
      Policies: [{PolicyName: Tls, Attributes: [{Name: Reference-Security-Policy, Value: x}]}]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Protocol: !If [HasCertificate, HTTPS, HTTP]
      Certificates: !If [HasCertificate, [{CertificateArn: !Ref Certificate}], !Ref AWS::NoValue]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: !If [HasCertificate, HTTPS, HTTP]}
"""


def test_hops_that_are_encrypted_where_there_is_a_certificate_are_accepted(matches):
    assert matches(EncryptedHopsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Protocol: HTTPS", "Protocol: HTTP", "Listeners must have one with Protocol HTTPS"),
        (", SSLCertificateId: !Ref Certificate", "", "must have an SSLCertificateId"),
        ('"8443", Protocol: TCP, InstancePort: "443"', '"8443", Protocol: TCP, InstancePort: "80"', "InstancePort of"),
        ("Protocol: TCP,", "Protocol: UDP,", "must have a Protocol: HTTP, HTTPS, TCP or SSL"),
        ("InstanceProtocol: TCP", "InstanceProtocol: SSL", "must have the InstanceProtocol TCP"),
        ("Name: Reference-Security-Policy", "Name: Protocol-TLSv1", "Attributes must have the Name Reference"),
        ("Protocol: !If [HasCertificate, HTTPS, HTTP]\n      C", "Protocol: HTTP\n      C", "Protocol must be HTTPS"),
        ("[{CertificateArn: !Ref Certificate}]", "[{}]", "Certificates must have a CertificateArn"),
        ("!If [HasCertificate, [{CertificateArn: !Ref Certificate}], !Ref AWS::NoValue]", "[]", "Certificates must be"),
        ("{Protocol: !If [HasCertificate, HTTPS, HTTP]}", "{Protocol: HTTP}", "Protocol must be HTTPS"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = [what for _, what in matches(EncryptedHopsRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)
