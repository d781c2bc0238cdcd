"""What a resource says about itself: why it is as it is, and which judges' findings it answers."""

from __future__ import annotations

from typing import Any, Literal

from troposphere import AWSObject

CONTEXT = "com.aws.cloudformation.Context"
"""Key of CloudFormation's own context metadata.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-metadata.html
"""

Mutable = Literal["must-never-change", "change-with-constraints", "review-required", "free-to-tune"]


def context(why: str, *, must: tuple[str, ...] = (), mutable: Mutable | None = None) -> dict[str, Any]:
    """Return metadata that says why a resource is as it is, what must hold, and how safely it changes.

    Whatever holds data is `must-never-change`: a plan refuses to replace or delete it unasked.
    """
    block: dict[str, Any] = {"why": why}
    if must:
        block["must"] = list(must)
    if mutable:
        block["mutable"] = mutable
    return {CONTEXT: block}


def suppress(
    resource: AWSObject,
    reason: str,
    *,
    checkov: tuple[str, ...] = (),
    nag: tuple[str, ...] = (),
    lint: tuple[str, ...] = (),
) -> None:
    """Record in the resource's metadata why a finding of a judge is accepted; `reason` is for an auditor.

    `lint` are rules of cfn-lint and of our own.
    """
    metadata = dict(resource.resource.get("Metadata", {}))
    skips = [{"id": rule, "comment": reason} for rule in checkov]
    rules = [{"id": rule, "reason": reason} for rule in nag]
    if skips:
        metadata["checkov"] = {"skip": [*metadata.get("checkov", {}).get("skip", []), *skips]}
    if rules:
        earlier = metadata.get("cdk_nag", {}).get("rules_to_suppress", [])
        metadata["cdk_nag"] = {"rules_to_suppress": [*earlier, *rules]}
    if lint:
        known = metadata.get("cfn-lint", {"config": {"ignore_checks": []}, "reasons": {}})
        ignored = [*known["config"]["ignore_checks"], *lint]
        reasons = {**known["reasons"], **dict.fromkeys(lint, reason)}
        metadata["cfn-lint"] = {"config": {"ignore_checks": ignored}, "reasons": reasons}
    resource.resource["Metadata"] = metadata
