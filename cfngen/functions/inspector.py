"""Switches Amazon Inspector on; when its stack goes, what was off before is switched off again."""

from __future__ import annotations

import json
import time
import urllib.request as http
from typing import Any

import boto3
from botocore.exceptions import ClientError

MARK = "inspector-beside-"
"""Begins the physical id, which says what was on before; it never changes, so that nothing is forgotten."""


def handler(event: dict[str, Any], _context: object, sleep: Any = time.sleep) -> None:
    """Carry out a request and answer it, whatever happens: CloudFormation would wait for an hour."""
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": event.get("PhysicalResourceId") or event["RequestId"], "Status": "SUCCESS"}
    try:
        answer["PhysicalResourceId"] = patiently(event, sleep)
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:1000]}
    body = json.dumps(answer).encode()
    request = http.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")  # noqa: S310
    http.urlopen(request, timeout=10).close()  # noqa: S310


def patiently(event: dict[str, Any], sleep: Any) -> str:
    """Act, and again while the role is too new to be known everywhere."""
    for wait in (2, 4, 8):
        try:
            return act(event)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith("AccessDenied"):
                raise
        sleep(wait)
    return act(event)


def act(event: dict[str, Any]) -> str:
    """Switch scans on or off, and return the physical id."""
    inspector, account = boto3.client("inspector2"), event["StackId"].split(":")[4]
    wanted, kind = set(event["ResourceProperties"]["ResourceTypes"]), event["RequestType"]
    if kind == "Create":
        before = on(inspector, account)
        owner = MARK + (".".join(sorted(before)) or "nothing")
    else:
        owner = event["PhysicalResourceId"]
        if not owner.startswith(MARK):  # the creation failed, so there is nothing to take back
            return str(owner)
        before = set(owner.removeprefix(MARK).split("."))
    if kind == "Delete":
        switch(inspector.disable, wanted - before, account)
        return str(owner)
    switch(inspector.enable, wanted - on(inspector, account), account)
    if kind == "Update":
        switch(inspector.disable, set(event["OldResourceProperties"]["ResourceTypes"]) - wanted - before, account)
    return str(owner)


def on(inspector: Any, account: str) -> set[str]:
    """Return the kinds of resources that are scanned now."""
    known = inspector.batch_get_account_status(accountIds=[account])["accounts"]
    states = known[0]["resourceState"] if known else {}
    names = {"ec2": "EC2", "ecr": "ECR", "lambda": "LAMBDA", "lambdaCode": "LAMBDA_CODE"}
    return {names[key] for key in names if states.get(key, {}).get("status") in ("ENABLED", "ENABLING")}


def switch(call: Any, kinds: set[str], account: str) -> None:
    """Enable or disable scans of some kinds; a refusal is an error."""
    if kinds:
        answer = call(accountIds=[account], resourceTypes=sorted(kinds))
        if answer.get("failedAccounts"):
            raise RuntimeError(json.dumps(answer["failedAccounts"][0], default=str))
