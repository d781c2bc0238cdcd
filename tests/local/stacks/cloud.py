"""A cloud of dictionaries: handlers, templates, parameters and secrets for tests of the stack engine."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.query import ApiError
from cfngen.local.resources.handler import Handler, Made, Request
from cfngen.local.stacks.design import prepare
from cfngen.local.stacks.engine import (
    Engine,
    carry_out,
    carry_out_deletion,
    new_stack,
    start_create,
    start_delete,
    start_update,
)
from cfngen.local.stacks.parameters import SsmParameter
from cfngen.local.stacks.refusal import invalid
from cfngen.local.stacks.rollout import Rollout
from cfngen.local.stacks.store import Settings, Stack
from cfngen.local.stacks.world import World

ACCOUNT, REGION = "222222222222", "eu-west-1"
IN_PLACE = ("AWS::SNS::Topic", "AWS::Logs::LogGroup", "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::SSM::Parameter")
NEVER_IN_PLACE = ("AWS::EC2::EIP", "AWS::IAM::Role", "AWS::EC2::SecurityGroup")


VPC_AND_SUBNET = """
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/16}
  Zone: {Type: String, Default: a}
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Ref Zone}
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr}
Outputs:
  VpcId: {Value: !Ref Vpc, Description: The network.}
  Zone: {Value: !Sub "${Zone} of ${Subnet}"}
"""


@dataclass
class Cloud:
    """What exists, what was called, and what shall fail."""

    things: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    """`create Topic`, `update Topic`, `delete Topic`: what the service refuses."""
    fail_in: int = -1
    """How many more creates and updates succeed before one fails, once; negative: none does."""
    templates: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, SsmParameter] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    pending: list[Callable[[], None]] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=itertools.count)

    def kinds(self) -> list[str]:
        """What exists, by the kind of its id: `topic`, `vpc`."""
        return sorted(each.split("-")[0] for each in self.things)


def engine(cloud: Cloud) -> Engine:
    """Return an engine over a cloud; what the API starts beside its caller waits in `cloud.pending`."""
    ticks, tokens = itertools.count(), itertools.count()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    world = World(
        handlers=_handlers(cloud),
        clients=lambda account, region: lambda service, where=region: (account, where, service),
        fetch=lambda account, region, url: _fetch(cloud, url),
        zones=lambda account, region: [f"{region}{letter}" for letter in "abc"],
        parameter=lambda account, region, name: cloud.parameters.get(name),
        secret=lambda account, region, name, stage, version: cloud.secrets.get(name),
        now=lambda: start + timedelta(milliseconds=next(ticks)),
        token=lambda: f"token-{next(tokens)}",
        spawn=cloud.pending.append,
    )
    return Engine(world)


def create(
    of: Engine,
    template: Any,
    given: Mapping[str, str | None] | None = None,
    *,
    name: str = "shop",
    tags: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    capabilities: tuple[str, ...] = ("CAPABILITY_IAM",),
) -> Stack:
    """Create a stack to its end."""
    place = (ACCOUNT, REGION)
    wanted = prepare(of.world, place, text(template), given or {}, tags=tags, capabilities=capabilities)
    stack = new_stack(of, place, name, wanted, settings)
    carry_out(start_create(of, stack))
    return stack


def start(
    of: Engine,
    stack: Stack,
    template: Any,
    given: Mapping[str, str | None] | None = None,
    *,
    tags: Mapping[str, str] | None = None,
    capabilities: tuple[str, ...] = ("CAPABILITY_IAM",),
) -> Rollout:
    """Start an update of a stack."""
    wanted = prepare(
        of.world,
        (ACCOUNT, REGION),
        text(template),
        given or {},
        previous=stack.wanted.parameters,
        tags=stack.wanted.tags if tags is None else tags,
        capabilities=capabilities,
    )
    return start_update(of, stack, wanted)


def update(
    of: Engine,
    stack: Stack,
    template: Any,
    given: Mapping[str, str | None] | None = None,
    *,
    tags: Mapping[str, str] | None = None,
    capabilities: tuple[str, ...] = ("CAPABILITY_IAM",),
) -> Stack:
    """Update a stack to its end."""
    carry_out(start(of, stack, template, given, tags=tags, capabilities=capabilities))
    return stack


def refused_update(of: Engine, stack: Stack, template: Any, given: Mapping[str, str | None] | None = None) -> str:
    """Return why an update is refused."""
    with pytest.raises(ApiError) as caught:
        start(of, stack, template, given)
    return caught.value.message


def topics(*names: str, **more: Any) -> dict[str, Any]:
    """Return a template of topics, each with the same other attributes."""
    return {"Resources": {name: {"Type": "AWS::SNS::Topic", **more} for name in names}}


def delete(of: Engine, stack: Stack) -> Stack:
    """Delete a stack to its end."""
    start_delete(of, stack)
    carry_out_deletion(of, stack)
    return stack


def text(template: Any) -> str:
    """Return a template as text."""
    return template if isinstance(template, str) else json.dumps(template)


def statuses(stack: Stack, logical_id: str | None = None) -> list[str]:
    """Return the statuses that a stack, or one of its resources, went through."""
    return [event.status for event in stack.events if event.logical_id == (logical_id or stack.name)]


def reasons(stack: Stack, status: str) -> list[str]:
    """Return the reasons of the events of a status."""
    return [event.reason for event in stack.events if event.status == status]


def _fetch(cloud: Cloud, url: str) -> str:
    if url not in cloud.templates:
        raise invalid("S3 error: The specified key does not exist.")
    return cloud.templates[url]


def _handlers(cloud: Cloud) -> dict[str, Handler]:
    kinds = {name: Handler(*_made(cloud, name), update=_changed(cloud)) for name in IN_PLACE}
    return kinds | {name: Handler(*_made(cloud, name)) for name in NEVER_IN_PLACE}


def _made(cloud: Cloud, kind: str) -> tuple[Callable[[Request], Made], Callable[[Request], None]]:
    def create(request: Request) -> Made:
        _call(cloud, "create", request)
        physical = f"{kind.rpartition('::')[2].lower()}-{next(cloud.ids)}"
        cloud.things[physical] = request.properties
        return Made(physical, _attributes(physical, request))

    def delete(request: Request) -> None:
        _call(cloud, "delete", request)
        if cloud.things.pop(request.physical_id, None) is None:
            raise _error("NotFound", f"{request.physical_id} does not exist")

    return create, delete


def _changed(cloud: Cloud) -> Callable[[Request], Made]:
    def update(request: Request) -> Made:
        _call(cloud, "update", request)
        cloud.things[request.physical_id] = request.properties
        return Made(request.physical_id, _attributes(request.physical_id, request))

    return update


def _attributes(physical: str, request: Request) -> dict[str, str | list[str]]:
    return {"Arn": f"arn:{physical}", "TopicArn": f"arn:{physical}", "TopicName": physical, "GroupId": physical}


def _call(cloud: Cloud, verb: str, request: Request) -> None:
    call = f"{verb} {request.logical_id}"
    cloud.calls.append(call)
    cloud.requests.append(request)
    if verb != "delete":
        cloud.fail_in -= 1
    if call in cloud.refuse or (verb != "delete" and cloud.fail_in == -1):
        raise _error("InvalidParameterValue", f"{call} is refused")


def _error(code: str, message: str) -> ClientError:
    metadata = {"HTTPStatusCode": 400, "RequestId": "r-1", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "Call")
