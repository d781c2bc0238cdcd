from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from cfngen.local.services import services_app
from cfngen.local.settings import Settings

from .worlds import World

ADMIN = "111111111111"


@pytest.fixture(scope="session")
def app() -> Any:
    return services_app(Settings(ADMIN, ()))


@pytest.fixture(scope="session")
def new_world(app: Any) -> Callable[..., World]:
    """An account that nobody has used yet: moto keeps one world per process."""
    numbers = count(710_000_000_000)
    return lambda **more: World(app, str(next(numbers)), **more)


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()
