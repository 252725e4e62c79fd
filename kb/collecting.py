"""Python's search for reference cycles: put off while much is made that stays, and seldom where requests are answered."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made (and not freed by their counts) until Python looks through the youngest; how often that, until through the older ones; how
# often those, until through all that is not set aside. Python's own are 700, 10, 10: a look for each search, for next to no cycles.
SELDOM = (20_000, 10, 50)


@contextmanager
def collection_put_off() -> Iterator[None]:
    """What is made while an index opens is no garbage: looking through it again and again takes longer than making it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def set_aside() -> None:
    """What is open now stays: looking must not walk through it in the midst of a request, which takes a third of a second.

    It may have been off until now: among all that is made while a server starts there is hardly any garbage, and to look for that would
    take a tenth of the start.
    """
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
