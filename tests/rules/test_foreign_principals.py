from __future__ import annotations

import pytest

from cfngen.rules.foreign_principals import ForeignPrincipalsRule

from .weakening import weakened

GOOD = """\
Resources:
  Role: {Type: AWS::IAM::Role}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
          - Effect: Allow
            Principal: {AWS: !GetAtt Role.Arn}
            Action: kms:*
            Resource: "*"
          - Effect: Allow
            Principal: {AWS: !Ref Accounts}
            Action: [kms:Decrypt]
            Resource: "*"
            Condition:
              ArnLike: {"aws:PrincipalArn": "arn:aws:iam::*:role/StackSet-*"}
              StringEquals: {"kms:ViaService": secretsmanager.us-east-1.amazonaws.com}
  Policy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties:
      ResourcePolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: "111122223333"}
            Action: secretsmanager:GetSecretValue
            Resource: "*"
            Condition: {StringEquals: {"aws:PrincipalOrgID": o-example}}
"""


def test_named_roles_of_other_accounts_are_accepted(matches):
    assert matches(ForeignPrincipalsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[kms:Decrypt]", "[kms:Decrypt, kms:ScheduleKeyDeletion]", "not kms:ScheduleKeyDeletion"),
        ("secretsmanager:GetSecretValue", "secretsmanager:*", "not secretsmanager:*"),
        ('ArnLike: {"aws:PrincipalArn": "arn:aws:iam::*:role/StackSet-*"}', "", "Condition must say who"),
        ('Condition: {StringEquals: {"aws:PrincipalOrgID": o-example}}', "", "Condition must say who"),
        ('StringEquals: {"kms:ViaService": secretsmanager.us-east-1.amazonaws.com}', "", "kms:ViaService"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(ForeignPrincipalsRule(), weakened(GOOD, old, new))
    assert message in what
