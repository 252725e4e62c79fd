"""Taking connections so that the processes that share a socket have about as many each.

An event loop takes all connections that wait when it wakes, so of a burst, as when a proxy opens its connections, the first process to
wake would have all, and as they are kept open the others would stay idle. Here a process takes one at a time, and one that has more
than another leaves it to the others for a moment.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import MutableSequence
from dataclasses import dataclass

import uvicorn

from search_api.workers import NOT_TAKING

MOMENT = 0.005  # seconds in which another process may take a connection first: as long as Python lets one thread of it run
PAUSE = 1.0  # seconds without new connections after one could not be taken: too many files are open


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections each process has open; NOT_TAKING for one that takes none. Each writes its own place of the shared memory."""

    counts: MutableSequence[int]
    place: int

    def note(self, number: int) -> None:
        self.counts[self.place] = number

    def is_larger(self) -> bool:
        """Than another's."""
        return any(NOT_TAKING < each < self.counts[self.place] for each in self.counts)


class OneByOne(uvicorn.Server):
    """For an event loop that watches file descriptors, which that of Windows does not."""

    def __init__(self, config: uvicorn.Config, share: Share) -> None:
        super().__init__(config)
        self._share = share
        self._begun: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._loop = asyncio.get_running_loop()
        self._share.note(0)
        for listener in sockets or ():
            listener.setblocking(False)
            self._watch(listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._share.note(NOT_TAKING)
        for listener in sockets or ():
            self._loop.remove_reader(listener)
        await super().shutdown(sockets)

    def _watch(self, listener: socket.socket) -> None:
        if listener.fileno() >= 0:
            self._loop.add_reader(listener, self._called, listener)

    def _called(self, listener: socket.socket) -> None:
        self._share.note(len(self.server_state.connections) + len(self._begun))
        if self._share.is_larger():
            self._loop.remove_reader(listener)
            self._loop.call_later(MOMENT, self._take_and_watch, listener)
        elif not self._take(listener):
            self._loop.remove_reader(listener)
            self._loop.call_later(PAUSE, self._watch, listener)

    def _take_and_watch(self, listener: socket.socket) -> None:
        if listener.fileno() >= 0:
            self._loop.call_later(0 if self._take(listener) else PAUSE, self._watch, listener)

    def _take(self, listener: socket.socket) -> bool:
        """Whether more may be taken."""
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return True  # another process was quicker, or the visitor has left
        except OSError:
            return False
        task = self._loop.create_task(self._begin(connection))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        self._share.note(len(self.server_state.connections) + len(self._begun))
        return True

    async def _begin(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            connection.close()  # the visitor has left

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made
