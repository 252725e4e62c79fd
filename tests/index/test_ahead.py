"""Values made ahead: in order, few of them, with what went wrong, and none when nobody asks any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count, islice

import pytest

from indexer.ahead import ahead


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def noting(made: list[int]) -> Iterator[int]:
    for number in count():
        made.append(number)
        yield number


@pytest.mark.parametrize("total", [0, 1, 3, 50])
def test_the_same_in_the_same_order(total: int) -> None:
    assert list(ahead(iter(range(total)), 3)) == list(range(total))


def test_so_many_are_made_before_they_are_asked_for() -> None:
    made: list[int] = []
    found = ahead(noting(made), 5)
    assert list(islice(found, 2)) == [0, 1]
    # Two that were asked for, five that wait, and one for which there is no room.
    assert until(lambda: len(made) == 8)
    time.sleep(0.3)
    assert len(made) == 8
    found.close()  # type: ignore[attr-defined]


def test_what_goes_wrong_is_raised_after_the_values_before_it() -> None:
    found = ahead((1 // (3 - number) for number in range(9)), 5)
    assert list(islice(found, 3)) == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_the_thread_ends_when_nobody_asks() -> None:
    before = threading.active_count()
    found = ahead(noting([]), 2)
    next(found)
    assert threading.active_count() == before + 1
    found.close()  # type: ignore[attr-defined]
    assert until(lambda: threading.active_count() == before)
