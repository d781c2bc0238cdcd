"""Web ACLs, what they are attached to, and where they log. No request is ever looked at.

Not represented: data protection, protection against floods at the source, and the capacity that rules really need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import dropped_tags, forgiving, gone, leave, named, new_tags, pick, send, tag_list
from .handler import Handler, Made, Request

_NOT_IN_MOTO = ("Tags", "DataProtectionConfig", "OnSourceDDoSProtectionConfig")


def _region(r: Request) -> str:
    return "us-east-1" if r.properties["Scope"] == "CLOUDFRONT" else r.region


def _create(r: Request) -> Made:
    name = named(r, "Name", 128)
    given, tags = leave(r.properties, *_NOT_IN_MOTO), tag_list(r.properties)
    waf = r.clients("wafv2", _region(r))
    more = {"Tags": tags} if tags else {}
    made = send(waf.create_web_acl, given, Name=name, **more)["Summary"]
    return _made(r, f"{name}|{made['Id']}|{r.properties['Scope']}")


def _found(r: Request, physical_id: str) -> Mapping[str, Any]:
    name, key, scope = physical_id.split("|")
    found: Mapping[str, Any] = r.clients("wafv2", _region(r)).get_web_acl(Name=name, Id=key, Scope=scope)
    return found


def _made(r: Request, physical_id: str) -> Made:
    acl = _found(r, physical_id)["WebACL"]
    known = {name: str(acl[name]) for name in ("Id", "Capacity", "LabelNamespace")}
    return Made(physical_id, {**known, "Arn": acl["ARN"]})


def _update(r: Request) -> Made:
    name, key, scope = r.physical_id.split("|")
    waf, found = r.clients("wafv2", _region(r)), _found(r, r.physical_id)
    given = leave(r.properties, *_NOT_IN_MOTO)
    send(waf.update_web_acl, given, Name=name, Id=key, Scope=scope, LockToken=found["LockToken"])
    arn = found["WebACL"]["ARN"]
    if dropped_tags(r):
        waf.untag_resource(ResourceARN=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        waf.tag_resource(ResourceARN=arn, Tags=new_tags(r))
    return _made(r, r.physical_id)


def _delete(r: Request) -> None:
    name, key, scope = r.physical_id.split("|")
    waf = r.clients("wafv2", _region(r))
    with forgiving():
        found = _found(r, r.physical_id)
        waf.delete_web_acl(Name=name, Id=key, Scope=scope, LockToken=found["LockToken"])


def _associate(r: Request) -> Made:
    waf, given = r.clients("wafv2"), pick(r.properties, "ResourceArn", "WebACLArn")
    waf.associate_web_acl(**given)
    return Made(f"{given['WebACLArn']}|{given['ResourceArn']}")


def _log(r: Request) -> Made:
    given = dict(leave(r.properties, "ManagedByFirewallManager"))
    send(_logging_client(r).put_logging_configuration, LoggingConfiguration=given)
    return Made(str(given["ResourceArn"]), {"ManagedByFirewallManager": "false"})


def _logging_client(r: Request) -> Any:
    arn = str(r.properties["ResourceArn"])
    return r.clients("wafv2", arn.split(":")[3])


def _stop_logging(r: Request) -> None:
    gone(_logging_client(r).delete_logging_configuration, ResourceArn=r.physical_id)


HANDLERS: Mapping[str, Handler] = {
    "AWS::WAFv2::WebACL": Handler(_create, _delete, _update),
    "AWS::WAFv2::WebACLAssociation": Handler(
        _associate,
        lambda r: gone(r.clients("wafv2").disassociate_web_acl, ResourceArn=r.properties["ResourceArn"]),
    ),
    "AWS::WAFv2::LoggingConfiguration": Handler(_log, _stop_logging, _log),
}
