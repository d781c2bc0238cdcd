"""Custom resources: what a template's author made a resource type by writing a function for it.

CloudFormation sends the function an event and waits for what it puts to the response URL.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.models import lambda_backends

from .invocation import Function, WSGIApplication, invoke
from .resources.handler import Handler, Made, Request
from .stacks.failure import ResourceError

_TOKEN = "ServiceToken"  # noqa: S105, CloudFormation's name for the function's ARN
_MOST_BYTES = 4096
"""The largest response: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html"""

_SILENT = (
    "CloudFormation did not receive a response from your Custom Resource. "
    "Please check your logs for requestId [{}]. If you are using the Python cfn-response module, you may need to "
    "update your Lambda function so that CloudFormation can attach the updated version."
)


def custom_resources(app: WSGIApplication) -> Callable[[str], Handler]:
    """Return a function from a custom resource's type to its handler; `app` are the services of this AWS."""

    def handler(resource_type: str) -> Handler:
        def create(r: Request) -> Made:
            return _made(_ask(app, r, resource_type, "Create"))

        def update(r: Request) -> Made:
            old = {"PhysicalResourceId": r.physical_id, "OldResourceProperties": as_text(r.before)}
            return _made(_ask(app, r, resource_type, "Update", **old))

        def delete(r: Request) -> None:
            _ask(app, r, resource_type, "Delete", PhysicalResourceId=r.physical_id)

        return Handler(create, delete, update)

    return handler


def as_text(value: Any) -> Any:
    """Return properties as CloudFormation sends them: every number and boolean as text."""
    if isinstance(value, Mapping):
        return {key: as_text(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ask(app: WSGIApplication, r: Request, resource_type: str, kind: str, **more: Any) -> Mapping[str, Any]:
    """Send the function a request and return its answer; raises `ResourceError` where that is not a success."""
    function = _function(r)
    event = {
        "RequestType": kind,
        "ServiceToken": r.properties[_TOKEN],
        "StackId": r.stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": r.logical_id,
        "ResourceType": resource_type,
        "ResourceProperties": as_text(r.properties),
        **more,
    }
    done = invoke(app, function, event, event["RequestId"])
    left = r.physical_id or r.name  # what a deletion is told, when there is no answer to take it from
    if not done.responses:
        said = f" The function said: {done.problem}" if done.problem else ""
        raise ResourceError(_SILENT.format(event["RequestId"]) + said, left)
    answer = _answer(done.responses[0], event, left)
    if answer["Status"] != "SUCCESS":
        raise ResourceError(
            f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason', '')} "
            f"(RequestId: {event['RequestId']})",
            str(answer.get("PhysicalResourceId") or left),
        )
    return answer


def _function(r: Request) -> Function:
    """Return the function that a service token names; raises `ResourceError` where there is none."""
    token = str(r.properties.get(_TOKEN, ""))
    parts = token.split(":")
    if len(parts) < 7 or parts[2] != "lambda":
        raise ResourceError(f"Service token {token} is not available on the local AWS, which knows functions only.")
    account, region = parts[4], parts[3]
    if region != r.region:
        raise ResourceError(f"Invalid service token: {token} is not in region {r.region}.")
    try:
        found = lambda_backends[account][region].get_function(parts[6])
    except Exception as error:
        raise ResourceError(f"Functions from 'aws' are not reachable in this region: {token} not found") from error
    return Function(
        account=account,
        region=region,
        name=found.function_name,
        arn=found.function_arn,
        runtime=str(found.run_time or ""),
        handler=str(found.handler),
        timeout=float(found.timeout),
        memory=int(found.memory_size),
        variables={key: str(value) for key, value in (found.environment_vars or {}).items()},
        archive=found.code_bytes,
    )


def _answer(body: bytes, event: Mapping[str, Any], left: str) -> Mapping[str, Any]:
    """Return a response as its fields; raises `ResourceError` for one that CloudFormation would not take."""
    if len(body) > _MOST_BYTES:
        raise ResourceError("Response object is too long.", left)
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResourceError("Invalid Custom Resource response: it is not JSON.", left) from error
    if not isinstance(answer, dict) or answer.get("Status") not in ("SUCCESS", "FAILED"):
        raise ResourceError("Invalid Custom Resource response: Status must be SUCCESS or FAILED.", left)
    needed = ("StackId", "RequestId", "LogicalResourceId")
    wrong = [name for name in needed if answer.get(name) != event[name]]
    missing = [] if answer.get("PhysicalResourceId") else ["PhysicalResourceId"]
    if wrong or missing:
        raise ResourceError(f"Invalid Custom Resource response: wrong or missing {', '.join(wrong + missing)}.", left)
    return answer


def _made(answer: Mapping[str, Any]) -> Made:
    data = answer.get("Data") or {}
    known = {key: list(map(str, v)) if isinstance(v, list) else as_text(v) for key, v in data.items()}
    return Made(str(answer["PhysicalResourceId"]), known)
