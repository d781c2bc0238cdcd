"""`--local`: which local AWS to use, and one inside this process when there is none."""

from __future__ import annotations

import importlib
import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from ..errors import CfngenError, problem

if TYPE_CHECKING:
    from ..environment.config import Environment
    from ..local.settings import Settings

PORT = 5757
VARIABLE = "AWS_ENDPOINT_URL"


@contextmanager
def local_endpoint(params: Path, environment: Environment) -> Iterator[str]:
    """Yield the URL of a local AWS: the one named, else the one that runs on port 5757, else one of our own."""
    named = os.environ.get(VARIABLE)
    if named:
        yield require_loopback(named)
    elif healthy(f"http://127.0.0.1:{PORT}", environment):
        yield f"http://127.0.0.1:{PORT}"
    else:
        with server().start(settings(params, environment)) as running:
            yield running.url


def server() -> ModuleType:
    """Import the local AWS, which is an extra; raises `CfngenError` where it is not installed."""
    try:
        return importlib.import_module("..local.server", __package__)
    except ModuleNotFoundError as error:
        what = f"the local AWS needs {error.name}, which is not installed"
        raise CfngenError(problem(what, where="--local", hint="install cfngen[local]")) from error


def require_loopback(url: str) -> str:
    """Return the URL if it is on this machine; a usage error otherwise, so that --local never leaves it."""
    from ..aws.session import is_loopback

    if not is_loopback(url):
        raise click.UsageError(f"--local: {VARIABLE} is {url}, which is not on this machine; unset it")
    return url


def healthy(url: str, environment: Environment) -> bool:
    """Whether a local AWS of ours answers there, with this environment's admin account."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/_cfngen/health", timeout=2) as answer:
            health = json.load(answer)
    except (OSError, ValueError):
        return False
    return isinstance(health, dict) and health.get("admin_account") == environment.admin.account


def settings(params: Path, environment: Environment | None = None) -> Settings:
    """Return the accounts that the local AWS has: those of every environment."""
    from ..environment.config import load_environments
    from ..local.settings import Settings

    environments = load_environments(params)
    admin = (environment or environments[0]).admin
    accounts = {account for item in environments for account in item.accounts} | {admin.account}
    return Settings(admin.account, tuple(sorted(accounts)), admin.entry_role)
