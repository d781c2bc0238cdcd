"""E9173: a release that fails is taken back, and nobody is sent to an instance while it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

EVENTS = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}


class ReleaseSafetyRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without an alarm, a release that answers every request with an error is a success."""

    id = "E9173"
    shortdesc = "A deployment group rolls back on failure and alarm, behind its balancer"
    description = (
        "AutoRollbackConfiguration is enabled for failures and alarms, AlarmConfiguration names an alarm and is "
        "enabled, and traffic is controlled."
    )
    source_url = "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each thing that a deployment group leaves to luck."""
        for name, resource in _values.resources(cfn, "AWS::CodeDeploy::DeploymentGroup"):
            given = _values.mapping(resource.get("Properties"))
            path = ["Resources", name, "Properties"] if given else ["Resources", name]
            for what in _problems(given):
                yield RuleMatch(path, f"{name}: {what}")


def _problems(given: Any) -> Iterator[str]:
    alarms = _values.mapping(given.get("AlarmConfiguration"))
    if not (_values.is_true(alarms.get("Enabled")) and _values.as_list(alarms.get("Alarms"))):
        yield "AlarmConfiguration must be Enabled and name Alarms"
    if _values.is_true(alarms.get("IgnorePollAlarmFailure")):
        yield "AlarmConfiguration must not have IgnorePollAlarmFailure"
    rollback = _values.mapping(given.get("AutoRollbackConfiguration"))
    events = {str(event) for event in _values.as_list(rollback.get("Events"))}
    if not (_values.is_true(rollback.get("Enabled")) and events >= EVENTS):
        yield f"AutoRollbackConfiguration must be Enabled for {' and '.join(sorted(EVENTS))}"
    style = _values.mapping(given.get("DeploymentStyle"))
    if style.get("DeploymentOption") != "WITH_TRAFFIC_CONTROL" or not given.get("LoadBalancerInfo"):
        yield "DeploymentStyle must be WITH_TRAFFIC_CONTROL, with LoadBalancerInfo"
