"""How CloudFormation says no: one error code for almost everything."""

from __future__ import annotations

from ..query import ApiError


def invalid(message: str) -> ApiError:
    """Return CloudFormation's `ValidationError` with a message."""
    return ApiError("ValidationError", message)


def unavailable(what: str) -> ApiError:
    """Return the error for something that AWS has and the local AWS has not."""
    return invalid(f"{what} not available on the local AWS")
