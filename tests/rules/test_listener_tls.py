from __future__ import annotations

import pytest

from cfngen.rules.listener_tls import ListenerTlsRule

GOOD = """\
Resources:
  Web:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      Listeners:
        - {LoadBalancerPort: 80, Protocol: HTTP, InstancePort: 80}
        - !If
          - HasCertificate
          - {LoadBalancerPort: 443, Protocol: HTTPS, InstancePort: 443, InstanceProtocol: HTTPS, PolicyNames: [Tls12]}
          - !Ref AWS::NoValue
      Policies:
        - PolicyName: Tls12
          PolicyType: SSLNegotiationPolicyType
          Attributes: [{Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01}]
  Redirect:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {Protocol: HTTP, DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS}}]}
  App:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06, DefaultActions: [{Type: forward}]}
"""


def test_tls_1_2_is_accepted(matches):
    assert matches(ListenerTlsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "TLS-1-2-2017-01",
            "2016-08",
            "Resources.Web.Properties.Listeners.1.Fn::If.1",
            "ELBSecurityPolicy-TLS-1-2-2017-01",
            id="an old policy",
        ),
        pytest.param(
            ", PolicyNames: [Tls12]", "", "Resources.Web.Properties.Listeners.1.Fn::If.1", "PolicyNames", id="no policy"
        ),
        pytest.param(
            "InstanceProtocol: HTTPS",
            "InstanceProtocol: HTTP",
            "Resources.Web.Properties.Listeners.1.Fn::If.1",
            "InstanceProtocol",
            id="plain traffic behind the balancer",
        ),
        pytest.param(
            "[{Type: redirect, RedirectConfig: {Protocol: HTTPS}}]",
            "[{Type: forward}]",
            "Resources.Redirect.Properties.DefaultActions.0",
            "redirect to HTTPS",
            id="a plain listener that forwards",
        ),
        pytest.param(
            "TLS13-1-2-2021-06", "TLS13-1-0-2021-06", "Resources.App.Properties.SslPolicy", "TLS 1.2", id="TLS 1.0"
        ),
        pytest.param(
            "SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06, ",
            "",
            "Resources.App.Properties",
            "TLS 1.2",
            id="the default policy",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(ListenerTlsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]


CONDITIONAL = """\
Resources:
  App:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Protocol: !If [HasCertificate, HTTPS, HTTP]
      SslPolicy: !If [HasCertificate, ELBSecurityPolicy-TLS13-1-2-2021-06, !Ref AWS::NoValue]
      DefaultActions: [{Type: forward}]
"""


def test_a_listener_encrypts_where_there_is_a_certificate(matches):
    assert matches(ListenerTlsRule(), CONDITIONAL) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("TLS13-1-2-2021-06", "2016-08"),
        ("!If [HasCertificate, HTTPS, HTTP]", "HTTPS"),
        ("!If [HasCertificate, HTTPS, HTTP]", "HTTP"),
        ("!If [HasCertificate, ELBSecurityPolicy", "!If [HasCustomers, ELBSecurityPolicy"),
    ],
)
def test_a_condition_is_no_way_around_it(matches, old, new):
    assert old in CONDITIONAL
    assert len(matches(ListenerTlsRule(), CONDITIONAL.replace(old, new))) == 1
