"""What AWS's services do and moto's do not: single operations of its services, and one service that it lacks.

`answer` stands before moto: a request for an operation of the tables is answered here, all others are moto's. What is
kept is kept per account and region, and forgotten when moto forgets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import analyzers, backups, risks, standards
from .protocol import Operation, Refused, as_json, request_of
from .store import Store, store_of

OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "accessanalyzer": analyzers.OPERATIONS,
    "backup": backups.OPERATIONS,
    "cognito-identity": risks.OF_IDENTITY_POOLS,
    "cognito-idp": risks.OF_USER_POOLS,
    "securityhub": standards.OPERATIONS,
}
"""By the service's name in botocore."""

_NAMES = {"access-analyzer": "accessanalyzer"}
"""Services that sign their requests by another name than botocore's."""

__all__ = ["OPERATIONS", "Store", "answer"]


def answer(
    signed_by: str, account: str, region: str, environ: Mapping[str, Any], body: bytes
) -> tuple[str, tuple[tuple[str, str], ...], bytes] | None:
    """Return status, headers and body of an operation that is added here, or None where it is moto's."""
    service = _NAMES.get(signed_by, signed_by)
    if service not in OPERATIONS:
        return None
    found = request_of(service, environ, body)
    if found is None or found.operation not in OPERATIONS[service]:
        return None
    headers = (("Content-Type", "application/json"),)
    try:
        result = OPERATIONS[service][found.operation](store_of(account, region), found.params)
    except Refused as refused:
        text = json.dumps({"__type": refused.code, "message": refused.message, "Message": refused.message})
        return f"{refused.status} Refused", (*headers, ("x-amzn-errortype", refused.code)), text.encode()
    return "200 OK", headers, as_json(result)
