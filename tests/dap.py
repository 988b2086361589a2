"""A small client of the Debug Adapter Protocol, as an editor is one: JSON in frames with a length."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class DebuggerGone(Exception):
    """It has closed the connection."""


class Debugging:
    """One session with debugpy. Raises TimeoutError where nothing comes."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._sent = 0
        self._events: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request without waiting for its response; return its number."""
        self._sent += 1
        message = {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._stream.flush()
        return self._sent

    def ask(self, command: str, **arguments: Any) -> Any:
        """Send a request and return the body of its response."""
        number = self.send(command, **arguments)
        while True:
            message = self._read()
            if message["type"] == "event":
                self._events.append(message)
            elif message.get("request_seq") == number:
                assert message["success"], message
                return message.get("body")

    def wait_for(self, event: str) -> Any:
        """Return the body of the next event of a name."""
        while True:
            message = self._events.pop(0) if self._events else self._read()
            if (message["type"], message.get("event")) == ("event", event):
                return message.get("body")

    def break_at(self, file: str, line: int, mappings: dict[str, str] | None = None) -> None:
        """Attach, set one breakpoint and let the handler go on; `mappings` are folders here and there."""
        self.ask("initialize", clientID="tests", adapterID="debugpy", pathFormat="path", linesStartAt1=True)
        folders = [{"localRoot": here, "remoteRoot": there} for here, there in (mappings or {}).items()]
        self.send("attach", pathMappings=folders, justMyCode=False, subProcess=False)
        self.wait_for("initialized")
        self.ask("setBreakpoints", source={"path": file}, breakpoints=[{"line": line}])
        self.ask("configurationDone")

    def stopped(self) -> dict[str, Any]:
        """Wait until it stops; return the frame that it stopped in, with its local variables as text."""
        self._thread = self.wait_for("stopped")["threadId"]
        frame = self.ask("stackTrace", threadId=self._thread)["stackFrames"][0]
        scope = self.ask("scopes", frameId=frame["id"])["scopes"][0]
        variables = self.ask("variables", variablesReference=scope["variablesReference"])["variables"]
        return {**frame, "variables": {one["name"]: one["value"] for one in variables}}

    def go_on(self) -> None:
        """Go on to the next breakpoint."""
        self.ask("continue", threadId=self._thread)

    def _read(self) -> dict[str, Any]:
        length = 0
        while (line := self._stream.readline().strip()) or not length:
            if not line:
                raise DebuggerGone
            length = int(line.removeprefix(b"Content-Length:"))
        found: dict[str, Any] = json.loads(self._stream.read(length))
        return found


@contextlib.contextmanager
def attached(port: int, seconds: float = 60) -> Iterator[Debugging]:
    """Attach as soon as somebody listens."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        except OSError:
            assert time.monotonic() < deadline, f"no debugger listens on {port}"
            time.sleep(0.05)
        else:
            break
    with connection:
        session = Debugging(connection)
        try:
            yield session
        finally:
            with contextlib.suppress(OSError):
                session._stream.close()


@contextlib.contextmanager
def editing(
    file: Path, line: int, port: int, *, mapped: str = "", pause: float = 0.0
) -> Iterator[list[dict[str, Any]]]:
    """Attach beside what is done in the block, stop once at a line for some seconds, and let go; yields where it was.

    `mapped` is what the file's folder is called where the handler runs.
    """
    seen: list[dict[str, Any]] = []

    def edit() -> None:
        with attached(port) as session:
            session.break_at(str(file), line, {str(file.parent): mapped} if mapped else None)
            seen.append(session.stopped())
            time.sleep(pause)
            with contextlib.suppress(DebuggerGone, OSError):  # the function may end before it has answered
                session.go_on()
                session.ask("disconnect")

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        yield seen
    finally:
        editor.join(60)
