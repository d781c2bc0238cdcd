"""Settings of the local AWS: which accounts there are, and who may enter them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The world that the local AWS plays: an organization with one admin account.

    Any credentials that were not given out here act in `admin_account`. From there, `entry_role` can be assumed in
    each of `accounts`, as the role that an organization makes in its member accounts; it need not exist.
    """

    admin_account: str
    accounts: tuple[str, ...]
    entry_role: str = "OrganizationAccountAccessRole"

    @property
    def every_account(self) -> frozenset[str]:
        """All accounts of this world, the admin account among them."""
        return frozenset((self.admin_account, *self.accounts))
