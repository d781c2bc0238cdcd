"""Cognito's user pools and identity pools, with what belongs to them.

Not represented: e-mails and messages, changed schemas and tags, managed login pages, custom domains, resource servers;
threat protection keeps its settings and judges nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from .api import forgiving, gone, leave, named, pick, send
from .handler import Handler, Made, Request

_EVERY_CLIENT = "ALL"
_RISKS = (
    "AccountTakeoverRiskConfiguration",
    "CompromisedCredentialsRiskConfiguration",
    "RiskExceptionConfiguration",
)


def _create_pool(r: Request) -> Made:
    given = leave(r.properties, "UserPoolName")
    name = named(r, "UserPoolName", 128)
    pool = send(r.clients("cognito-idp").create_user_pool, given, PoolName=name)["UserPool"]["Id"]
    return _settle_pool(r, pool)


def _settle_pool(r: Request, pool: str) -> Made:
    users = r.clients("cognito-idp")
    token = {"Enabled": "SOFTWARE_TOKEN_MFA" in r.properties.get("EnabledMfas", ())}
    if "MfaConfiguration" in r.properties:
        given = pick(r.properties, "MfaConfiguration")
        send(users.set_user_pool_mfa_config, given, UserPoolId=pool, SoftwareTokenMfaConfiguration=token)
    found = users.describe_user_pool(UserPoolId=pool)["UserPool"]
    host = f"cognito-idp.{r.region}.amazonaws.com/{pool}"
    known = {"Arn": found["Arn"], "ProviderName": host, "ProviderURL": f"https://{host}"}
    return Made(pool, {**known, "UserPoolId": pool})


def _update_pool(r: Request) -> Made:
    send(r.clients("cognito-idp").update_user_pool, leave(r.properties, "Schema"), UserPoolId=r.physical_id)
    return _settle_pool(r, r.physical_id)


def _delete_pool(r: Request) -> None:
    users = r.clients("cognito-idp")
    with forgiving():
        found = users.describe_user_pool(UserPoolId=r.physical_id)["UserPool"]
        if found.get("DeletionProtection") == "ACTIVE":
            why = "The user pool cannot be deleted because deletion protection is activated."
            raise ClientError({"Error": {"Code": "InvalidParameterException", "Message": why}}, "DeleteUserPool")
        users.delete_user_pool(UserPoolId=r.physical_id)


def _create_client(r: Request) -> Made:
    given = leave(r.properties, "ClientName")
    made = send(r.clients("cognito-idp").create_user_pool_client, given, ClientName=named(r, "ClientName", 128))
    return _made_client(made["UserPoolClient"])


def _made_client(found: Mapping[str, Any]) -> Made:
    known = {"ClientId": found["ClientId"], "Name": found["ClientName"], "ClientSecret": found.get("ClientSecret", "")}
    return Made(found["ClientId"], known)


def _update_client(r: Request) -> Made:
    made = send(r.clients("cognito-idp").update_user_pool_client, r.properties, ClientId=r.physical_id)
    return _made_client(made["UserPoolClient"])


def _create_domain(r: Request) -> Made:
    users, name = r.clients("cognito-idp"), r.properties["Domain"]
    if users.describe_user_pool_domain(Domain=name).get("DomainDescription"):
        why = "Domain already associated with another user pool."
        raise ClientError({"Error": {"Code": "InvalidParameterException", "Message": why}}, "CreateUserPoolDomain")
    send(users.create_user_pool_domain, r.properties)
    return Made(name, {"CloudFrontDistribution": ""})


def _delete_domain(r: Request) -> None:
    with forgiving():
        if r.clients("cognito-idp").describe_user_pool_domain(Domain=r.physical_id).get("DomainDescription"):
            send(r.clients("cognito-idp").delete_user_pool_domain, r.properties)


def _client(r: Request) -> dict[str, str]:
    """Return which client risks are meant for: none in particular where it is all of them."""
    client = r.properties["ClientId"]
    return {} if client == _EVERY_CLIENT else {"ClientId": client}


def _set_risks(r: Request) -> Made:
    given = pick(r.properties, "UserPoolId", *_RISKS)
    send(r.clients("cognito-idp").set_risk_configuration, given, **_client(r))
    return Made(f"{r.properties['UserPoolId']}|{r.properties['ClientId']}")


def _forget_risks(r: Request) -> None:
    gone(r.clients("cognito-idp").set_risk_configuration, pick(r.properties, "UserPoolId"), **_client(r))


def _set_logs(r: Request) -> Made:
    given = {"LogConfigurations": r.properties.get("LogConfigurations", [])}
    send(r.clients("cognito-idp").set_log_delivery_configuration, given, UserPoolId=r.properties["UserPoolId"])
    return Made(r.properties["UserPoolId"], {"Id": r.properties["UserPoolId"]})


def _forget_logs(r: Request) -> None:
    gone(r.clients("cognito-idp").set_log_delivery_configuration, UserPoolId=r.physical_id, LogConfigurations=[])


def _identity_pool(r: Request) -> dict[str, Any]:
    tags = {tag["Key"]: tag["Value"] for tag in r.properties.get("IdentityPoolTags", ())}
    return {**leave(r.properties, "IdentityPoolTags"), **({"IdentityPoolTags": tags} if tags else {})}


def _create_identity_pool(r: Request) -> Made:
    name = named(r, "IdentityPoolName", 128)
    made = send(r.clients("cognito-identity").create_identity_pool, _identity_pool(r), IdentityPoolName=name)
    return Made(made["IdentityPoolId"], {"Id": made["IdentityPoolId"], "Name": name})


def _update_identity_pool(r: Request) -> Made:
    pools = r.clients("cognito-identity")
    name = pools.describe_identity_pool(IdentityPoolId=r.physical_id)["IdentityPoolName"]
    own = {"IdentityPoolId": r.physical_id, "IdentityPoolName": r.properties.get("IdentityPoolName", name)}
    made = send(pools.update_identity_pool, _identity_pool(r), **own)
    return Made(r.physical_id, {"Id": r.physical_id, "Name": made["IdentityPoolName"]})


def _set_roles(r: Request) -> Made:
    """Give an identity pool its roles; a mapping may name its provider instead of being named by it."""
    given = r.properties.get("RoleMappings", {})
    mappings = {each.get("IdentityProvider", key): leave(each, "IdentityProvider") for key, each in given.items()}
    wanted = {"Roles": r.properties.get("Roles", {}), **({"RoleMappings": mappings} if mappings else {})}
    send(r.clients("cognito-identity").set_identity_pool_roles, wanted, IdentityPoolId=r.properties["IdentityPoolId"])
    return Made(r.properties["IdentityPoolId"], {"Id": r.properties["IdentityPoolId"]})


def _forget_roles(r: Request) -> None:
    gone(r.clients("cognito-identity").set_identity_pool_roles, IdentityPoolId=r.physical_id, Roles={})


HANDLERS: Mapping[str, Handler] = {
    "AWS::Cognito::IdentityPool": Handler(
        _create_identity_pool,
        lambda r: gone(r.clients("cognito-identity").delete_identity_pool, IdentityPoolId=r.physical_id),
        _update_identity_pool,
    ),
    "AWS::Cognito::IdentityPoolRoleAttachment": Handler(_set_roles, _forget_roles, _set_roles),
    "AWS::Cognito::LogDeliveryConfiguration": Handler(_set_logs, _forget_logs, _set_logs),
    "AWS::Cognito::UserPool": Handler(_create_pool, _delete_pool, _update_pool),
    "AWS::Cognito::UserPoolClient": Handler(
        _create_client,
        lambda r: gone(
            r.clients("cognito-idp").delete_user_pool_client, pick(r.properties, "UserPoolId"), ClientId=r.physical_id
        ),
        _update_client,
    ),
    "AWS::Cognito::UserPoolDomain": Handler(_create_domain, _delete_domain),
    "AWS::Cognito::UserPoolRiskConfigurationAttachment": Handler(_set_risks, _forget_risks, _set_risks),
}
