"""What AWS and the way to it can answer, as sentences that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as botocore

from ..errors import CfngenError, Problem, problem

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
INVALID = ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "403")
THROTTLED = ("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown")

HINTS = {
    "OperationInProgressException": "wait for it (`cfngen status ENV --watch`) or stop it (`cfngen deploy ENV --stop`)",
    "StaleRequestException": "somebody else changed it meanwhile: run the command again",
    "StackSetNotEmptyException": "`cfngen status ENV` names the instances that it has; delete or retain them first",
    "LimitExceededException": "raise the quota in the Service Quotas console, or remove stack sets you do not need",
    "InsufficientCapabilitiesException": "this is a defect of cfngen: capabilities are derived from the templates",
}


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn what botocore raises into a `CfngenError`; `doing` says what was going on, such as `reading prod`."""
    try:
        yield
    except botocore.ParamValidationError:
        raise  # a defect of ours, which keeps its traceback
    except (botocore.BotoCoreError, botocore.ClientError) as error:
        raise CfngenError(explain(error, doing)) from error


@contextmanager
def answered(*codes: str) -> Iterator[None]:
    """Take AWS's answers with these codes as an answer: what was asked for is so already, or is not there."""
    try:
        yield
    except botocore.ClientError as error:
        if code(error) not in codes:
            raise


def code(error: botocore.ClientError) -> str:
    """Return AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def explain(error: Exception, doing: str) -> Problem:
    """Say what an error of botocore means and what to do about it."""
    if isinstance(error, botocore.ClientError):
        return _answered(error, doing)
    return _unanswered(error, doing)


def _answered(error: botocore.ClientError, doing: str) -> Problem:
    kind, message = code(error), str(error.response.get("Error", {}).get("Message", ""))
    if kind in EXPIRED:
        return problem("the credentials have expired", where=doing, hint="sign in again (`aws sso login`) and repeat")
    if kind in INVALID:
        return problem("AWS does not know these credentials", where=doing, hint="check AWS_PROFILE or sign in again")
    if kind in DENIED:
        return _denied(error, message, doing)
    if kind in THROTTLED:
        return problem("AWS throttles the calls and did not stop", where=doing, hint="wait a minute and repeat")
    return problem(f"{error.operation_name}: {message or kind}", where=doing, hint=HINTS.get(kind, ""))


def _denied(error: botocore.ClientError, message: str, doing: str) -> Problem:
    """Name who may not do what on what, as far as AWS's message says it."""
    found = re.search(r"(?:User|Principal): (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?", message)
    if not found:
        return problem(f"{error.operation_name} is not allowed: {message}", where=doing, hint="ask for that permission")
    who, action, resource = found.groups()
    what = f"{who} may not {action}" + (f" on {resource}" if resource else "")
    return problem(what, where=doing, hint=f"allow {action}, or run `cfngen bootstrap ENV` if a role is missing")


def _unanswered(error: Exception, doing: str) -> Problem:
    match error:
        case botocore.NoCredentialsError() | botocore.PartialCredentialsError():
            hint = "set AWS_PROFILE or sign in (`aws sso login`); to try without AWS add --local"
            return problem("there are no AWS credentials", where=doing, hint=hint)
        case botocore.ProfileNotFound() | botocore.ConfigParseError():
            return problem(str(error), where=doing, hint="see `aws configure list-profiles`")
        case botocore.TokenRetrievalError() | botocore.UnauthorizedSSOTokenError() | botocore.SSOTokenLoadError():
            return problem("the single sign-on session has ended", where=doing, hint="sign in again: `aws sso login`")
        case botocore.CredentialRetrievalError():
            return problem(str(error), where=doing, hint="check AWS_PROFILE")
        case botocore.EndpointConnectionError() | botocore.ConnectTimeoutError() | botocore.ConnectionError():
            hint = "check the network and AWS_ENDPOINT_URL; for the local AWS run `cfngen local up`"
            return problem(f"AWS cannot be reached: {error}", where=doing, hint=hint)
        case botocore.HTTPClientError() | botocore.IncompleteReadError():
            hint = "repeat: what was begun goes on at AWS, and running again finishes it"
            return problem(f"the connection broke: {error}", where=doing, hint=hint)
        case _:
            return problem(f"{type(error).__name__}: {error}", where=doing)
