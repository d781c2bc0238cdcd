"""Session Manager: people's shells on instances, encrypted and recorded. There is no RDP and no SSH."""

from __future__ import annotations

from typing import Any

from awacs.aws import Statement
from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, logs, ssm

from .log_groups import log_group
from .metadata import context
from .statements import ANYTHING, allow
from .tags import name_tag

IDLE_MINUTES, LONGEST_MINUTES = 20, 60

PREFERENCES = "SSM-SessionManagerRunShell"
"""The document of sessions that name none; one per region, and it exists once anybody has saved preferences.

https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html
"""


def session_logs(template: Template, key: AWSHelperFn) -> logs.LogGroup:
    """Add the log group that records every session."""
    return log_group(
        template,
        "SessionLogs",
        key,
        "Who typed what on which instance, and what it answered: evidence, and maybe patient data.",
        must=("Encrypted with the region's logs key.",),
        Tags=name_tag(template, "sessions"),
    )


def session_documents(template: Template, group: logs.LogGroup, key: AWSHelperFn, preferences: str) -> None:
    """Add the document of recorded sessions and, where the condition `preferences` holds, make it the default."""
    content = _content(group, key)
    _document(template, "SessionDocument", Sub("${Project}-${Environment}-session"), content)
    default = _document(template, "DefaultSessionDocument", PREFERENCES, content)
    default.resource["Condition"] = preferences


def session_statements(group: logs.LogGroup, key: AWSHelperFn) -> list[Statement]:
    """Return what an instance needs to record its sessions.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    """
    return [
        allow("RecordsSessions", "logs:CreateLogStream DescribeLogStreams PutLogEvents", GetAtt(group, "Arn")),
        allow("FindsLogs", "logs:DescribeLogGroups", ANYTHING),
        allow("DecryptsSessionsAndReleases", "kms:Decrypt", key),
    ]


def _document(template: Template, title: str, name: AWSHelperFn | str, content: dict[str, Any]) -> ssm.Document:
    return template.add_resource(
        ssm.Document(
            title,
            Name=name,
            DocumentType="Session",
            DocumentFormat="JSON",
            UpdateMethod="NewVersion",
            Content=content,
            Tags=name_tag(template, "session"),
            Metadata=context(
                "The only way in for people: no port, no key pair, no password.",
                must=("Streams to an encrypted log group.", "Encrypted with a key of ours."),
                mutable="review-required",
            ),
        )
    )


def _content(group: logs.LogGroup, key: AWSHelperFn) -> dict[str, Any]:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html."""
    return {
        "schemaVersion": "1.0",
        "description": "A shell on an instance, encrypted and recorded.",
        "sessionType": "Standard_Stream",
        "inputs": {
            "cloudWatchLogGroupName": Ref(group),
            "cloudWatchEncryptionEnabled": True,
            "cloudWatchStreamingEnabled": True,
            "kmsKeyId": key,
            "idleSessionTimeout": str(IDLE_MINUTES),
            "maxSessionDuration": str(LONGEST_MINUTES),
            "runAsEnabled": False,
        },
    }
