from __future__ import annotations

import pytest

from cfngen.rules.named_resources import NamedResourcesRule

TEMPLATE = """\
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: NAME
      PolicyDocument: {Statement: [{Effect: EFFECT, Action: [ACTION], Resource: RESOURCE}]}
"""


def template(action, resource='"*"', effect="Allow", name="reader"):
    words = {"ACTION": action, "RESOURCE": resource, "EFFECT": effect, "NAME": name}
    text = TEMPLATE
    for word, value in words.items():
        text = text.replace(word, value)
    return text


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"action": "s3:GetObject", "resource": "!GetAtt Bucket.Arn"}, id="a named resource"),
        pytest.param({"action": "s3:ListAllMyBuckets"}, id="an action without resources"),
        pytest.param({"action": "ec2:TerminateInstances"}, id="a service that names its resources itself"),
        pytest.param({"action": "kms:DescribeKey"}, id="a look"),
        pytest.param({"action": "s3:DeleteObject", "effect": "Deny"}, id="a denial"),
        pytest.param({"action": "s3:*", "name": "people-boundary"}, id="a boundary"),
    ],
)
def test_what_names_its_resource_or_cannot_is_accepted(matches, given):
    assert matches(NamedResourcesRule(), template(**given)) == []


@pytest.mark.parametrize(
    "action",
    ["s3:GetObject", "s3:DeleteObject", "S3:PutObject", "secretsmanager:GetSecretValue", "ssm:GetParameters", "s3:*"],
)
def test_an_action_on_everything_is_found(matches, action):
    ((path, what),) = matches(NamedResourcesRule(), template(action))
    assert path == "Resources.Policy.Properties.PolicyDocument.Statement.0.Action.0"
    assert f"Resource must name what {action} is allowed on" in what


def test_a_resource_policy_speaks_of_its_own_resource(matches):
    text = template("s3:GetObject").replace("Effect: Allow,", "Effect: Allow, Principal: {AWS: '111122223333'},")
    assert matches(NamedResourcesRule(), text) == []
