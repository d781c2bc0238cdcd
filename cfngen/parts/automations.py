"""Starting an automation of Systems Manager: which resources AWS asks about, for whoever starts one."""

from __future__ import annotations

from awacs.aws import Statement

from .statements import allow


def start(sid: str, document: str, region: str = "${AWS::Region}") -> Statement:
    """Allow an automation to be started by its document's name, in any version.

    AWS knows the action by three kinds of resources, and which of them it asks about has changed.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
    """
    arn = f"arn:${{AWS::Partition}}:ssm:{region}:${{AWS::AccountId}}:"
    return allow(
        sid,
        "ssm:StartAutomationExecution",
        f"{arn}document/{document}",
        f"{arn}automation-definition/{document}:*",
        f"{arn}automation-execution/*",
    )
