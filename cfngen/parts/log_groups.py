"""Log groups as all of ours are: encrypted, kept for as long as is set, and staying when their stack goes."""

from __future__ import annotations

from typing import Any

from troposphere import AWSHelperFn, Template, logs

from ..layer import setting
from .metadata import context
from .retention import LOG_RETENTION_DAYS


def log_group(
    template: Template,
    title: str,
    key: AWSHelperFn,
    why: str,
    *,
    must: tuple[str, ...] = (),
    name: AWSHelperFn | None = None,
    **more: Any,
) -> logs.LogGroup:
    """Add a log group; `key` is a key's ARN, `name` its fixed name, `more` are tags and attributes."""
    named = {"LogGroupName": name} if name else {}
    return template.add_resource(
        logs.LogGroup(
            title,
            **named,
            KmsKeyId=key,
            RetentionInDays=setting(template, LOG_RETENTION_DAYS),
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(why, must=must, mutable="must-never-change"),
            **more,
        )
    )
