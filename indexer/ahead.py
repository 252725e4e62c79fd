"""Values made in a thread of their own while those before them are used."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

Value = TypeVar("Value")
Made = tuple[Value] | BaseException | None  # a value, what making it raised, or that there are no more
PATIENCE = 0.1  # seconds after which it is looked whether anybody still asks


def ahead(values: Iterator[Value], most: int) -> Iterator[Value]:
    """The same values in the same order, up to `most` of them made before they are asked for. Raises what making them raises.

    When it is closed, the thread ends with the value that it is making.
    """
    made: Queue[Made[Value]] = Queue(most)
    closed = Event()
    Thread(target=_make, args=(values, made, closed), daemon=True).start()
    try:
        while (found := made.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found[0]
    finally:
        closed.set()


def _make(values: Iterator[Value], made: Queue[Made[Value]], closed: Event) -> None:
    try:
        for value in values:
            if not _put(made, (value,), closed):
                return
        _put(made, None, closed)
    except BaseException as fault:  # raised again where the value is asked for
        _put(made, fault, closed)


def _put(made: Queue[Made[Value]], found: Made[Value], closed: Event) -> bool:
    """Whether anybody still asks."""
    while not closed.is_set():
        try:
            made.put(found, timeout=PATIENCE)
        except Full:
            continue
        return True
    return False
