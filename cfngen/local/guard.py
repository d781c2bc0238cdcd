"""Guarded handlers: before a resource is made, changed or removed, somebody else says whether that is allowed.

The local AWS does not evaluate policies: whoever starts it may give it a judge that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from botocore.exceptions import ClientError

from .resources.handler import Handler, Made, Request

Judge = Callable[[Request, str, str], tuple[str, str]]
"""Given a request, a resource type and `create`, `update` or `delete`: who acts, and the first action that they may
not take, or '' if they may take all."""


def guarded(handlers: Mapping[str, Handler], judge: Judge) -> Mapping[str, Handler]:
    """Return handlers that fail as AWS's do where the judge finds an action that is not allowed."""
    return {kind: _guarded(kind, handler, judge) for kind, handler in handlers.items()}


def _guarded(kind: str, handler: Handler, judge: Judge) -> Handler:
    ask = partial(_ask, judge, kind)

    def create(request: Request) -> Made:
        ask(request, "create")
        return handler.create(request)

    def update(request: Request) -> Made:
        ask(request, "update")
        return handler.update(request) if handler.update else Made(request.physical_id)

    def delete(request: Request) -> None:
        ask(request, "delete")
        handler.delete(request)

    return Handler(create=create, delete=delete, update=update if handler.update else None)


def _ask(judge: Judge, kind: str, request: Request, deed: str) -> None:
    """Raise what a service answers where an action is not allowed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    who, action = judge(request, kind, deed)
    if action:
        why = f"because no identity-based policy allows the {action} action"
        message = f"User: {who} is not authorized to perform: {action} on resource: * {why}"
        answer = {"Error": {"Code": "AccessDenied", "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise ClientError(answer, action.partition(":")[2])
