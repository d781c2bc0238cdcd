"""Keys and aliases. A deleted key waits out its window as on AWS, so it can still be described.

Not represented: whether a key policy would lock its owner out.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import changed, dropped_tags, forgiving, gone, leave, pick, send, tag_list, text, truth
from .handler import Handler, Made, Request


def _kms_tags(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags]


def _create(r: Request) -> Made:
    given = {**leave(r.properties, "Tags", "KeyPolicy"), **_policy(r)}
    key = send(r.clients("kms").create_key, given, Tags=_kms_tags(tag_list(r.properties)))["KeyMetadata"]["KeyId"]
    return _settle(r, key)


def _policy(r: Request) -> dict[str, str]:
    return {"Policy": text(r.properties["KeyPolicy"])} if "KeyPolicy" in r.properties else {}


def _settle(r: Request, key: str) -> Made:
    kms = r.clients("kms")
    if changed(r, "EnableKeyRotation", "RotationPeriodInDays"):
        on = truth(r.properties.get("EnableKeyRotation", False))
        send(kms.enable_key_rotation if on else kms.disable_key_rotation, r.properties, KeyId=key)
    if changed(r, "Enabled"):
        (kms.enable_key if truth(r.properties["Enabled"]) else kms.disable_key)(KeyId=key)
    return Made(key, {"KeyId": key, "Arn": kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]})


def _update(r: Request) -> Made:
    kms, key = r.clients("kms"), r.physical_id
    if changed(r, "KeyPolicy"):
        kms.put_key_policy(KeyId=key, PolicyName="default", **_policy(r))
    if changed(r, "Description"):
        kms.update_key_description(KeyId=key, Description=r.properties["Description"])
    if dropped_tags(r):
        kms.untag_resource(KeyId=key, TagKeys=dropped_tags(r))
    if tag_list(r.properties):
        kms.tag_resource(KeyId=key, Tags=_kms_tags(tag_list(r.properties)))
    return _settle(r, key)


def _delete(r: Request) -> None:
    with forgiving():
        if r.clients("kms").describe_key(KeyId=r.physical_id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
            send(r.clients("kms").schedule_key_deletion, pick(r.properties, "PendingWindowInDays"), KeyId=r.physical_id)


def _create_alias(r: Request) -> Made:
    send(r.clients("kms").create_alias, r.properties)
    return Made(r.properties["AliasName"])


def _update_alias(r: Request) -> Made:
    send(r.clients("kms").update_alias, r.properties)
    return Made(r.physical_id)


HANDLERS: Mapping[str, Handler] = {
    "AWS::KMS::Key": Handler(_create, _delete, _update),
    "AWS::KMS::Alias": Handler(
        _create_alias, lambda r: gone(r.clients("kms").delete_alias, AliasName=r.physical_id), _update_alias
    ),
}
