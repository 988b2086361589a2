"""The event loop's driver of `lambda_emulator.steps`."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from lambda_emulator.steps import Call, Pause, Ready, Steps, Wait

T = TypeVar("T")


async def drive(steps: Steps[T], executor: Executor | None = None) -> T:
    """Do the work while the event loop goes on with other work; what blocks is called in an executor's thread."""
    try:
        wait = next(steps)
        while True:
            try:
                result = await _wait(wait, executor)
            except Exception as error:  # noqa: BLE001  # it is the work's to handle
                wait = steps.throw(error)
            else:
                wait = steps.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


async def _wait(wait: Wait, executor: Executor | None) -> Any:
    loop = asyncio.get_running_loop()
    if isinstance(wait, Ready):
        return await _ready(loop, wait)
    if isinstance(wait, Call):
        return await loop.run_in_executor(executor, wait.function)
    if isinstance(wait, Pause):
        return await asyncio.sleep(wait.seconds)
    if isinstance(wait, Future):
        return await asyncio.wrap_future(wait)
    raise TypeError(wait)


async def _ready(loop: asyncio.AbstractEventLoop, wait: Ready) -> None:
    ready = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if wait.writing else (loop.add_reader, loop.remove_reader)
    add(wait.fd, _wake, ready)
    timer = loop.call_later(max(0.0, wait.seconds), _wake, ready)
    try:
        await ready
    finally:
        timer.cancel()
        remove(wait.fd)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
