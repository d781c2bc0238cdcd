from __future__ import annotations

import pytest

from cfngen.rules.federated_trust import FederatedTrustRule

from .weakening import weakened

GOOD = """\
Resources:
  Deploys:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Federated: !Ref Provider}
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:production
                token.actions.githubusercontent.com:ref: refs/heads/main
"""
COGNITO = """\
Resources:
  Patients:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Federated: cognito-identity.amazonaws.com}}]
"""


@pytest.mark.parametrize("template", [GOOD, COGNITO], ids=["claims are named", "Cognito is another rule's"])
def test_a_trust_is_accepted(matches, template):
    assert matches(FederatedTrustRule(), template) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("token.actions.githubusercontent.com:aud: sts.amazonaws.com", "", "the provider's claim aud"),
        ("token.actions.githubusercontent.com:ref: refs/heads/main", "", "the provider's claim ref"),
        (
            "token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:production",
            "",
            "the provider's claim sub",
        ),
        ("repo:${Repository}:", "repo:example/*:", "must name the repository in sub"),
    ],
)
def test_a_claim_that_is_not_asked_for_is_found(matches, old, new, message):
    found = [what for _, what in matches(FederatedTrustRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)
