"""What a person must acknowledge before a template may make it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (Capabilities)
"""

from __future__ import annotations

from collections.abc import Collection

from ..query import ApiError
from .template import Template

_NAMES = {
    "AWS::IAM::AccessKey": (),
    "AWS::IAM::Group": ("GroupName",),
    "AWS::IAM::InstanceProfile": ("InstanceProfileName",),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName",),
    "AWS::IAM::Policy": (),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::IAM::User": ("UserName",),
    "AWS::IAM::UserToGroupAddition": (),
}
"""The types that need an acknowledgement, and the properties that make it one of a name."""

_IAM, _NAMED = "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"


def needed(template: Template) -> tuple[str, tuple[str, ...]]:
    """Return the capability that a template needs, '' if none, and the resource types that need it."""
    concerned = [entry for entry in template.resources.values() if entry["Type"] in _NAMES]
    types = tuple(sorted({entry["Type"] for entry in concerned}))
    named = any(name in (entry.get("Properties") or {}) for entry in concerned for name in _NAMES[entry["Type"]])
    return (_NAMED if named else _IAM if types else ""), types


def check_capabilities(template: Template, given: Collection[str]) -> None:
    """Raise AWS's `InsufficientCapabilitiesException` where an acknowledgement is missing."""
    capability, _ = needed(template)
    enough = {_IAM: {_IAM, _NAMED}, _NAMED: {_NAMED}}
    if capability and not enough[capability].intersection(given):
        raise ApiError("InsufficientCapabilitiesException", f"Requires capabilities : [{capability}]")
