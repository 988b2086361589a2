"""Ports, each with what answers there, served by one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from lambda_emulator.errors import PortInUse
from lambda_emulator.fronts.invocations import Functions
from lambda_emulator.fronts.loop import Driver
from lambda_emulator.fronts.wire import TIMEOUTS, Application, Connection, Timeouts
from lambda_emulator.function import FunctionPool

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 1.0
_BACKLOG = 1024
_STARTERS = 8
"""Threads that start and end environments."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What is to be served: an application and its port, 0 for a free one."""

    application: Application
    port: int = 0


@contextlib.contextmanager
def listening(
    listeners: Sequence[Listening],
    functions: Functions,
    *,
    host: str = "127.0.0.1",
    idle_seconds: float = 600.0,
    timeouts: Timeouts = TIMEOUTS,
) -> Iterator[tuple[int, ...]]:
    """Serve every listener until the block ends; yield their ports.

    Environments that have been idle for `idle_seconds` are ended. Raises PortInUse.
    """
    with ThreadPoolExecutor(_STARTERS, "lambdaproof-starter") as starters:
        server = _Server(listeners, functions, starters, host, idle_seconds, timeouts)
        thread = threading.Thread(target=server.run, name="lambdaproof-server", daemon=True)
        thread.start()
        try:
            yield server.ports.result()
        finally:
            server.stop()
            thread.join()


class _Server:
    """The loop of one server. `ports` is set when it listens, or to the reason why it cannot."""

    def __init__(
        self,
        listeners: Sequence[Listening],
        functions: Functions,
        starters: Executor,
        host: str,
        idle_seconds: float,
        timeouts: Timeouts,
    ) -> None:
        self._listeners = listeners
        self._functions = functions
        self._starters = starters
        self._host = host
        self._idle_seconds = idle_seconds
        self._timeouts = timeouts
        self._connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self.ports: Future[tuple[int, ...]] = Future()

    def run(self) -> None:
        """Serve until `stop`."""
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    def stop(self) -> None:
        """End the server, from another thread."""
        if not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it closed just now
                self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self) -> None:
        driver = self._functions.driver = Driver(self._starters)
        async with contextlib.AsyncExitStack() as stack:
            ports = []
            for listener in self._listeners:
                try:
                    server = await stack.enter_async_context(self._listen(listener))
                except (OSError, OverflowError, UnicodeError) as error:  # taken; no port; no name
                    self.ports.set_exception(_in_use(self._host, listener.port, error))
                    return
                ports.append(server)
            self.ports.set_result(tuple(ports))
            sweeper = self._loop.create_task(self._sweep())
            await self._ended.wait()
            sweeper.cancel()
        driver.stop()
        await self._end_all()

    async def _end_all(self) -> None:
        """End connections and tasks, also of connections that were accepted just now, and let sockets be closed."""
        while (tasks := asyncio.all_tasks() - {asyncio.current_task()}) or self._connections:
            for connection in tuple(self._connections):
                connection.shut()
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
        await asyncio.sleep(0)

    @contextlib.asynccontextmanager
    async def _listen(self, listener: Listening) -> AsyncIterator[int]:
        server = await self._loop.create_server(
            lambda: Connection(listener.application, self._functions.driver, self._connections, self._timeouts),
            self._host,
            listener.port,
            backlog=_BACKLOG,
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            for one in server.sockets:  # no more are accepted; one that was gets a transport only of an open server
                self._loop.remove_reader(one.fileno())
            await asyncio.sleep(0)
            server.close()

    async def _sweep(self) -> None:
        """End what has been idle for too long: connections, and environments."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self._expire(time.monotonic())
            for pool in self._functions.pools.values():
                await self._loop.run_in_executor(self._starters, _reap, pool, self._idle_seconds)

    def _expire(self, now: float) -> None:
        for connection in tuple(self._connections):
            connection.expire(now)


def _reap(pool: FunctionPool, seconds: float) -> None:
    try:
        pool.reap(seconds)
    except Exception:
        log.exception("An idle environment was not ended in order")


def _in_use(host: str, port: int, error: Exception) -> PortInUse:
    return PortInUse(
        f"Port {port} of {host} cannot be used: {getattr(error, 'strerror', None) or error}.",
        hint="Choose another with --port, or leave it out for a free one.",
    )
