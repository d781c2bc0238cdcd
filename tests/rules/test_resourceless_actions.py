from __future__ import annotations

import pytest

from cfngen.rules.resourceless_actions import ResourcelessActionsRule

TEMPLATE = """\
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: EFFECT, Action: [ACTION, "s3:GetObject"], Resource: RESOURCE}
"""
STACK = '!Sub "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/one/*"'


def template(action, resource, effect="Allow"):
    return TEMPLATE.replace("EFFECT", effect).replace("ACTION", f'"{action}"').replace("RESOURCE", resource)


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:ListStacks",
        "CloudFormation:createstackset",
        "cloudfront:CreateDistribution",
        "ssm:DescribeParam*",
    ],
)
def test_an_action_of_no_resource_is_allowed_on_all_alone(matches, action):
    ((path, what),) = matches(ResourcelessActionsRule(), template(action, STACK))
    assert path == "Resources.Policy.Properties.PolicyDocument.Statement.0.Action.0"
    assert f"AWS asks for {action} on no resource" in what
    assert matches(ResourcelessActionsRule(), template(action, '"*"')) == []
    assert matches(ResourcelessActionsRule(), template(action, f'[{STACK}, "*"]')) == []


@pytest.mark.parametrize("action", ["cloudformation:DescribeStacks", "s3:List*", "none:Such", "cloudformation:Nothing"])
def test_one_of_some_resource_or_that_nobody_knows_may_have_an_arn(matches, action):
    assert matches(ResourcelessActionsRule(), template(action, STACK)) == []


def test_a_denial_gives_nothing_that_could_be_missed(matches):
    assert matches(ResourcelessActionsRule(), template("cloudformation:ListStacks", STACK, "Deny")) == []
