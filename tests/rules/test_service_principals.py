from __future__ import annotations

import pytest

from cfngen.rules.service_principals import ServicePrincipalsRule

from .weakening import weakened

BUCKET = """\
Resources:
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub "${Bucket.Arn}/AWSLogs/*"
            Condition:
              StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}
              ArnLike: {"aws:SourceArn": !Sub "arn:aws:cloudtrail:*:*:trail/*"}
          - Effect: Allow
            Principal: {Service: logdelivery.elasticloadbalancing.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub "${Bucket.Arn}/AWSLogs/${AWS::AccountId}/*"
          - Effect: Allow
            Principal: {Service: config.amazonaws.com}
            Action: s3:PutObject
            Resource: "*"
            Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}
"""
OTHERS = """\
Resources:
  Instance:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}}]}}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {Service: !Sub "logs.${AWS::Region}.amazonaws.com"}
            Action: kms:Decrypt
            Resource: "*"
            Condition: {ArnLike: {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:*"}}
"""
WRITTEN = """\
Resources:
  Policy:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: route53
      PolicyDocument: !Sub >-
        {"Statement": [{"Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"},
        "Action": "logs:PutLogEvents", "Resource": "*", "Condition":
        {"ArnLike": {"aws:SourceArn": "arn:${AWS::Partition}:route53:::hostedzone/*"},
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}}]}
"""


@pytest.mark.parametrize("template", [BUCKET, OTHERS, WRITTEN])
def test_a_service_that_acts_for_this_account_is_accepted(matches, template):
    assert matches(ServicePrincipalsRule(), template) == []


@pytest.mark.parametrize(
    ("good", "old", "new", "service"),
    [
        (BUCKET, 'StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}\n', "\n", "cloudtrail"),
        (BUCKET, 'ArnLike: {"aws:SourceArn": !Sub "arn:aws:cloudtrail:*:*:trail/*"}', "", "cloudtrail"),
        (BUCKET, "/AWSLogs/${AWS::AccountId}/*", "/AWSLogs/*", "logdelivery.elasticloadbalancing"),
        (BUCKET, 'Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}', "", "config"),
        (OTHERS, "ec2.amazonaws.com", "monitoring.rds.amazonaws.com", "monitoring.rds"),
        (OTHERS, "kms:EncryptionContext:aws:logs:arn", "aws:PrincipalTag/x", "logs."),
        (WRITTEN, "aws:SourceAccount", "aws:RequestedRegion", "route53"),
    ],
)
def test_a_service_that_anyone_may_send_is_found(matches, good, old, new, service):
    ((_, what),) = matches(ServicePrincipalsRule(), weakened(good, old, new))
    assert f"Condition must bind {service}" in what
