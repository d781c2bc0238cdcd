from __future__ import annotations

import pytest

from cfngen.rules.patch_baselines import PatchBaselinesRule

from .weakening import weakened

GOOD = """\
Resources:
  Windows:
    Type: AWS::SSM::PatchBaseline
    Properties:
      OperatingSystem: WINDOWS
      PatchGroups: [web]
      ApprovalRules:
        PatchRules:
          - ComplianceLevel: CRITICAL
            PatchFilterGroup:
              PatchFilters:
                - {Key: CLASSIFICATION, Values: [CriticalUpdates, SecurityUpdates]}
                - {Key: MSRC_SEVERITY, Values: [Critical, Important, Moderate]}
  Linux:
    Type: AWS::SSM::PatchBaseline
    Properties:
      OperatingSystem: AMAZON_LINUX_2023
      PatchGroups: [app]
      ApprovalRules:
        PatchRules:
          - ComplianceLevel: HIGH
            PatchFilterGroup:
              PatchFilters:
                - {Key: CLASSIFICATION, Values: [Security, Bugfix]}
                - {Key: SEVERITY, Values: [Critical, Important, Medium]}
  Other:
    Type: AWS::SSM::PatchBaseline
    Properties: {OperatingSystem: UBUNTU, PatchGroups: [x], ApprovalRules: {PatchRules: [{ComplianceLevel: HIGH}]}}
"""


def test_a_baseline_of_all_grave_patches_is_accepted(matches):
    assert matches(PatchBaselinesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ComplianceLevel: CRITICAL", "ComplianceLevel: LOW", "ComplianceLevel must be CRITICAL or HIGH"),
        ("PatchGroups: [web]", "", "PatchGroups must name"),
        ("OperatingSystem: AMAZON_LINUX_2023", "OperatingSystem: DEBIAN", "OperatingSystem AMAZON_LINUX_2023"),
        ("CriticalUpdates, ", "", "Key CLASSIFICATION, Values ['CriticalUpdates', 'SecurityUpdates']"),
        ("[Critical, Important, Moderate]", "[Critical]", "Key MSRC_SEVERITY"),
        ("Key: MSRC_SEVERITY", "Key: PRODUCT", "Key MSRC_SEVERITY"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(PatchBaselinesRule(), weakened(GOOD, old, new))
    assert message in what
