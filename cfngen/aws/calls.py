"""Calls to AWS side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

AT_ONCE = 8
"""DescribeStackInstance has one instance per call; more at once are only throttled."""


def side_by_side(ask: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[tuple[Item, Answer]]:
    """Yield each item with its answer, in order; what a call raises is raised where its answer is taken."""
    asked = list(items)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from zip(asked, pool.map(ask, asked), strict=True)
