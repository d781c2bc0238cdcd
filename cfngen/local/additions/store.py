"""What the added operations remember, per account and region: moto makes it, and forgets it with all the rest."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend


class Store(BaseBackend):
    """Tables by name; moto's base class, because only its registry resets what it knows."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tables: defaultdict[str, dict[Any, Any]] = defaultdict(dict)

    def arn(self, service: str, rest: str) -> str:
        """Return the ARN of a thing of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region_name}:{self.account_id}:{rest}"


@cache
def _stores() -> Any:
    return BackendDict(Store, "ec2")  # any service that is in every region


def store_of(account: str, region: str) -> Store:
    """Return what is kept of an account and region."""
    found: Store = _stores()[account][region]
    return found


def now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)
