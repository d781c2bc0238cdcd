"""Why a resource failed, in the words in which CloudFormation passes a service's error on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..query import ApiError

_CODES = (
    ("AlreadyExists", ("AlreadyExist", "Duplicate", "InUse", "Conflict")),
    ("NotFound", ("NotFound", "NoSuch", "DoesNotExist", "NonExist", "Nonexist")),
    ("AccessDenied", ("AccessDenied", "Unauthorized", "Forbidden")),
    ("Throttling", ("Throttl", "TooManyRequests", "RequestLimit")),
    ("ServiceLimitExceeded", ("LimitExceeded", "QuotaExceeded")),
)
"""Handler error codes and the parts of services' error codes that mean them.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html"""


class ResourceError(Exception):
    """A resource could not be made, changed or removed; `reason` is what its event says."""

    def __init__(self, reason: str, physical_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.physical_id = physical_id
        """What was left behind, '' if nothing."""


def reason_of(error: Exception, resource_type: str, token: str) -> str:
    """Return the reason that CloudFormation shows for an error that a type's handler raised."""
    if isinstance(error, ResourceError):
        return error.reason
    if isinstance(error, ApiError):
        return error.message
    answer = _answer(error)
    if not answer:
        return _handler_message(f"{type(error).__name__}: {error}", token, "InternalFailure")
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    status, request = _origin(error)
    full = f"{message} (Service: {_service(resource_type)}, Status Code: {status}, Request ID: {request})"
    return _handler_message(full, token, _handler_code(code))


def is_gone(error: Exception) -> bool:
    """Return whether an error says that what was to be removed is not there any more."""
    return _handler_code(str(_answer(error).get("Code", ""))) == "NotFound"


def _handler_message(message: str, token: str, code: str) -> str:
    return f'Resource handler returned message: "{message}" (RequestToken: {token}, HandlerErrorCode: {code})'


def _handler_code(code: str) -> str:
    for name, parts in _CODES:
        if any(part in code for part in parts):
            return name
    return "InvalidRequest" if code else "GeneralServiceException"


def _answer(error: Exception) -> Mapping[str, Any]:
    """Return the service's own error that a botocore `ClientError` carries, {} for any other exception."""
    response = getattr(error, "response", None)
    found: Any = response.get("Error", {}) if isinstance(response, dict) else {}
    return found if isinstance(found, dict) else {}


def _origin(error: Exception) -> tuple[Any, str]:
    response: Any = getattr(error, "response", {})
    metadata = response.get("ResponseMetadata", {})
    return metadata.get("HTTPStatusCode", 400), str(metadata.get("RequestId", ""))


def _service(resource_type: str) -> str:
    """Return a service's name as AWS's messages spell it: `Ec2`, `ElasticLoadBalancingV2`."""
    name = resource_type.split("::")[1]
    return name.capitalize() if name.isupper() else name
