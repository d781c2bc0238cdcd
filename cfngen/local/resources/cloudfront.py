"""CloudFront: distributions, functions, policies and how origins are signed for. No request is ever answered.

Not represented: waiting until a distribution is deployed everywhere, disabling it before it goes, copies for tests,
origin groups of media, quotas; a certificate or a web ACL that is not there is not noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import dropped_tags, forgiving, leave, new_tags, pick, send, tag_list, truth
from .handler import Handler, Made, Request

_SPELLED = {"IPV6Enabled": "IsIPV6Enabled", "OriginCustomHeaders": "CustomHeaders"}
"""Where CloudFormation's name for a thing is not the API's."""


def quantified(shape: Any, value: Any) -> Any:
    """Return a value as CloudFront's API wants it: each list with its length, each name as there."""
    if shape.type_name == "list":
        return [quantified(shape.member, each) for each in value]
    if shape.type_name != "structure":
        return value
    if isinstance(value, list):
        value = {"Items": value}
    members = {name.lower(): (name, member) for name, member in shape.members.items()}
    found = {}
    for key, each in value.items():
        name, member = members.get(_SPELLED.get(key, key).lower(), ("", None))
        if name:
            found[name] = quantified(member, each)
    if "Quantity" in shape.members and "Items" in shape.members:
        found["Quantity"] = len(found.get("Items", []))
    return found


def _config(r: Request, operation: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    model = r.clients("cloudfront").meta.service_model.operation_model(operation)
    return {name: quantified(model.input_shape.members[name], given)}


def _behaviour(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a behaviour whose cached methods are inside the allowed ones, as in the API."""
    allowed = given.get("AllowedMethods", ["GET", "HEAD"])
    cached = given.get("CachedMethods", ["GET", "HEAD"])
    return {**leave(given, "CachedMethods"), "AllowedMethods": {"Items": allowed, "CachedMethods": cached}}


def _origin(given: Mapping[str, Any]) -> dict[str, Any]:
    own = given.get("CustomOriginConfig")
    ports = {"HTTPPort": "80", "HTTPSPort": "443"}
    return {**given, **({"CustomOriginConfig": {**ports, **own}} if own else {})}


def _distribution(r: Request) -> dict[str, Any]:
    given = dict(r.properties["DistributionConfig"])
    given["DefaultCacheBehavior"] = _behaviour(given["DefaultCacheBehavior"])
    if "CacheBehaviors" in given:
        given["CacheBehaviors"] = [_behaviour(each) for each in given["CacheBehaviors"]]
    given["Origins"] = [_origin(each) for each in given["Origins"]]
    given = {"Comment": "", **given, "CallerReference": r.name}
    return _config(r, "UpdateDistribution", "DistributionConfig", given)


def _create_distribution(r: Request) -> Made:
    given = {"DistributionConfigWithTags": {**_distribution(r), "Tags": {"Items": tag_list(r.properties)}}}
    return _made_distribution(send(r.clients("cloudfront").create_distribution_with_tags, given)["Distribution"])


def _made_distribution(found: Mapping[str, Any]) -> Made:
    return Made(found["Id"], {"Id": found["Id"], "DomainName": found["DomainName"]})


def _update_distribution(r: Request) -> Made:
    service = r.clients("cloudfront")
    found = service.get_distribution(Id=r.physical_id)
    reference = found["Distribution"]["DistributionConfig"]["CallerReference"]
    given = _distribution(r)
    given["DistributionConfig"]["CallerReference"] = reference
    made = send(service.update_distribution, given, Id=r.physical_id, IfMatch=found["ETag"])["Distribution"]
    _tag(r, made["ARN"])
    return _made_distribution(made)


def _tag(r: Request, arn: str) -> None:
    if dropped_tags(r):
        r.clients("cloudfront").untag_resource(Resource=arn, TagKeys={"Items": dropped_tags(r)})
    if new_tags(r):
        r.clients("cloudfront").tag_resource(Resource=arn, Tags={"Items": new_tags(r)})


def _delete_distribution(r: Request) -> None:
    with forgiving():
        found = r.clients("cloudfront").get_distribution(Id=r.physical_id)
        r.clients("cloudfront").delete_distribution(Id=r.physical_id, IfMatch=found["ETag"])


def _function(r: Request) -> dict[str, Any]:
    return pick(r.properties, "FunctionConfig", "FunctionCode")


def _create_function(r: Request) -> Made:
    tags = {"Items": tag_list(r.properties)}
    send(r.clients("cloudfront").create_function, _function(r), Name=r.properties["Name"], Tags=tags)
    return _publish(r)


def _publish(r: Request) -> Made:
    service, name = r.clients("cloudfront"), r.properties["Name"]
    found = service.describe_function(Name=name)
    if truth(r.properties.get("AutoPublish", False)):
        service.publish_function(Name=name, IfMatch=found["ETag"])
    arn = found["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    stage = found["FunctionSummary"]["FunctionMetadata"]["Stage"]
    return Made(arn, {"FunctionARN": arn, "FunctionMetadata.FunctionARN": arn, "Stage": stage})


def _update_function(r: Request) -> Made:
    service, name = r.clients("cloudfront"), r.properties["Name"]
    etag = service.describe_function(Name=name)["ETag"]
    send(service.update_function, _function(r), Name=name, IfMatch=etag)
    _tag(r, r.physical_id)
    return _publish(r)


def _delete_function(r: Request) -> None:
    with forgiving():
        found = r.clients("cloudfront").describe_function(Name=r.properties["Name"])
        r.clients("cloudfront").delete_function(Name=r.properties["Name"], IfMatch=found["ETag"])


def _handler(kind: str, snake: str) -> Handler:
    """Return the handler of a kind of thing that has an id and a configuration."""
    key = f"{kind}Config"

    def config(r: Request) -> dict[str, Any]:
        return _config(r, f"Create{kind}", key, r.properties[key])

    def made(found: Mapping[str, Any]) -> Made:
        when = {"LastModifiedTime": str(found[kind]["LastModifiedTime"])} if "LastModifiedTime" in found[kind] else {}
        return Made(found[kind]["Id"], {"Id": found[kind]["Id"], **when})

    def create(r: Request) -> Made:
        return made(send(getattr(r.clients("cloudfront"), f"create_{snake}"), config(r)))

    def update(r: Request) -> Made:
        service = r.clients("cloudfront")
        etag = getattr(service, f"get_{snake}")(Id=r.physical_id)["ETag"]
        return made(send(getattr(service, f"update_{snake}"), config(r), Id=r.physical_id, IfMatch=etag))

    def delete(r: Request) -> None:
        service = r.clients("cloudfront")
        with forgiving():
            etag = getattr(service, f"get_{snake}")(Id=r.physical_id)["ETag"]
            getattr(service, f"delete_{snake}")(Id=r.physical_id, IfMatch=etag)

    return Handler(create, delete, update)


HANDLERS: Mapping[str, Handler] = {
    "AWS::CloudFront::CachePolicy": _handler("CachePolicy", "cache_policy"),
    "AWS::CloudFront::Distribution": Handler(_create_distribution, _delete_distribution, _update_distribution),
    "AWS::CloudFront::Function": Handler(_create_function, _delete_function, _update_function),
    "AWS::CloudFront::OriginAccessControl": _handler("OriginAccessControl", "origin_access_control"),
    "AWS::CloudFront::OriginRequestPolicy": _handler("OriginRequestPolicy", "origin_request_policy"),
    "AWS::CloudFront::ResponseHeadersPolicy": _handler("ResponseHeadersPolicy", "response_headers_policy"),
}
