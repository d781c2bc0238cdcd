"""Policies of IAM that are resources of their own: managed ones, and inline ones for roles, groups and users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import Properties, attributes, forgiving, gone, named, send, text
from .handler import Handler, Made, Request

_MOST_VERSIONS = 5
"""Versions of a managed policy that AWS keeps at most."""


def _attach(r: Request, arn: str) -> None:
    """Attach a managed policy to the identities that the properties name, and detach it from those it leaves."""
    iam = r.clients("iam")
    calls = {
        "Roles": ("RoleName", iam.attach_role_policy, iam.detach_role_policy),
        "Users": ("UserName", iam.attach_user_policy, iam.detach_user_policy),
        "Groups": ("GroupName", iam.attach_group_policy, iam.detach_group_policy),
    }
    for prop, (key, attach, detach) in calls.items():
        old, new = r.before.get(prop, ()), r.properties.get(prop, ())
        for name in (each for each in new if each not in old):
            attach(PolicyArn=arn, **{key: name})
        for name in (each for each in old if each not in new):
            gone(detach, PolicyArn=arn, **{key: name})


def _create_managed(r: Request) -> Made:
    name = named(r, "ManagedPolicyName", 128)
    policy = send(r.clients("iam").create_policy, r.properties, PolicyName=name)["Policy"]["Arn"]
    _attach(r, policy)
    return _made(r, policy)


def _made(r: Request, arn: str) -> Made:
    policy = r.clients("iam").get_policy(PolicyArn=arn)["Policy"]
    dates = {name: policy[name].isoformat() for name in ("CreateDate", "UpdateDate")}
    counts = attributes(
        {"PermissionsBoundaryUsageCount": 0, **policy},
        "AttachmentCount",
        "PermissionsBoundaryUsageCount",
        "IsAttachable",
    )
    return Made(arn, {**dates, **counts, "PolicyArn": arn, **attributes(policy, "PolicyId", "DefaultVersionId")})


def _update_managed(r: Request) -> Made:
    iam, arn = r.clients("iam"), r.physical_id
    if r.properties["PolicyDocument"] != r.before["PolicyDocument"]:
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        old = sorted((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: int(v["VersionId"][1:]))
        if len(versions) >= _MOST_VERSIONS:
            iam.delete_policy_version(PolicyArn=arn, VersionId=old[0]["VersionId"])
        document = text(r.properties["PolicyDocument"])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    _attach(r, arn)
    return _made(r, arn)


def _delete_managed(r: Request) -> None:
    iam, arn = r.clients("iam"), r.physical_id
    with forgiving():
        users = iam.list_entities_for_policy(PolicyArn=arn)
        for role in users["PolicyRoles"]:
            iam.detach_role_policy(PolicyArn=arn, RoleName=role["RoleName"])
        for group in users["PolicyGroups"]:
            iam.detach_group_policy(PolicyArn=arn, GroupName=group["GroupName"])
        for user in users["PolicyUsers"]:
            iam.detach_user_policy(PolicyArn=arn, UserName=user["UserName"])
        for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=arn)


def _holders(properties: Properties) -> set[tuple[str, str]]:
    """Return whom an inline policy is for: pairs of a property and a name."""
    return {(prop, name) for prop in ("Roles", "Groups", "Users") for name in properties.get(prop, ())}


def _write(r: Request, policy: str, holders: set[tuple[str, str]]) -> None:
    iam, document = r.clients("iam"), text(r.properties["PolicyDocument"])
    puts: dict[str, tuple[str, Any]] = {
        "Roles": ("RoleName", iam.put_role_policy),
        "Groups": ("GroupName", iam.put_group_policy),
        "Users": ("UserName", iam.put_user_policy),
    }
    for prop, name in sorted(holders):
        key, put = puts[prop]
        put(PolicyName=policy, PolicyDocument=document, **{key: name})


def _erase(r: Request, policy: str, holders: set[tuple[str, str]]) -> None:
    iam = r.clients("iam")
    removes: dict[str, tuple[str, Any]] = {
        "Roles": ("RoleName", iam.delete_role_policy),
        "Groups": ("GroupName", iam.delete_group_policy),
        "Users": ("UserName", iam.delete_user_policy),
    }
    for prop, name in sorted(holders):
        key, remove = removes[prop]
        gone(remove, PolicyName=policy, **{key: name})


def _create_inline(r: Request) -> Made:
    _write(r, r.properties["PolicyName"], _holders(r.properties))
    return Made(r.name, {"Id": r.name})


def _update_inline(r: Request) -> Made:
    old, new = r.before["PolicyName"], r.properties["PolicyName"]
    _write(r, new, _holders(r.properties))
    _erase(r, old, _holders(r.before) - _holders(r.properties) if old == new else _holders(r.before))
    return Made(r.physical_id, {"Id": r.physical_id})


def _put_role_policy(r: Request) -> Made:
    send(r.clients("iam").put_role_policy, {"PolicyDocument": {}, **r.properties})
    return Made(f"{r.properties['PolicyName']}|{r.properties['RoleName']}")


HANDLERS: Mapping[str, Handler] = {
    "AWS::IAM::ManagedPolicy": Handler(_create_managed, _delete_managed, _update_managed),
    "AWS::IAM::Policy": Handler(
        _create_inline, lambda r: _erase(r, r.properties["PolicyName"], _holders(r.properties)), _update_inline
    ),
    "AWS::IAM::RolePolicy": Handler(
        _put_role_policy, lambda r: gone(r.clients("iam").delete_role_policy, r.properties), _put_role_policy
    ),
}
