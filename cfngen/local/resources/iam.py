"""Roles, groups, users and instance profiles, each with the policies that its own properties give it.

Not represented: whether a policy's text would be accepted by AWS beyond its form; a change of an identity
provider's audiences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .api import changed, dropped_tags, forgiving, gone, named, new_tags, pick, send, text
from .handler import Handler, Made, Request


@dataclass(frozen=True)
class _Holder:
    """How policies are given to and taken from one kind of identity, by methods of an IAM client."""

    key: str
    attach: Callable[..., Any]
    detach: Callable[..., Any]
    put: Callable[..., Any]
    remove: Callable[..., Any]


def _role(iam: Any) -> _Holder:
    return _Holder(
        "RoleName", iam.attach_role_policy, iam.detach_role_policy, iam.put_role_policy, iam.delete_role_policy
    )


def _group(iam: Any) -> _Holder:
    return _Holder(
        "GroupName", iam.attach_group_policy, iam.detach_group_policy, iam.put_group_policy, iam.delete_group_policy
    )


def _user(iam: Any) -> _Holder:
    return _Holder(
        "UserName", iam.attach_user_policy, iam.detach_user_policy, iam.put_user_policy, iam.delete_user_policy
    )


def _give(r: Request, holder: _Holder, name: str) -> None:
    """Attach managed policies and write inline ones, and take away those that are not wanted any more."""
    who, old, new = {holder.key: name}, _policies(r.before), _policies(r.properties)
    for arn in r.before.get("ManagedPolicyArns", ()):
        if arn not in r.properties.get("ManagedPolicyArns", ()):
            gone(holder.detach, PolicyArn=arn, **who)
    for arn in r.properties.get("ManagedPolicyArns", ()):
        if arn not in r.before.get("ManagedPolicyArns", ()):
            holder.attach(PolicyArn=arn, **who)
    for policy in old.keys() - new.keys():
        gone(holder.remove, PolicyName=policy, **who)
    for policy, document in new.items():
        if old.get(policy) != document:
            holder.put(PolicyName=policy, PolicyDocument=document, **who)


def _take(r: Request, holder: _Holder) -> None:
    """Take away every policy that the properties gave; one that somebody else attached stays and blocks the delete."""
    who = {holder.key: r.physical_id}
    for arn in r.properties.get("ManagedPolicyArns", ()):
        gone(holder.detach, PolicyArn=arn, **who)
    for policy in _policies(r.properties):
        gone(holder.remove, PolicyName=policy, **who)


def _policies(properties: Mapping[str, Any]) -> dict[str, str]:
    return {policy["PolicyName"]: text(policy["PolicyDocument"]) for policy in properties.get("Policies", ())}


def _create_role(r: Request) -> Made:
    iam, name = r.clients("iam"), named(r, "RoleName", 64)
    role = send(iam.create_role, r.properties, RoleName=name)["Role"]
    _give(r, _role(iam), name)
    return _made_role(role)


def _made_role(role: Mapping[str, Any]) -> Made:
    return Made(role["RoleName"], {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _update_role(r: Request) -> Made:
    iam, name = r.clients("iam"), r.physical_id
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=text(r.properties["AssumeRolePolicyDocument"]))
    if changed(r, "Description", "MaxSessionDuration"):
        send(iam.update_role, r.properties, RoleName=name)
    _bound(r, iam.put_role_permissions_boundary, iam.delete_role_permissions_boundary, RoleName=name)
    if dropped_tags(r):
        iam.untag_role(RoleName=name, TagKeys=dropped_tags(r))
    if new_tags(r):
        iam.tag_role(RoleName=name, Tags=new_tags(r))
    _give(r, _role(iam), name)
    return _made_role(iam.get_role(RoleName=name)["Role"])


def _bound(r: Request, put: Any, remove: Any, **who: str) -> None:
    """Set or remove the permissions boundary."""
    if changed(r, "PermissionsBoundary"):
        put(PermissionsBoundary=r.properties["PermissionsBoundary"], **who)
    elif "PermissionsBoundary" in r.before and "PermissionsBoundary" not in r.properties:
        gone(remove, **who)


def _delete_role(r: Request) -> None:
    _take(r, _role(r.clients("iam")))
    gone(r.clients("iam").delete_role, RoleName=r.physical_id)


def _create_group(r: Request) -> Made:
    iam, name = r.clients("iam"), named(r, "GroupName", 128)
    arn = send(iam.create_group, r.properties, GroupName=name)["Group"]["Arn"]
    _give(r, _group(iam), name)
    return Made(name, {"Arn": arn})


def _update_group(r: Request) -> Made:
    iam, name = r.clients("iam"), r.physical_id
    if changed(r, "Path"):
        iam.update_group(GroupName=name, NewPath=r.properties["Path"])
    _give(r, _group(iam), name)
    return Made(name, {"Arn": iam.get_group(GroupName=name)["Group"]["Arn"]})


def _delete_group(r: Request) -> None:
    _take(r, _group(r.clients("iam")))
    gone(r.clients("iam").delete_group, GroupName=r.physical_id)


def _create_user(r: Request) -> Made:
    iam, name = r.clients("iam"), named(r, "UserName", 64)
    arn = send(iam.create_user, r.properties, UserName=name)["User"]["Arn"]
    if "LoginProfile" in r.properties:
        send(iam.create_login_profile, r.properties["LoginProfile"], UserName=name)
    _settle_user(r, name)
    return Made(name, {"Arn": arn})


def _update_user(r: Request) -> Made:
    iam, name = r.clients("iam"), r.physical_id
    _bound(r, iam.put_user_permissions_boundary, iam.delete_user_permissions_boundary, UserName=name)
    if dropped_tags(r):
        iam.untag_user(UserName=name, TagKeys=dropped_tags(r))
    if new_tags(r):
        iam.tag_user(UserName=name, Tags=new_tags(r))
    _settle_user(r, name)
    return Made(name, {"Arn": iam.get_user(UserName=name)["User"]["Arn"]})


def _settle_user(r: Request, name: str) -> None:
    iam = r.clients("iam")
    _give(r, _user(iam), name)
    old, new = (set(properties.get("Groups", ())) for properties in (r.before, r.properties))
    for group in sorted(new - old):
        iam.add_user_to_group(GroupName=group, UserName=name)
    for group in sorted(old - new):
        gone(iam.remove_user_from_group, GroupName=group, UserName=name)


def _delete_user(r: Request) -> None:
    iam, name = r.clients("iam"), r.physical_id
    _take(r, _user(iam))
    for group in r.properties.get("Groups", ()):
        gone(iam.remove_user_from_group, GroupName=group, UserName=name)
    gone(iam.delete_login_profile, UserName=name)
    gone(iam.delete_user, UserName=name)


def _create_profile(r: Request) -> Made:
    iam, name = r.clients("iam"), named(r, "InstanceProfileName", 128)
    send(iam.create_instance_profile, r.properties, InstanceProfileName=name)
    return _settle_profile(r, name)


def _settle_profile(r: Request, name: str) -> Made:
    iam = r.clients("iam")
    old, new = r.before.get("Roles", ()), r.properties.get("Roles", ())
    for role in (each for each in old if each not in new):
        gone(iam.remove_role_from_instance_profile, InstanceProfileName=name, RoleName=role)
    for role in (each for each in new if each not in old):
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return Made(name, {"Arn": iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]})


def _delete_profile(r: Request) -> None:
    iam, name = r.clients("iam"), r.physical_id
    with forgiving():
        for role in iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
            iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])
        iam.delete_instance_profile(InstanceProfileName=name)


def _create_linked_role(r: Request) -> Made:
    name = send(r.clients("iam").create_service_linked_role, r.properties)["Role"]["RoleName"]
    return Made(name, {"RoleName": name})


def _update_linked_role(r: Request) -> Made:
    send(r.clients("iam").update_role, pick(r.properties, "Description"), RoleName=r.physical_id)
    return Made(r.physical_id, {"RoleName": r.physical_id})


def _create_provider(r: Request) -> Made:
    arn = send(r.clients("iam").create_open_id_connect_provider, r.properties)["OpenIDConnectProviderArn"]
    return Made(arn, {"Arn": arn})


def _update_provider(r: Request) -> Made:
    if changed(r, "ThumbprintList"):
        update, wanted = (
            r.clients("iam").update_open_id_connect_provider_thumbprint,
            pick(r.properties, "ThumbprintList"),
        )
        send(update, wanted, OpenIDConnectProviderArn=r.physical_id)
    return Made(r.physical_id, {"Arn": r.physical_id})


HANDLERS: Mapping[str, Handler] = {
    "AWS::IAM::Role": Handler(_create_role, _delete_role, _update_role),
    "AWS::IAM::Group": Handler(_create_group, _delete_group, _update_group),
    "AWS::IAM::User": Handler(_create_user, _delete_user, _update_user),
    "AWS::IAM::InstanceProfile": Handler(_create_profile, _delete_profile, lambda r: _settle_profile(r, r.physical_id)),
    "AWS::IAM::OIDCProvider": Handler(
        _create_provider,
        lambda r: gone(r.clients("iam").delete_open_id_connect_provider, OpenIDConnectProviderArn=r.physical_id),
        _update_provider,
    ),
    "AWS::IAM::ServiceLinkedRole": Handler(
        _create_linked_role,
        lambda r: gone(r.clients("iam").delete_service_linked_role, RoleName=r.physical_id),
        _update_linked_role,
    ),
}
