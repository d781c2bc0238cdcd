"""Answers: yes, no, or maybe where something is known only on AWS."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Answer(enum.IntEnum):
    """Whether something holds."""

    NO = 0
    MAYBE = 1
    YES = 2

    def __invert__(self) -> Answer:
        """Return the opposite; maybe stays maybe."""
        return _OPPOSITE[self]


NO, MAYBE, YES = Answer.NO, Answer.MAYBE, Answer.YES
_OPPOSITE = (YES, MAYBE, NO)


def every(answers: Iterable[Answer]) -> Answer:
    """Return the least of some answers: yes if there are none."""
    least = YES
    for answer in answers:
        least = min(least, answer)
        if least is NO:
            break
    return least


def some(answers: Iterable[Answer]) -> Answer:
    """Return the greatest of some answers: no if there are none."""
    greatest = NO
    for answer in answers:
        greatest = max(greatest, answer)
        if greatest is YES:
            break
    return greatest
