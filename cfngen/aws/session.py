"""Sessions: the admin account's clients, and other accounts' through assumed roles."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.loaders import Loader, create_loader
from botocore.session import Session as BotocoreSession
from botocore.session import get_session

from ..errors import CfngenError, problem
from .errors import translated

ATTEMPTS, LOCAL_ATTEMPTS = 10, 4
"""Of each call, with growing pauses; a local AWS that does not answer is not there."""

LOCAL_CREDENTIALS = ("local", "local")
"""Any key is the admin account's on the local AWS."""


@dataclass(frozen=True)
class Aws:
    """A way to AWS (or, with an endpoint, to the local one) as some principal, in a region."""

    session: boto3.Session
    region: str
    endpoint: str | None = None
    partition: str = "aws"
    clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)
    """By service and region: making one takes longer than most calls, and a throttled one remembers it."""
    assumed: dict[tuple[str, str], Aws] = field(default_factory=dict, repr=False, compare=False)
    """By account and role, so that a role is assumed once and not for each service and region."""
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def client(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service and region; calls are retried adaptively: throttling only slows down."""
        key = (service, region or self.region)
        with self.lock:
            if key not in self.clients:
                self.clients[key] = self._made(*key)
            return self.clients[key]

    def _made(self, service: str, region: str) -> Any:
        retries: dict[str, Any] = {"mode": "adaptive", "max_attempts": LOCAL_ATTEMPTS if self.endpoint else ATTEMPTS}
        style = {"addressing_style": "path" if self.endpoint else "virtual"}
        config = Config(retries=retries, s3=style, connect_timeout=10, read_timeout=60, max_pool_connections=32)
        with translated(f"connecting to {service}"):
            return self.session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                config=config,
            )

    def assume(self, account: str, role: str, region: str | None = None) -> Aws:
        """Return a way to AWS as a role of another account; its credentials renew themselves as long as ours live."""
        key = (account, role)
        with self.lock:
            if key not in self.assumed:
                self.assumed[key] = self._as(account, role)
            return replace(self.assumed[key], region=region or self.region)

    def _as(self, account: str, role: str) -> Aws:
        source = self.session.get_credentials()
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=lambda service, **_: self.client(service),
            source_credentials=source,
            role_arn=f"arn:{self.partition}:iam::{account}:role/{role}",
            extra_args={"RoleSessionName": "cfngen"},
        )
        session = _with_models(BotocoreSession())
        credentials = DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method="assume-role")
        setattr(session, "_credentials", credentials)  # noqa: B010, botocore has no public setter for these
        made = boto3.Session(botocore_session=session, region_name=self.region)
        return Aws(made, self.region, self.endpoint, self.partition)

    def identity(self) -> tuple[str, str]:
        """Return the account and the ARN of the principal that calls."""
        with translated("asking AWS who calls"):
            answer = self.client("sts").get_caller_identity()
        return str(answer["Account"]), str(answer["Arn"])


@cache
def _models() -> Loader:
    """Return the one reader of the services' models, which are large: it remembers what it read."""
    return create_loader()


def _with_models(session: BotocoreSession) -> BotocoreSession:
    session.register_component("data_loader", _models())
    return session


def connect(region: str, *, endpoint: str | None = None) -> Aws:
    """Return a way to AWS with the credentials of the environment; with an endpoint none are needed."""
    session = _with_models(get_session())
    if endpoint:
        session.set_credentials(*LOCAL_CREDENTIALS)
    with translated("reading the AWS configuration"):
        made = boto3.Session(botocore_session=session, region_name=region)
        return Aws(made, region, endpoint, made.get_partition_for_region(region))


def is_loopback(url: str) -> bool:
    """Whether a URL is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_account(aws: Aws, account: str) -> str:
    """Raise unless the caller is of that account; return the caller's ARN."""
    found, arn = aws.identity()
    if found != account:
        what = f"these credentials are of account {found}, and the environment's admin account is {account}"
        raise CfngenError(problem(what, where="credentials", hint="set AWS_PROFILE to one of the admin account"))
    return arn
