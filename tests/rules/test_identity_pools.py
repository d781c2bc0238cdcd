from __future__ import annotations

import pytest

from cfngen.rules.identity_pools import IdentityPoolsRule

from .weakening import weakened

GOOD = """\
Resources:
  Pool:
    Type: AWS::Cognito::IdentityPool
    Properties:
      AllowUnauthenticatedIdentities: false
      AllowClassicFlow: false
      CognitoIdentityProviders:
        - {ProviderName: !GetAtt Doctors.ProviderName, ClientId: !Ref Client, ServerSideTokenCheck: true}
  Client: {Type: AWS::Cognito::UserPoolClient}
  Roles:
    Type: AWS::Cognito::IdentityPoolRoleAttachment
    Properties:
      IdentityPoolId: !Ref Pool
      Roles: {authenticated: !GetAtt Doctor.Arn}
      RoleMappings:
        Doctors:
          IdentityProvider: !Sub "${Doctors.ProviderName}:${Client}"
          Type: Rules
          AmbiguousRoleResolution: Deny
          RulesConfiguration:
            Rules: [{Claim: aud, MatchType: Equals, Value: !Ref Client, RoleARN: !GetAtt Doctor.Arn}]
  Doctor:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Federated: cognito-identity.amazonaws.com}
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals: {"cognito-identity.amazonaws.com:aud": !Ref Pool}
              ForAnyValue:StringLike: {"cognito-identity.amazonaws.com:amr": authenticated}
"""


def test_a_pool_for_signed_in_people_is_accepted(matches):
    assert matches(IdentityPoolsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("AllowUnauthenticatedIdentities: false", "AllowUnauthenticatedIdentities: true", "must be false"),
        ("AllowClassicFlow: false", "", "AllowClassicFlow must be false"),
        ("ServerSideTokenCheck: true", "ServerSideTokenCheck: false", "ServerSideTokenCheck must be true"),
        ("IdentityPoolId: !Ref Pool", "IdentityPoolId: other", "an IdentityPoolRoleAttachment"),
        ("  Client: {", "  Other: {Type: AWS::Cognito::UserPoolClient}\n  Third: {", "all 2 user pools' clients"),
        ("AmbiguousRoleResolution: Deny", "AmbiguousRoleResolution: AuthenticatedRole", "must be Deny"),
        ("Type: Rules", "Type: Token", "must have Type Rules and an IdentityProvider"),
        ("MatchType: Equals", "MatchType: Contains", "must match Claim aud by MatchType Equals"),
        ("Value: !Ref Client, ", "", "must match Claim aud"),
        ('"cognito-identity.amazonaws.com:aud": !Ref Pool', "", "(cognito-identity.amazonaws.com:aud)"),
        ('"cognito-identity.amazonaws.com:amr": authenticated', "", "(cognito-identity.amazonaws.com:amr)"),
        ("Roles: {authenticated: !GetAtt Doctor.Arn}", "Roles: {}", "Roles.authenticated must name"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = [what for _, what in matches(IdentityPoolsRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)
