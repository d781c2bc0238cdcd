"""Secrets, what ties them to databases, and their resource policies.

Not represented: replicas in other regions. A deleted secret is gone at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .api import changed, dropped_tags, forgiving, gone, leave, named, new_tags, send, tag_list, text
from .handler import Handler, Made, Request


def _value(r: Request) -> dict[str, str]:
    """Return the secret's text: as given, or a password generated now, inside its template if there is one."""
    given = r.properties.get("GenerateSecretString")
    if given is None:
        return {"SecretString": text(r.properties["SecretString"])} if "SecretString" in r.properties else {}
    password = send(r.clients("secretsmanager").get_random_password, given)["RandomPassword"]
    if "SecretStringTemplate" not in given:
        return {"SecretString": password}
    return {
        "SecretString": json.dumps({**json.loads(given["SecretStringTemplate"]), given["GenerateStringKey"]: password})
    }


def _create(r: Request) -> Made:
    given = leave(r.properties, "Tags", "SecretString")
    made = send(
        r.clients("secretsmanager").create_secret,
        {**given, **_value(r)},
        Name=named(r, "Name", 512),
        Tags=tag_list(r.properties),
    )["ARN"]
    return Made(made, {"Id": made})


def _update(r: Request) -> Made:
    service, arn = r.clients("secretsmanager"), r.physical_id
    new = _value(r) if changed(r, "SecretString", "GenerateSecretString") else {}
    if new or changed(r, "Description", "KmsKeyId"):
        send(service.update_secret, {**leave(r.properties, "SecretString"), **new}, SecretId=arn)
    if dropped_tags(r):
        service.untag_resource(SecretId=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        service.tag_resource(SecretId=arn, Tags=new_tags(r))
    return Made(arn, {"Id": arn})


def _delete(r: Request) -> None:
    gone(r.clients("secretsmanager").delete_secret, SecretId=r.physical_id, ForceDeleteWithoutRecovery=True)


def _contents(r: Request) -> dict[str, Any]:
    contents: dict[str, Any] = json.loads(
        r.clients("secretsmanager").get_secret_value(SecretId=r.properties["SecretId"])["SecretString"]
    )
    return contents


def _attach(r: Request) -> Made:
    """Write into the secret how its database is reached, as AWS does."""
    target, secret = r.properties["TargetId"], r.properties["SecretId"]
    database = r.clients("rds").describe_db_instances(DBInstanceIdentifier=target)["DBInstances"][0]
    found = {
        "engine": database["Engine"],
        "host": database["Endpoint"]["Address"],
        "port": database["Endpoint"]["Port"],
        "dbInstanceIdentifier": target,
        **({"dbname": database["DBName"]} if database.get("DBName") else {}),
    }
    joined = json.dumps({**_contents(r), **found})
    r.clients("secretsmanager").put_secret_value(SecretId=secret, SecretString=joined)
    return Made(secret, {"Id": secret})


def _detach(r: Request) -> None:
    with forgiving():
        kept = leave(_contents(r), "engine", "host", "port", "dbInstanceIdentifier", "dbname")
        r.clients("secretsmanager").put_secret_value(SecretId=r.properties["SecretId"], SecretString=json.dumps(kept))


def _put_policy(r: Request) -> Made:
    send(r.clients("secretsmanager").put_resource_policy, r.properties)
    return Made(r.properties["SecretId"], {"Id": r.properties["SecretId"]})


HANDLERS: Mapping[str, Handler] = {
    "AWS::SecretsManager::Secret": Handler(_create, _delete, _update),
    "AWS::SecretsManager::SecretTargetAttachment": Handler(_attach, _detach, _attach),
    "AWS::SecretsManager::ResourcePolicy": Handler(
        _put_policy,
        lambda r: gone(r.clients("secretsmanager").delete_resource_policy, SecretId=r.properties["SecretId"]),
        _put_policy,
    ),
}
