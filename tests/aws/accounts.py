"""The reader role in accounts whose CloudFormation is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfngen.aws.readers import Readers
from cfngen.aws.session import Aws
from cfngen.deployment import Instance

ROLE, HOME = "reader", "us-east-1"


def reading(given: Mapping[Instance, Any]) -> Readers:
    """Return readers that find these clients of CloudFormation at these places."""
    accounts = {(place.account, ROLE): Aws(None, HOME) for place in given}
    for place, client in given.items():
        accounts[place.account, ROLE].clients["cloudformation", place.region] = client
    return Readers(Aws(None, HOME, assumed=accounts), ROLE)
