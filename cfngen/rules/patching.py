"""E9172: fleets are patched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

LONGEST_DAYS = 7
SECURITY = {"Security", "SecurityUpdates"}
SEVERE = {"Critical"}


class PatchingRule(CloudFormationLintRule):  # type: ignore[misc]
    """A baseline that approves nothing, or a window without tasks, leaves every machine compliant and unpatched."""

    id = "E9172"
    shortdesc = "Security patches are approved within a week, looked for, and installed in a window"
    description = (
        "Each baseline belongs to a patch group and approves critical security patches within seven days; where there "
        "are baselines, associations scan and update the agent, each window has a task, and so has each fleet that "
        "releases go to."
    )
    source_url = "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html"
    tags: ClassVar[list[str]] = ["cfngen", "compute"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each gap between a patch and the machines."""
        baselines = list(_values.resources(cfn, "AWS::SSM::PatchBaseline"))
        for name, resource in baselines:
            yield from _baseline(name, _values.mapping(resource.get("Properties")))
        if baselines and not any(_scans(resource) for _, resource in _values.resources(cfn, "AWS::SSM::Association")):
            yield RuleMatch(["Resources", baselines[0][0]], "an association must run AWS-RunPatchBaseline to scan")
        yield from _windows(cfn, wanted=bool(baselines))
        yield from _agents(cfn, wanted=bool(baselines))
        yield from _fleets(cfn)


def _baseline(name: str, given: Mapping[str, Any]) -> Iterator[RuleMatch]:
    path = ["Resources", name]
    if not _values.as_list(given.get("PatchGroups")):
        yield RuleMatch(path, f"{name}: PatchGroups must name the fleets")
    rules = _values.as_list(_values.mapping(given.get("ApprovalRules")).get("PatchRules"))
    if not any(_is_prompt(_values.mapping(rule)) for rule in rules):
        what = f"must approve critical security patches within {LONGEST_DAYS} days"
        yield RuleMatch(path, f"{name}: ApprovalRules {what}")


def _is_prompt(rule: Mapping[str, Any]) -> bool:
    days = _values.number(rule.get("ApproveAfterDays"))
    filters = [
        _values.mapping(each)
        for each in _values.as_list(_values.mapping(rule.get("PatchFilterGroup")).get("PatchFilters"))
    ]
    chosen = {str(each.get("Key")): set(_values.as_list(each.get("Values"))) for each in filters}
    severities = [values for key, values in chosen.items() if key.endswith("SEVERITY")]
    return (
        days is not None
        and days <= LONGEST_DAYS
        and bool(chosen.get("CLASSIFICATION", SECURITY) & SECURITY)
        and all(values >= SEVERE for values in severities)
    )


def _scans(association: Mapping[str, Any]) -> bool:
    given = _values.mapping(association.get("Properties"))
    return given.get("Name") == "AWS-RunPatchBaseline" and bool(given.get("ScheduleExpression"))


def _windows(cfn: Template, *, wanted: bool) -> Iterator[RuleMatch]:
    tasks = {
        _values.ref(leaf.value) for _, leaf in _values.properties(cfn, ("WindowId",), "AWS::SSM::MaintenanceWindowTask")
    }
    windows = [name for name, _ in _values.resources(cfn, "AWS::SSM::MaintenanceWindow")]
    for name in windows:
        if name not in tasks:
            yield RuleMatch(["Resources", name], f"{name}: a task must use this window")
    if wanted and not windows:
        yield RuleMatch(["Resources"], "a maintenance window must install what the baselines approve")


def _agents(cfn: Template, *, wanted: bool) -> Iterator[RuleMatch]:
    """Want the agent that looks for patches and opens sessions to be kept current itself."""
    names = [leaf.value for _, leaf in _values.properties(cfn, ("Name",), "AWS::SSM::Association")]
    if wanted and "AWS-UpdateSSMAgent" not in names:
        yield RuleMatch(["Resources"], "an association must run AWS-UpdateSSMAgent: an old agent has holes of its own")


def _fleets(cfn: Template) -> Iterator[RuleMatch]:
    """Want a task of a window for each fleet that releases go to."""
    tasks = str([resource for _, resource in _values.resources(cfn, "AWS::SSM::MaintenanceWindowTask")])
    groups = _values.properties(cfn, ("AutoScalingGroups", "*"), "AWS::CodeDeploy::DeploymentGroup")
    for name, leaf in groups if tasks != "[]" else ():
        fleet = _values.owner(leaf.value) or str(leaf.value)
        if leaf.value is not ABSENT and f"'{fleet}'" not in tasks:
            what = f"a maintenance window task (AWS::SSM::MaintenanceWindowTask) must patch {fleet} too"
            yield RuleMatch(leaf.path, f"{name}: {what}")
