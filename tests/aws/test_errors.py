"""Every way in which AWS can be out of reach or say no becomes one clear sentence."""

from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError

from cfngen.aws.errors import explain, translated
from cfngen.errors import CfngenError

DENIED = (
    "User: arn:aws:sts::111111111111:assumed-role/dev/x is not authorized to perform: "
    "cloudformation:CreateStackSet on resource: arn:aws:cloudformation:us-east-1:111111111111:stackset/a because no "
    "identity-based policy allows the action"
)


def answer(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "CreateStackSet")


@pytest.mark.parametrize(
    ("error", "what", "hint"),
    [
        (exceptions.NoCredentialsError(), "there are no AWS credentials", "--local"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "there are no AWS credentials", "sign in"),
        (exceptions.ProfileNotFound(profile="nobody"), "nobody", "aws configure list-profiles"),
        (exceptions.UnauthorizedSSOTokenError(), "single sign-on session has ended", "aws sso login"),
        (exceptions.EndpointConnectionError(endpoint_url="http://x"), "cannot be reached", "cfngen local up"),
        (exceptions.ReadTimeoutError(endpoint_url="http://x"), "the connection broke", "repeat"),
        (exceptions.ConnectionClosedError(endpoint_url="http://x"), "the connection broke", "repeat"),
        (answer("ExpiredToken"), "have expired", "aws sso login"),
        (answer("InvalidClientTokenId"), "does not know these credentials", "AWS_PROFILE"),
        (answer("Throttling"), "throttles", "wait"),
        (answer("OperationInProgressException", "busy"), "CreateStackSet: busy", "--stop"),
        (answer("StaleRequestException", "stale"), "stale", "again"),
        (answer("LimitExceededException", "too many"), "too many", "quota"),
        (answer("AccessDenied", "Access Denied"), "is not allowed", "permission"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_is_explained_with_what_to_do(error: Exception, what: str, hint: str) -> None:
    problem = explain(error, "creating the stack set")
    assert what in problem.what
    assert hint in problem.hint
    assert problem.where.path == "creating the stack set"


def test_a_denial_names_who_may_not_do_what_on_what() -> None:
    problem = explain(answer("AccessDenied", DENIED), "deploying")
    who, what, on = "arn:aws:sts::111111111111:assumed-role/dev/x", "cloudformation:CreateStackSet", "stackset/a"
    assert problem.what == f"{who} may not {what} on arn:aws:cloudformation:us-east-1:111111111111:{on}"
    assert "allow cloudformation:CreateStackSet" in problem.hint


def test_only_what_botocore_raises_is_translated() -> None:
    with pytest.raises(ZeroDivisionError), translated("dividing"):
        _ = 1 / 0
    with pytest.raises(CfngenError, match="dividing: there are no AWS credentials"), translated("dividing"):
        raise exceptions.NoCredentialsError
