"""What must be true on AWS before a deployment begins: the right account, the bucket, the roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from .. import names
from ..config import Environment
from ..errors import CfngenError, Problem, problem, require
from .bucket import Bucket
from .session import Aws, require_account


def preflight(aws: Aws, environment: Environment, bucket: Bucket) -> str:
    """Check everything and raise with all problems; return the ARN of who deploys."""
    arn = require_account(aws, environment.admin.account)
    require([*_check_bucket(bucket, environment), *_check_roles(aws, environment, environment.accounts)])
    return arn


def bootstrapped(aws: Aws, environment: Environment, bucket: Bucket) -> bool:
    """Whether bootstrap has been run for every account of the environment."""
    return bucket.exists() and not list(_check_roles(aws, environment, environment.accounts))


def _check_bucket(bucket: Bucket, environment: Environment) -> Iterator[Problem]:
    if not bucket.exists():
        hint = f"run `cfngen bootstrap {environment.name}`"
        yield problem(f"there is no template bucket {bucket.name}", where="preflight", hint=hint)


def _check_roles(aws: Aws, environment: Environment, accounts: Sequence[str]) -> Iterator[Problem]:
    """Assume each account's reader role: it is made by the same stack as the execution role."""
    role = names.reader_role(environment.project, environment.name)
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda account: _assumable(aws, account, role), accounts)
        for account, reason in zip(accounts, answers, strict=True):
            if reason:
                what = f"the role {role} of account {account} cannot be assumed: {reason}"
                yield problem(what, where="preflight", hint=f"run `cfngen bootstrap {environment.name}`")


def _assumable(aws: Aws, account: str, role: str) -> str:
    try:
        aws.assume(account, role).identity()
    except CfngenError as error:
        return error.problems[0].what
    return ""
