from __future__ import annotations

import pytest

from cfngen.rules.launch_templates import LaunchTemplatesRule

from .weakening import weakened

GOOD = """\
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        MetadataOptions: {HttpEndpoint: enabled, HttpPutResponseHopLimit: 1}
        Monitoring: {Enabled: true}
        EbsOptimized: true
        IamInstanceProfile: {Arn: !GetAtt Profile.Arn}
        SecurityGroupIds: [!Ref Group]
        BlockDeviceMappings:
          - {DeviceName: /dev/sda1, Ebs: {KmsKeyId: !Ref Key, DeleteOnTermination: true}}
        TagSpecifications: [{ResourceType: instance, Tags: [{Key: Name, Value: web}]}]
"""


def test_a_hardened_template_is_accepted(matches):
    assert matches(LaunchTemplatesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("HttpPutResponseHopLimit: 1", "HttpPutResponseHopLimit: 2", "HttpPutResponseHopLimit must be 1"),
        ("HttpEndpoint: enabled, ", "", "HttpEndpoint must be said"),
        ("Monitoring: {Enabled: true}", "Monitoring: {Enabled: false}", "Monitoring.Enabled must be true"),
        ("EbsOptimized: true", "", "EbsOptimized must be true"),
        ("IamInstanceProfile: {Arn: !GetAtt Profile.Arn}", "", "IamInstanceProfile.Arn must name a profile"),
        ("SecurityGroupIds: [!Ref Group]", "", "SecurityGroupIds must name a group"),
        ("KmsKeyId: !Ref Key, ", "", "Ebs.KmsKeyId must name a KMS key"),
        ("DeleteOnTermination: true", "DeleteOnTermination: false", "DeleteOnTermination must be true"),
        ("EbsOptimized: true", "EbsOptimized: true\n        KeyName: ops", "KeyName must not be given"),
        ("ResourceType: instance, ", "", "TagSpecifications must have ResourceType and Tags"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(LaunchTemplatesRule(), weakened(GOOD, old, new))
    assert message in what
