"""Sets the account's password policy; when its stack goes, the one before comes back."""

from __future__ import annotations

import json
import time
import urllib.request as http
from typing import Any

import boto3
from botocore.exceptions import ClientError

NUMBERS = {"MinimumPasswordLength": (8, 128), "MaxPasswordAge": (1, 90), "PasswordReusePrevention": (3, 24)}
"""The least and the most that each may be."""
REQUIRED = [f"Require{what}" for what in ("UppercaseCharacters", "LowercaseCharacters", "Numbers", "Symbols")]
CHOICES = ["AllowUsersToChangePassword", "HardExpiry"]


def handler(event: dict[str, Any], _context: object, sleep: Any = time.sleep) -> None:
    """Carry out a request and answer it, whatever happens: CloudFormation would wait for an hour."""
    owner = event.get("PhysicalResourceId") or f"password-policy-{event['RequestId']}"
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": owner, "Status": "SUCCESS"}
    try:
        patiently(event, owner, sleep)
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:1000]}
    body = json.dumps(answer).encode()
    request = http.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")  # noqa: S310
    http.urlopen(request, timeout=10).close()  # noqa: S310


def patiently(event: dict[str, Any], owner: str, sleep: Any) -> None:
    """Act, and again while the role is too new to be known everywhere."""
    for wait in (2, 4, 8, 0):
        try:
            act(event, owner)
            break
        except ClientError as error:
            if not wait or not error.response["Error"]["Code"].startswith("AccessDenied"):
                raise
        sleep(wait)


def act(event: dict[str, Any], owner: str) -> None:
    """Set or restore the policy; the one before is kept, with its owner, in an SSM parameter."""
    iam, ssm, given = boto3.client("iam"), boto3.client("ssm"), event["ResourceProperties"]
    store = given["PreviousPolicyParameter"]
    kept = found(ssm.get_parameter, Name=store)
    state = json.loads(kept["Parameter"]["Value"]) if kept else {}
    if event["RequestType"] == "Delete":
        if state.get("Owner") == owner:  # else another resource took over
            put(iam, state["Policy"])
            found(ssm.delete_parameter, Name=store)
        return
    policy = checked(given)
    if state.get("Owner") != owner:
        if not kept:
            state = {"Policy": settable(found(iam.get_account_password_policy))}
        value = json.dumps({**state, "Owner": owner})
        ssm.put_parameter(Name=store, Value=value, Type="String", Overwrite=True)
    put(iam, policy)


def checked(given: dict[str, str]) -> dict[str, Any]:
    """Return the wanted policy; a weaker one is an error."""
    policy: dict[str, Any] = {name: int(given[name]) for name in NUMBERS}
    wrong = [f"{n} must be {a} to {b}" for n, (a, b) in NUMBERS.items() if not a <= policy[n] <= b]
    policy |= {name: given[name] == "true" for name in REQUIRED + CHOICES}
    wrong += [f"{name} must be true" for name in REQUIRED if not policy[name]]
    if wrong:
        raise ValueError("; ".join(wrong))
    return policy


def put(iam: Any, policy: dict[str, Any] | None) -> None:
    """Make a policy the account's, or leave it without one."""
    if policy:
        iam.update_account_password_policy(**policy)
    else:
        found(iam.delete_account_password_policy)


def settable(answer: Any) -> dict[str, Any]:
    """Return what can be set of the policy that IAM tells."""
    policy = answer["PasswordPolicy"] if answer else {}
    return {name: policy[name] for name in [*NUMBERS, *REQUIRED, *CHOICES] if policy.get(name)}


def found(call: Any, **which: str) -> Any:
    """Return the answer, or None where there is no such thing."""
    try:
        return call(**which)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchEntity", "ParameterNotFound"):
            raise
    return None
