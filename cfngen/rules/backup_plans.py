"""E9148: backups are made, copied, locked and tried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import condition_keys, grants, listed, principals, statements
from cfngen.rules._settings import Setting, at_least, given, items, unmet

VAULT, PLAN, SELECTION = "AWS::Backup::BackupVault", "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection"
TESTING, TESTED = "AWS::Backup::RestoreTestingPlan", "AWS::Backup::RestoreTestingSelection"
RULES = "BackupPlan.BackupPlanRule"
TAGS = "BackupSelection.Conditions.StringEquals"

FOREVER = ("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle")
POLICY = ("backup:DeleteBackupVaultAccessPolicy", "backup:PutBackupVaultAccessPolicy")

TABLE = (
    Setting(VAULT, "LockConfiguration.MinRetentionDays", at_least(7), "must be 7 at least"),
    Setting(VAULT, "LockConfiguration.MaxRetentionDays", given, "must be given"),
    Setting(VAULT, "AccessPolicy", given, "must deny the deletion of recovery points"),
    Setting(PLAN, RULES, given, "must have a rule"),
    Setting(PLAN, f"{RULES}.*.ScheduleExpression", given, "must say when"),
    Setting(PLAN, f"{RULES}.*.StartWindowMinutes", given, "must say within which time it starts"),
    Setting(PLAN, f"{RULES}.*.CompletionWindowMinutes", given, "must say within which time it ends"),
    Setting(PLAN, f"{RULES}.*.Lifecycle.DeleteAfterDays", at_least(7), "must be 7 at least", by_default=True),
    Setting(SELECTION, "BackupSelection.Resources", given, "must name what is backed up"),
    Setting(TESTING, "RecoveryPointSelection.IncludeVaults", given, "must name a vault"),
    Setting(TESTING, "RecoveryPointSelection.RecoveryPointTypes", given, "must say which kind"),
    Setting(TESTING, "RecoveryPointSelection.SelectionWindowDays", given, "must say how far back"),
    Setting(TESTED, "ProtectedResourceArns", given, "must name what is restored"),
)


class BackupPlansRule(CloudFormationLintRule):  # type: ignore[misc]
    """A backup that was never restored is a hope."""

    id = "E9148"
    shortdesc = "Backups are scheduled, copied, kept, locked and tried out"
    description = (
        "Each plan has daily and monthly rules with a lifecycle and, where a peer region is, copies; selections by ARN "
        "and by tags of this environment; the vault is locked and denies deletion to everyone; restores are tested "
        "for each kind of resource that is selected by ARN."
    )
    source_url = "https://docs.aws.amazon.com/aws-backup/latest/devguide/security-considerations.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each gap between data and their restore."""
        yield from unmet(cfn, TABLE)
        yield from _copies(cfn)
        yield from _selections(cfn)
        yield from _tests(cfn)
        for name, _ in _values.resources(cfn, VAULT):
            yield from _protected(cfn, name)
        for name, leaf in _values.properties(cfn, ("LockConfiguration",), VAULT):
            found = _values.values_at(cfn, leaf.value, ("ChangeableForDays",), leaf.path)
            if not any(given(each.value) for each in found):
                what = "LockConfiguration.ChangeableForDays must be given, at least where compliance mode is chosen"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _copies(cfn: Template) -> Iterator[RuleMatch]:
    for name, leaf, rules in items(cfn, PLAN, RULES):
        if len(rules) < len(("daily", "monthly")):
            yield RuleMatch(leaf.path, f"{name}: {RULES} must have a daily and a monthly rule")
        for rule in rules:
            called = _values.mapping(rule).get("RuleName")
            found = list(_values.values_at(cfn, rule, ("CopyActions", "*", "DestinationBackupVaultArn"), leaf.path))
            if not any(given(each.value) for each in found):
                what = f"{RULES} {called} must have CopyActions with a DestinationBackupVaultArn"
                yield RuleMatch(leaf.path, f"{name}: {what}")
            keys = ("CopyActions", "*", "Lifecycle", "DeleteAfterDays")
            kept = {str(each.value) for each in _values.values_at(cfn, rule, keys) if given(each.value)}
            own = {str(each.value) for each in _values.values_at(cfn, rule, ("Lifecycle", "DeleteAfterDays"))}
            if kept != own:
                what = f"{RULES} {called}: CopyActions must have the Lifecycle (DeleteAfterDays) of the rule"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _selections(cfn: Template) -> Iterator[RuleMatch]:
    by_arn, by_tag = set(), set()
    for name, leaf in _values.properties(cfn, ("BackupSelection",), SELECTION):
        selected = _values.mapping(leaf.value)
        resources = _values.as_list(selected.get("Resources"))
        if resources == ["*"]:
            by_tag.add(name)
            yield from _tags(name, leaf.path, selected)
        else:
            by_arn.add(name)
    for name, _ in _values.resources(cfn, PLAN):
        for found, how in ((by_arn, "ARN (Resources)"), (by_tag, "tag (Conditions)")):
            if not found:
                yield RuleMatch(["Resources", name], f"{name}: a BackupSelection ({SELECTION}) must select by {how}")


def _tags(name: str, path: list[str | int], selected: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """Every resource, but of this environment and to be backed up."""
    conditions = _values.as_list(_values.mapping(selected.get("Conditions")).get("StringEquals"))
    found = {str(each.get("ConditionKey")) for each in map(_values.mapping, conditions) if each.get("ConditionValue")}
    for tag in ("Backup", "Project", "Environment"):
        if f"aws:ResourceTag/{tag}" not in found:
            what = f"{TAGS} must have ConditionKey aws:ResourceTag/{tag} with a ConditionValue"
            yield RuleMatch(path, f"{name}: {what}")


def _tests(cfn: Template) -> Iterator[RuleMatch]:
    """What is selected by ARN is restored by a test: as many selections as resources."""
    selected = {
        str(item)
        for _, leaf, resources in items(cfn, SELECTION, "BackupSelection.Resources")
        for item in resources
        if item != "*"
    }
    tested = {str(item) for _, leaf, resources in items(cfn, TESTED, "ProtectedResourceArns") for item in resources}
    for name, _ in _values.resources(cfn, TESTING):
        if selected != tested:
            what = (
                f"BackupSelection.Resources and a RestoreTestingSelection ({TESTED}, ProtectedResourceArns) must agree"
            )
            yield RuleMatch(["Resources", name], f"{name}: {what}")


def _protected(cfn: Template, vault: str) -> Iterator[RuleMatch]:
    denied = [
        (statement, [str(leaf.value) for leaf in listed(cfn, statement, "Action")])
        for statement in statements(cfn)
        if statement.resource == vault and not statement.allows and _is_everyone(cfn, statement)
    ]
    for action in (*FOREVER, *POLICY):
        holding = [
            statement
            for statement, actions in denied
            if any(grants(each, action) for each in actions)
            and (
                not condition_keys(statement)
                or (action in POLICY and condition_keys(statement) == {"aws:principalarn"})
            )
        ]
        if not holding:
            what = f"AccessPolicy must have a Statement that denies {action} to everyone"
            yield RuleMatch(["Resources", vault], f"{vault}: {what}")


def _is_everyone(cfn: Template, statement: Any) -> bool:
    return all(leaf.value == "*" for leaf in principals(cfn, statement))
