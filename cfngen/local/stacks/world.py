"""Everything that the stack engine needs from outside: services, look-ups, time and threads."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import ClientError

from ..resources.handler import Handler
from ..resources.reader import Reader
from .parameters import SsmParameter
from .refusal import invalid

Clients = Callable[..., Any]
"""`clients("ec2")` is a boto3 client of one account and region, `clients("wafv2", "us-east-1")` of another region."""


def _now() -> datetime:
    return datetime.now(UTC)


def _token() -> str:
    return str(uuid.uuid4())


def _start(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True, name="stack").start()


@dataclass(frozen=True)
class World:
    """What the engine is given; tests give it dictionaries."""

    handlers: Mapping[str, Handler]
    clients: Callable[[str, str], Clients]
    """Returns the clients of an account and region."""
    fetch: Callable[[str, str, str], str]
    """Returns the template at an S3 URL, as seen from an account and region."""
    zones: Callable[[str, str], list[str]]
    """Returns the availability zones of a region, as seen from an account."""
    parameter: Callable[[str, str, str], SsmParameter | None]
    """Returns the SSM parameter of an account and region by `name` or `name:version`."""
    secret: Callable[[str, str, str, str, str], str | None]
    """Returns the text of a secret of an account and region by id, version stage and version id."""
    custom: Callable[[str], Handler] | None = None
    """Returns the handler of a custom resource's type; without it there are no custom resources."""
    readers: Mapping[str, Reader] = field(default_factory=dict)
    """How resources are read back to see whether they drifted."""
    now: Callable[[], datetime] = _now
    token: Callable[[], str] = _token
    """Returns a new unique id."""
    spawn: Callable[[Callable[[], None]], None] = _start
    """Runs work beside the caller."""


def world(
    handlers: Mapping[str, Handler],
    clients: Callable[[str, str], Clients],
    custom: Callable[[str], Handler] | None = None,
) -> World:
    """Return a world whose look-ups are calls of the services behind `clients`."""
    return World(
        handlers=handlers,
        clients=clients,
        fetch=lambda account, region, url: _fetch(clients(account, region), url),
        zones=lambda account, region: _zones(clients(account, region)),
        parameter=lambda account, region, name: _parameter(clients(account, region), name),
        secret=lambda account, region, *which: _secret(clients(account, region), *which),
        custom=custom,
    )


def bucket_and_key(url: str) -> tuple[str, str]:
    """Return the bucket and key of an S3 URL, virtual-hosted or path style; raises `ValidationError`."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
    bucket, found, _ = host.partition(".s3.") if ".s3." in host else host.partition(".s3-")
    if parts.scheme == "https" and host.endswith(".amazonaws.com") and found and bucket and path:
        return bucket, path
    if parts.scheme == "https" and host.startswith(("s3.", "s3-")) and host.endswith(".amazonaws.com") and "/" in path:
        bucket, _, key = path.partition("/")
        return bucket, key
    raise invalid("TemplateURL must be a supported URL.")


def _fetch(clients: Clients, url: str) -> str:
    bucket, key = bucket_and_key(url)
    version = parse_qs(urlsplit(url).query).get("versionId")
    extra = {"VersionId": version[0]} if version else {}
    try:
        body: bytes = clients("s3").get_object(Bucket=bucket, Key=key, **extra)["Body"].read()
    except ClientError as error:
        more = "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
        raise invalid(f"S3 error: {error.response['Error']['Message']}\n{more}") from error
    return body.decode()


def _zones(clients: Clients) -> list[str]:
    found = clients("ec2").describe_availability_zones()["AvailabilityZones"]
    return sorted(zone["ZoneName"] for zone in found)


def _parameter(clients: Clients, name: str) -> SsmParameter | None:
    try:
        found = clients("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ParameterNotFound", "ParameterVersionNotFound", "ValidationException"):
            return None
        raise
    return SsmParameter(found["Type"], found["Value"])


def _secret(clients: Clients, name: str, stage: str, version: str) -> str | None:
    which = {key: value for key, value in (("VersionStage", stage), ("VersionId", version)) if value}
    try:
        found = clients("secretsmanager").get_secret_value(SecretId=name, **which)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    text: str | None = found.get("SecretString")
    return text
