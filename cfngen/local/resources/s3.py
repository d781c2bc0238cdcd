"""Buckets with their settings, and bucket policies.

Not represented: analytics, inventories, metrics, tiering and metadata configurations, attribute-based access; policies
are kept but not enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .api import gone, pick, send, tag_list, truth
from .handler import Handler, Made, Request
from .s3_forms import cors, encryption, lifecycle, logging, notifications, replication

_Setting = tuple[Callable[[Any, str, Any], Any], Callable[[Any, str], Any]]

_DASHED_WEBSITES = {
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-west-1",
    "sa-east-1",
}
"""Regions whose website endpoints have a dash: https://docs.aws.amazon.com/general/latest/gr/s3.html"""

_OPEN = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)

_SETTINGS: Mapping[str, _Setting] = {
    "PublicAccessBlockConfiguration": (
        lambda s3, b, v: send(s3.put_public_access_block, {"PublicAccessBlockConfiguration": {**_OPEN, **v}}, Bucket=b),
        lambda s3, b: s3.delete_public_access_block(Bucket=b),
    ),
    "OwnershipControls": (
        lambda s3, b, v: send(s3.put_bucket_ownership_controls, {"OwnershipControls": v}, Bucket=b),
        lambda s3, b: s3.delete_bucket_ownership_controls(Bucket=b),
    ),
    "AccessControl": (
        lambda s3, b, v: s3.put_bucket_acl(Bucket=b, ACL=_canned(v)),
        lambda s3, b: s3.put_bucket_acl(Bucket=b, ACL="private"),
    ),
    "BucketEncryption": (
        lambda s3, b, v: send(s3.put_bucket_encryption, encryption(v), Bucket=b),
        lambda s3, b: s3.delete_bucket_encryption(Bucket=b),
    ),
    "VersioningConfiguration": (
        lambda s3, b, v: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration=pick(v, "Status")),
        lambda s3, b: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Suspended"}),
    ),
    "ObjectLockConfiguration": (
        lambda s3, b, v: send(s3.put_object_lock_configuration, {"ObjectLockConfiguration": v}, Bucket=b),
        lambda s3, b: s3.put_object_lock_configuration(
            Bucket=b, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        ),
    ),
    "LifecycleConfiguration": (
        lambda s3, b, v: send(s3.put_bucket_lifecycle_configuration, lifecycle(v), Bucket=b),
        lambda s3, b: s3.delete_bucket_lifecycle(Bucket=b),
    ),
    "LoggingConfiguration": (
        lambda s3, b, v: s3.put_bucket_logging(Bucket=b, BucketLoggingStatus=logging(v, b)),
        lambda s3, b: s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={}),
    ),
    "NotificationConfiguration": (
        lambda s3, b, v: send(s3.put_bucket_notification_configuration, notifications(v), Bucket=b),
        lambda s3, b: s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={}),
    ),
    "CorsConfiguration": (
        lambda s3, b, v: send(s3.put_bucket_cors, cors(v), Bucket=b),
        lambda s3, b: s3.delete_bucket_cors(Bucket=b),
    ),
    "ReplicationConfiguration": (
        lambda s3, b, v: _replicate(s3, b, v),
        lambda s3, b: s3.delete_bucket_replication(Bucket=b),
    ),
    "WebsiteConfiguration": (
        lambda s3, b, v: send(s3.put_bucket_website, {"WebsiteConfiguration": _website(v)}, Bucket=b),
        lambda s3, b: s3.delete_bucket_website(Bucket=b),
    ),
    "AccelerateConfiguration": (
        lambda s3, b, v: s3.put_bucket_accelerate_configuration(
            Bucket=b, AccelerateConfiguration={"Status": v["AccelerationStatus"]}
        ),
        lambda s3, b: s3.put_bucket_accelerate_configuration(Bucket=b, AccelerateConfiguration={"Status": "Suspended"}),
    ),
}
"""How each setting of a bucket is put and taken back, in the order in which they can follow one another."""


def _canned(name: str) -> str:
    """Return a canned ACL in the service's spelling: `LogDeliveryWrite` is `log-delivery-write`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _website(value: Mapping[str, Any]) -> dict[str, Any]:
    index = {"IndexDocument": {"Suffix": value["IndexDocument"]}} if "IndexDocument" in value else {}
    error = {"ErrorDocument": {"Key": value["ErrorDocument"]}} if "ErrorDocument" in value else {}
    return {**index, **error, **pick(value, "RedirectAllRequestsTo")}


def _replicate(s3: Any, bucket: str, value: Mapping[str, Any]) -> None:
    """Put a replication; S3 refuses one to a bucket that is not there, or keeps no versions."""
    for rule in value["Rules"]:
        destination = str(rule["Destination"]["Bucket"]).rpartition(":")[2]
        try:
            kept = s3.get_bucket_versioning(Bucket=destination).get("Status")
        except ClientError:
            raise _refused("Destination bucket must exist.") from None
        if kept != "Enabled":
            raise _refused("Destination bucket must have versioning enabled.")
    send(s3.put_bucket_replication, replication(value), Bucket=bucket)


def _refused(why: str) -> ClientError:
    return ClientError({"Error": {"Code": "InvalidRequest", "Message": why}}, "PutBucketReplication")


def _create(r: Request) -> Made:
    s3, name = r.clients("s3"), str(r.properties.get("BucketName") or r.name.lower())
    _refuse_own(r, name)
    where = {} if r.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": r.region}}
    lock = truth(r.properties.get("ObjectLockEnabled", False))
    s3.create_bucket(Bucket=name, **where, **({"ObjectLockEnabledForBucket": True} if lock else {}))
    return _settle(r, name)


def _refuse_own(r: Request, name: str) -> None:
    """Fail for a bucket that exists: in us-east-1 alone, creating one's own bucket again succeeds."""
    if name in {bucket["Name"] for bucket in r.clients("s3").list_buckets()["Buckets"]}:
        raise ClientError(
            {"Error": {"Code": "BucketAlreadyOwnedByYou", "Message": f"{name} already exists"}}, "CreateBucket"
        )


def _settle(r: Request, name: str) -> Made:
    s3 = r.clients("s3")
    for prop, (put, take_back) in _SETTINGS.items():
        old, new = r.before.get(prop), r.properties.get(prop)
        if new is not None and new != old:
            put(s3, name, new)
        elif old is not None and new is None:
            take_back(s3, name)
    if tag_list(r.properties) != tag_list(r.before):
        if tag_list(r.properties):
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(r.properties)})
        else:
            s3.delete_bucket_tagging(Bucket=name)
    return _made(r, name)


def _made(r: Request, name: str) -> Made:
    mark = "-" if r.region in _DASHED_WEBSITES else "."
    return Made(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{r.region}.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{r.region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website{mark}{r.region}.amazonaws.com",
        },
    )


def _put_policy(r: Request) -> Made:
    send(r.clients("s3").put_bucket_policy, {"Policy": r.properties["PolicyDocument"]}, Bucket=r.properties["Bucket"])
    return Made(r.properties["Bucket"])


HANDLERS: Mapping[str, Handler] = {
    "AWS::S3::Bucket": Handler(
        _create,
        lambda r: gone(r.clients("s3").delete_bucket, Bucket=r.physical_id),
        lambda r: _settle(r, r.physical_id),
    ),
    "AWS::S3::BucketPolicy": Handler(
        _put_policy, lambda r: gone(r.clients("s3").delete_bucket_policy, Bucket=r.properties["Bucket"]), _put_policy
    ),
}
