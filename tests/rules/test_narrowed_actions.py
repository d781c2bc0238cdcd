from __future__ import annotations

import pytest

from cfngen.rules.narrowed_actions import NarrowedActionsRule

TEMPLATE = """\
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: NAME
      PolicyDocument:
        Statement: [{Effect: Allow, Action: [ACTION], Resource: RESOURCE, Condition: CONDITION}]
"""


def template(action, resource='"*"', condition="{}", name="ops"):
    words = {"ACTION": action, "RESOURCE": resource, "CONDITION": condition, "NAME": name}
    text = TEMPLATE
    for word, value in words.items():
        text = text.replace(word, value)
    return text


ROWS = [
    ("iam:PassRole", '{StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}'),
    ("kms:Decrypt", '{StringEquals: {"kms:ViaService": s3.us-east-1.amazonaws.com}}'),
    ("kms:CreateGrant", '{Bool: {"kms:GrantIsForAWSResource": true}}'),
    ("iam:CreateServiceLinkedRole", '{StringEquals: {"iam:AWSServiceName": autoscaling.amazonaws.com}}'),
    ("cloudwatch:PutMetricData", '{StringEquals: {"cloudwatch:namespace": App}}'),
    ("sts:AssumeRole", '{StringEquals: {"aws:ResourceAccount": "111122223333"}}'),
    ("ssm:SendCommand", '{StringEquals: {"ssm:resourceTag/Environment": prod}}'),
]


@pytest.mark.parametrize(("action", "condition"), ROWS)
def test_a_powerful_action_with_its_condition_is_accepted(matches, action, condition):
    assert matches(NarrowedActionsRule(), template(action, condition=condition)) == []


@pytest.mark.parametrize("action", [action for action, _ in ROWS])
@pytest.mark.parametrize("condition", ["{}", '{Bool: {"aws:MultiFactorAuthPresent": true}}'])
def test_one_without_it_is_found(matches, action, condition):
    ((path, what),) = matches(NarrowedActionsRule(), template(action, condition=condition))
    assert path == "Resources.Policy.Properties.PolicyDocument.Statement.0"
    assert "Condition must limit" in what


def test_a_session_is_of_tagged_instances_and_of_a_document_that_is_allowed(matches):
    tagged, checked = '"aws:ResourceTag/Environment": prod', '"ssm:SessionDocumentAccessCheck": true'
    both = f"{{StringEquals: {{{tagged}}}, BoolIfExists: {{{checked}}}}}"
    assert matches(NarrowedActionsRule(), template("ssm:StartSession", condition=both)) == []
    ((_, what),) = matches(NarrowedActionsRule(), template("ssm:StartSession", condition=f"{{Bool: {{{checked}}}}}"))
    assert "tags of the instances" in what
    alone = f"{{StringEquals: {{{tagged}}}}}"
    ((_, what),) = matches(NarrowedActionsRule(), template("ssm:StartSession", condition=alone))
    assert "the documents that it is allowed (ssm:sessiondocumentaccesscheck)" in what


@pytest.mark.parametrize("action", ["iam:*", "kms:*"])
def test_a_wildcard_holds_the_action_too(matches, action):
    assert matches(NarrowedActionsRule(), template(action))


def test_a_named_key_needs_no_condition_but_a_named_role_to_pass_does(matches):
    assert matches(NarrowedActionsRule(), template("kms:Decrypt", "!GetAtt Key.Arn")) == []
    assert matches(NarrowedActionsRule(), template("iam:PassRole", "!GetAtt Role.Arn"))


def test_whom_administrators_make_has_the_boundary(matches):
    delegated = '!Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/delegated/*"'
    within = '{StringEquals: {"iam:PermissionsBoundary": !Ref Boundary}}'
    assert matches(NarrowedActionsRule(), template("iam:CreateRole", delegated, within)) == []
    assert matches(NarrowedActionsRule(), template("iam:CreateRole", delegated))


def test_a_boundary_gives_nothing(matches):
    assert matches(NarrowedActionsRule(), template("iam:*", name="people-boundary")) == []


def test_grants_by_a_key_policy_are_for_services_of_aws(matches):
    key = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: x}, Action: kms:CreateGrant, Condition: CONDITION}]}
"""
    assert matches(NarrowedActionsRule(), key.replace("CONDITION", '{Bool: {"kms:GrantIsForAWSResource": true}}')) == []
    ((_, what),) = matches(NarrowedActionsRule(), key.replace("CONDITION", "{}"))
    assert "Condition must limit kms:CreateGrant to AWS's resources" in what
