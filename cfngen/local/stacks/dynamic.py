"""Dynamic references: `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}`, looked up when a resource is made.

CloudFormation compares them as written: a new version of a secret alone changes no resource.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .parameters import SsmParameter
from .refusal import invalid

MARK = "{{resolve:"
_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^}]+)\}\}")

FindParameter = Callable[[str], SsmParameter | None]
"""Returns the SSM parameter of a name, or `name:version`."""
FindSecret = Callable[[str, str, str], str | None]
"""Returns a secret's text by id, version stage and version id; the last two may be ''."""


def substitute(value: Any, parameter: FindParameter, secret: FindSecret) -> Any:
    """Return a value with its dynamic references looked up; raises `ValidationError` for what is not there."""
    if isinstance(value, str):
        if MARK not in value:
            return value
        return _REFERENCE.sub(lambda match: _look_up(match[1], match[2], parameter, secret), value)
    if isinstance(value, dict):
        return {key: substitute(item, parameter, secret) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, parameter, secret) for item in value]
    return value


def _look_up(service: str, rest: str, parameter: FindParameter, secret: FindSecret) -> str:
    if service in ("ssm", "ssm-secure"):
        found = parameter(rest)
        if found is None or (found.type == "SecureString") != (service == "ssm-secure"):
            raise invalid(f"Parameters: [{service}:{rest}] cannot be found.")
        return found.value
    if service == "secretsmanager":
        return _from_secret(rest, secret)
    raise invalid(f"Template error: {service} is no service of dynamic references")


def _from_secret(rest: str, secret: FindSecret) -> str:
    """Read `secret-id:SecretString:json-key:version-stage:version-id`; the id may be an ARN, which has seven parts."""
    parts = rest.split(":")
    length = 7 if parts[0] == "arn" else 1
    name, options = ":".join(parts[:length]), [*parts[length:], "", "", "", ""]
    kind, key, stage, version = options[:4]
    text = secret(name, stage, version) if kind in ("", "SecretString") else None
    if text is None:
        raise invalid(f"Secrets Manager can't find the specified secret. ({name})")
    if not key:
        return text
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError) as error:
        raise invalid(f"Could not find a value associated with JSONKey in SecretString ({name}, {key})") from error
