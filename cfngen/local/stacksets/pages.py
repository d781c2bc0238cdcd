"""Pages of a list: `MaxResults` items and a token for the rest."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from ..query import ApiError

LONGEST_PAGE = 100


def page(rows: Iterable[tuple[str, Any]], params: Mapping[str, Any]) -> tuple[list[Any], str | None]:
    """Return one page of (key, item) rows sorted by key, and the next page's token.

    The token holds the last key, so that nothing is skipped or told twice when rows come or go between pages.
    """
    ordered = sorted(rows, key=lambda row: row[0])
    start = bisect_right(ordered, _key(params["NextToken"]), key=lambda row: row[0]) if "NextToken" in params else 0
    end = start + params.get("MaxResults", LONGEST_PAGE)
    token = base64.urlsafe_b64encode(ordered[end - 1][0].encode()).decode() if end < len(ordered) else None
    return [item for _, item in ordered[start:end]], token


def _key(token: str) -> str:
    try:
        return base64.b64decode(token.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("ValidationError", "Invalid NextToken") from error
