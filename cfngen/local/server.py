"""The local AWS over HTTP on 127.0.0.1: put together, started and stopped.

with start(Settings("111111111111", ("222222222222",))) as running:
    boto3.client("sts", endpoint_url=running.url, ...)
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from threading import Event, Thread
from types import TracebackType
from typing import Any

from botocore.exceptions import ClientError
from werkzeug.serving import BaseWSGIServer, make_server

from ..errors import CfngenError, problem
from .clients import Clients, clients
from .connection import QuietHandler
from .custom import custom_resources
from .faults import Faults, no_faults
from .front import Actions, LocalAws, WSGIApplication
from .guard import Judge, guarded
from .query import ApiError
from .resources import HANDLERS
from .resources.handler import Request
from .resources.reader import Neighbour, Pairs, Reader
from .resources.reading import READERS
from .roles import role_problem
from .services import forget_everything, services_app
from .settings import Settings
from .stacks import api as stacks
from .stacks.backend import StackBackend
from .stacks.call import Call
from .stacks.drift import detect
from .stacks.engine import Engine as StackEngine
from .stacks.world import world
from .stacksets import api as stack_sets
from .stacksets.backend import StackFailed
from .stacksets.engine import Engine as StackSetEngine
from .stacksets.engine import engine as stack_set_engine
from .stacksets.model import Home
from .stacksets.simulated import Simulated
from .stacksets.work import Ports

HOST = "127.0.0.1"
PORT = 5757


@dataclass(frozen=True)
class Running:
    """A local AWS that answers at `url`; leaving its context, or `stop`, ends it and forgets everything in it."""

    url: str
    stack_sets: StackSetEngine
    closed: Event
    thread: Thread
    server: BaseWSGIServer

    def stop(self) -> None:
        """End it: nothing is answered any more, and every account is empty."""
        if self.closed.is_set():
            return
        self.closed.set()
        self.stack_sets.runner.close()
        self.server.shutdown()
        self.thread.join()
        forget_everything()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(
    settings: Settings,
    port: int = 0,
    *,
    faults: Callable[[], Faults] = no_faults,
    simulated: Simulated | None = None,
    judge: Judge | None = None,
) -> Running:
    """Start a local AWS beside the caller, on a free port unless one is given; raises `CfngenError` if it is taken.

    `simulated` makes the stacks of stack sets instead of real ones, by the thousand; it needs no roles, and accounts
    need not be in `settings`.
    `judge` says what the stacks may do; without one, everything.
    moto has one world per process, so two local AWS in one process share every account.
    """
    listener, closed = _listen(port), Event()
    app, engine = _assemble(settings, faults, simulated, judge)
    with listener:
        server = make_server(
            HOST,
            port,
            _until(closed, app),
            threaded=True,
            request_handler=QuietHandler,
            fd=listener.fileno(),
        )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="local AWS", daemon=True)
    thread.start()
    return Running(f"http://{HOST}:{server.port}", engine, closed, thread, server)


def serve_forever(
    settings: Settings,
    port: int = PORT,
    *,
    faults: Callable[[], Faults] = no_faults,
    judge: Judge | None = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Run a local AWS until Ctrl-C; `ready` is given its URL once it answers. Raises `CfngenError` as `start` does."""
    with start(settings, port, faults=faults, judge=judge) as running:
        ready(running.url)
        running.thread.join()


def _assemble(
    settings: Settings, faults: Callable[[], Faults], simulated: Simulated | None, judge: Judge | None
) -> tuple[LocalAws, StackSetEngine]:
    """Return the application and its StackSets engine; CloudFormation calls back into the application's services."""
    services = services_app(settings)

    @cache
    def pool(account: str, region: str) -> Clients:
        return clients(services, account, region)

    handlers = guarded(HANDLERS, judge) if judge else HANDLERS
    outside = replace(world(handlers, pool, custom_resources(services)), readers=_readers(faults))
    engine = StackEngine(outside)
    ports = Ports(
        backend=simulated or StackBackend(engine),
        role_problem=_no_problem if simulated else partial(role_problem, pool, settings),
        fetch_template=outside.fetch,
        stack_drift=_no_drift if simulated else partial(_drift, engine),
        clock=outside.now,
        new_id=outside.token,
    )
    sets = stack_set_engine(ports, faults)
    return LocalAws(settings, _cloudformation(engine, sets), services, faults), sets


def _readers(faults: Callable[[], Faults]) -> dict[str, Reader]:
    """Return what looks resources up for a check of drift, but for the types that it may not read."""

    def unless_faulty(kind: str, reader: Reader) -> Reader:
        def read(request: Request, neighbours: Sequence[Neighbour]) -> Pairs | None:
            if kind in faults().unreadable:
                told = {"Code": "AccessDenied", "Message": f"not authorized to read {request.physical_id}"}
                raise ClientError({"Error": told}, "GetResource")
            return reader(request, neighbours)

        return read

    return {kind: unless_faulty(kind, reader) for kind, reader in READERS.items()}


def _no_problem(account: str, region: str, execution_role: str, administration_role_arn: str) -> str:  # noqa: ARG001
    return ""


def _drift(engine: StackEngine, account: str, region: str, stack_id: str) -> str:
    stack = engine.store.find(account, region, stack_id)
    if stack is None:
        raise StackFailed(f"Stack [{stack_id}] does not exist", stack_id)
    try:
        return detect(engine, stack).status
    except ApiError as error:
        raise StackFailed(error.message, stack_id) from error


def _no_drift(account: str, region: str, stack_id: str) -> str:  # noqa: ARG001, the signature is that of the port
    return "IN_SYNC"


def _cloudformation(engine: StackEngine, sets: StackSetEngine) -> Actions:
    def answer(account: str, region: str, action: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        if action in stack_sets.ACTIONS:
            return stack_sets.answer(sets, Home(account, region), action, params)
        if action in stacks.ACTIONS:
            return stacks.ACTIONS[action](Call(engine, account, region, params))
        raise ApiError("InvalidAction", f"{action} is not available on the local AWS")

    return answer


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        why = f"port {port} of {HOST} cannot be used: {error}"
        hint = "give another one with --port, or end the program that uses it"
        raise CfngenError(problem(why, where="local AWS", hint=hint)) from error
    return listener


def _until(closed: Event, app: WSGIApplication) -> WSGIApplication:
    """Return an application that drops every request once `closed` is set."""

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        if closed.is_set():
            raise ConnectionAbortedError("stopped")
        return app(environ, start_response)

    return answer
