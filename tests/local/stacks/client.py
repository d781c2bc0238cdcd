"""A client of the stack engine's API, without HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.query import ApiError, respond
from cfngen.local.stacks.api import ACTIONS
from cfngen.local.stacks.call import Call
from cfngen.local.stacks.engine import Engine

from .cloud import ACCOUNT, REGION, VPC_AND_SUBNET, Cloud, engine, text


class Api:
    """The API as a client sees it: every answer is written by AWS's model; what was started is done on `wait`."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.engine: Engine = engine(cloud)

    def __call__(self, action: str, **params: Any) -> dict[str, Any]:
        result = ACTIONS[action](Call(self.engine, ACCOUNT, REGION, params))
        assert respond(action, result)
        return result

    def wait(self) -> None:
        while self.cloud.pending:
            self.cloud.pending.pop(0)()

    def refused(self, action: str, **params: Any) -> tuple[str, str]:
        with pytest.raises(ApiError) as caught:
            self(action, **params)
        return caught.value.code, caught.value.message

    def stack(self, name: str = "shop") -> dict[str, Any]:
        (found,) = self("DescribeStacks", StackName=name)["Stacks"]
        return found


def created(api: Api, template: Any = VPC_AND_SUBNET, **params: Any) -> dict[str, Any]:
    api("CreateStack", StackName="shop", TemplateBody=text(template), **params)
    api.wait()
    return api.stack()


def pair(key: str, value: str) -> dict[str, str]:
    return {"ParameterKey": key, "ParameterValue": value}
