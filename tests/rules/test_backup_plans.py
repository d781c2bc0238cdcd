from __future__ import annotations

import pytest

from cfngen.rules.backup_plans import BackupPlansRule

from .weakening import weakened

RULE = """\
            RuleName: NAME
            ScheduleExpression: cron(0 3 * * ? *)
            StartWindowMinutes: 60
            CompletionWindowMinutes: 480
            Lifecycle: {DeleteAfterDays: DAYS}
            CopyActions: !If
              - HasPeer
              - [{DestinationBackupVaultArn: !Ref PeerVault, Lifecycle: {DeleteAfterDays: DAYS}}]
              - !Ref AWS::NoValue
"""
PLAN = "          -\n" + RULE.replace("NAME", "daily").replace("DAYS", "35")
PLAN += "          -\n" + RULE.replace("NAME", "monthly").replace("DAYS", "400")
GOOD = f"""\
Resources:
  Vault:
    Type: AWS::Backup::BackupVault
    Properties:
      LockConfiguration:
        MinRetentionDays: 7
        MaxRetentionDays: 3653
        ChangeableForDays: !If [IsCompliance, 3, !Ref AWS::NoValue]
      AccessPolicy:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: [backup:DeleteRecoveryPoint, backup:UpdateRecoveryPointLifecycle]
            Resource: "*"
          - Effect: Deny
            Principal: {{AWS: "*"}}
            Action: [backup:DeleteBackupVaultAccessPolicy, backup:PutBackupVaultAccessPolicy]
            Resource: "*"
            Condition: {{ArnNotLike: {{"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}}}}
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanRule:
{PLAN}
  Named:
    Type: AWS::Backup::BackupSelection
    Properties: {{BackupSelection: {{Resources: [!GetAtt Bucket.Arn]}}}}
  Tagged:
    Type: AWS::Backup::BackupSelection
    Properties:
      BackupSelection:
        Resources: ["*"]
        Conditions:
          StringEquals:
            - {{ConditionKey: aws:ResourceTag/Backup, ConditionValue: "true"}}
            - {{ConditionKey: aws:ResourceTag/Project, ConditionValue: !Ref Project}}
            - {{ConditionKey: aws:ResourceTag/Environment, ConditionValue: !Ref Environment}}
  Testing:
    Type: AWS::Backup::RestoreTestingPlan
    Properties:
      RecoveryPointSelection: {{IncludeVaults: [x], RecoveryPointTypes: [SNAPSHOT], SelectionWindowDays: 30}}
  Tested: {{Type: AWS::Backup::RestoreTestingSelection, Properties: {{ProtectedResourceArns: [!GetAtt Bucket.Arn]}}}}
"""


def test_backups_that_are_tried_out_are_accepted(matches):
    assert matches(BackupPlansRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("MinRetentionDays: 7", "MinRetentionDays: 1", "MinRetentionDays must be 7 at least"),
        ("MaxRetentionDays: 3653", "", "MaxRetentionDays must be given"),
        ("!If [IsCompliance, 3, !Ref AWS::NoValue]", "!Ref AWS::NoValue", "ChangeableForDays must be given"),
        ("backup:DeleteRecoveryPoint, ", "", "denies backup:DeleteRecoveryPoint to everyone"),
        ("backup:PutBackupVaultAccessPolicy", "backup:StartBackupJob", "denies backup:PutBackupVaultAccessPolicy"),
        ('Principal: "*"', "Principal: {AWS: '111122223333'}", "denies backup:DeleteRecoveryPoint to everyone"),
        ("aws:PrincipalArn", "aws:PrincipalTag/role", "denies backup:DeleteBackupVaultAccessPolicy"),
        ("ScheduleExpression: cron(0 3 * * ? *)", "", "ScheduleExpression must say when"),
        ("StartWindowMinutes: 60", "", "StartWindowMinutes must say"),
        ("CompletionWindowMinutes: 480", "", "CompletionWindowMinutes must say"),
        ("Lifecycle: {DeleteAfterDays: 35}\n", "Lifecycle: {DeleteAfterDays: 3}\n", "DeleteAfterDays must be 7"),
        ("DestinationBackupVaultArn: !Ref PeerVault, ", "", "must have CopyActions with a DestinationBackupVaultArn"),
        (
            "Lifecycle: {DeleteAfterDays: 35}}]",
            "Lifecycle: {DeleteAfterDays: 7}}]",
            "CopyActions must have the Lifecycle",
        ),
        ("Resources: [!GetAtt Bucket.Arn]", 'Resources: ["*"]', "must select by ARN (Resources)"),
        ("aws:ResourceTag/Project", "aws:ResourceTag/Owner", "ConditionKey aws:ResourceTag/Project"),
        ("IncludeVaults: [x], ", "", "IncludeVaults must name a vault"),
        ("RecoveryPointTypes: [SNAPSHOT], ", "", "RecoveryPointTypes must say"),
        ("ProtectedResourceArns: [!GetAtt Bucket.Arn]", "ProtectedResourceArns: [x]", "must agree"),
    ],
)
def test_a_gap_is_found(matches, old, new, message):
    found = [what for _, what in matches(BackupPlansRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)


def test_one_rule_is_not_enough(matches):
    monthly = GOOD[GOOD.index("          -\n" + RULE.replace("NAME", "monthly")[:30]) : GOOD.index("  Named:")]
    ((_, what),) = matches(BackupPlansRule(), weakened(GOOD, monthly, ""))
    assert "must have a daily and a monthly rule" in what
