"""The recorder of what a handler reads. With `values` it is all there is to inject, for any Python from 3.9.

Objects, and lists of objects, become subclasses of dict and list that note each access; everything else, a body's
text above all, stays the plain value that it is, so that no consumer of it can tell. What `json.loads` makes of a text
is traced on when that text is in the event, itself or in base64. While a handler is traced, `json.JSONDecoder.decode`
is replaced, and `traceback` leaves out the frames of this file: a log or an error reads as if it were not there.
"""

from __future__ import annotations

import base64
import binascii
import json.decoder
import os
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from .values import ABSENT, below, kind_of, traced

_WALKERS = [name for name in ("walk_tb", "_walk_tb_with_full_positions") if hasattr(traceback, name)]
_ENCODERS = ("json/encoder.py", "json\\encoder.py")
_OURS = frozenset(code.co_filename for code in ((lambda: 0).__code__, below.__code__))
_LARGEST_TRACE = 10000


class Tracer:
    """Records what a handler reads of its events, one event at a time.

    `roots` are the folders of the handler, `files` the names of its own files relative to them (`utils.py`); other
    files there are taken for installed packages. Used as a context manager, or for good with `install()`.
    """

    def __init__(self, roots: list[str], files: Any = ()) -> None:
        self._roots = [root.rstrip(os.sep) + os.sep for root in roots]
        self._files = frozenset(files)
        self._known: dict[str, str] = {}
        self._rows: dict[tuple[Any, ...], None] = {}
        self._texts = _Texts()
        self._bulk: Any = None
        self._replaced: list[tuple[Any, str, Any]] = []
        self.active = False

    @property
    def rows(self) -> list[list[Any]]:
        """What was read of the last event, in order: [path, operation, kind, missing, file, line]."""
        return [list(row) for row in self._rows]

    def around(self, handler: Any, done: Callable[[list[list[Any]]], None] | None = None) -> Any:
        """Return the handler with its event traced; `done` is called after it with what was read."""

        def run(event: Any, context: Any) -> Any:
            try:
                return handler(self.begin(event), context)
            finally:
                self.active = False
                if done is not None:
                    done(self.rows)

        return run

    def begin(self, event: Any) -> Any:
        """Return an event whose accesses are recorded from now on."""
        self._rows, self._texts, self._bulk = {}, _Texts(), None
        self._texts.add("", event)
        self.active = True
        return traced(self, "", event)

    def install(self) -> None:
        """Look into json and hide from tracebacks, until `uninstall()`."""
        original = json.decoder.JSONDecoder.decode

        def decode(decoder: Any, s: Any, *args: Any, **kwargs: Any) -> Any:
            value = original(decoder, s, *args, **kwargs)
            return self._decoded(s, value, sys._getframe(1)) if self.active else value

        self._replaced = [(json.decoder.JSONDecoder, "decode", original)]
        json.decoder.JSONDecoder.decode = decode  # type: ignore[method-assign, assignment]  # on purpose
        for name in _WALKERS:
            walk = getattr(traceback, name)
            self._replaced.append((traceback, name, walk))
            setattr(traceback, name, _hidden(walk))

    def uninstall(self) -> None:
        """Leave json and traceback as they were."""
        self.active = False
        for owner, name, original in self._replaced:
            setattr(owner, name, original)
        self._replaced = []

    def __enter__(self) -> Any:
        self.install()
        return self

    def __exit__(self, *_: object) -> None:
        self.uninstall()

    def note(self, path: str, operation: str, value: Any, frame: Any) -> None:
        """Record one access of the value at a path, ABSENT where there is none, by the code of a frame."""
        if operation in ("items", "iterate") and frame.f_code.co_filename.endswith(_ENCODERS):
            operation = "json.dumps"
        file, line = self._place(frame)
        missing = value is ABSENT
        row = (path, operation, "" if missing else kind_of(value), missing, file, line)
        if row not in self._rows and len(self._rows) < _LARGEST_TRACE:
            self._rows[row] = None

    def note_bulk(self, path: str, operation: str, value: Any, frame: Any) -> None:
        """Record an access that may be the first half of a copy: `dict(event)` asks for the keys, then for each."""
        if operation == "iterate" and self.in_bulk(path, frame):  # list(event) asked for its length first
            last = next(reversed(self._rows), None)
            if last is not None and last[:2] == (path, "len"):
                del self._rows[last]
        self._bulk = (path, frame.f_code, frame.f_lasti)
        self.note(path, operation, value, frame)

    def in_bulk(self, path: str, frame: Any) -> bool:
        """Whether an access is the second half of one instruction of which the first half is recorded."""
        bulk = self._bulk
        return bulk is not None and bulk[2] == frame.f_lasti and bulk[1] is frame.f_code and bulk[0] == path

    def _place(self, frame: Any) -> tuple[str, int]:
        """Return the handler's own line of an access: the innermost one, else where the handler was entered."""
        entered = ("", 0)
        while frame is not None:
            name = frame.f_code.co_filename
            if name not in self._known:
                self._known[name] = self._relative(name)
            file = self._known[name]
            if file:
                if file in self._files:
                    return file, frame.f_lineno
                entered = (file, frame.f_lineno)
            frame = frame.f_back
        return entered

    def _relative(self, name: str) -> str:
        for root in self._roots:
            if name.startswith(root):
                return name[len(root) :].replace(os.sep, "/")
        return ""

    def _decoded(self, text: str, value: Any, frame: Any) -> Any:
        """Trace what json made of a text on, if the text is in the event."""
        container = isinstance(value, (dict, list))
        path, encoded = self._texts.find(text, whatever=container and bool(value))
        if path is None:
            return value
        if encoded:
            self.note(path, "base64", text, frame)
        self.note(path, "json.loads", text, frame)
        self._texts.add(path + "#", value)
        return traced(self, path + "#", value)


class _Texts:
    """The texts of an event and where they stand, gathered from the outside in as far as one is looked for."""

    def __init__(self) -> None:
        self._fresh: deque[tuple[str, Any]] = deque()
        self._paths: dict[str, tuple[str, str]] = {}

    def add(self, path: str, value: Any) -> None:
        if isinstance(value, str):
            self._paths.setdefault(value.strip(), (path, value))
        elif isinstance(value, (dict, list)):
            self._fresh.append((path, value))

    def find(self, text: str, *, whatever: bool) -> tuple[str | None, bool]:
        """Return (path, in base64?) of a text; what is not `whatever` has to be the very same object."""
        key = text.strip()
        while key not in self._paths and self._fresh:
            self._gather(*self._fresh.popleft())
        path, original = self._paths.get(key, (None, None))
        if path is not None:
            return (path if whatever or original is text else None), False
        return (self._in_base64(text) if whatever else None), True

    def _gather(self, path: str, value: Any) -> None:
        children = dict.items(value) if isinstance(value, dict) else enumerate(list.__iter__(value))
        for key, child in children:
            if isinstance(child, (str, dict, list)):
                self.add(below(path, key), child)

    def _in_base64(self, text: str) -> str | None:
        wanted = text.encode("utf-8", "surrogatepass")
        for encoded, (path, _) in self._paths.items():
            if 0 <= len(encoded) * 3 - len(wanted) * 4 <= 16:
                try:
                    found = base64.b64decode(encoded)
                except (ValueError, binascii.Error):
                    continue
                if found.strip() == wanted.strip():
                    return path
        return None


def _hidden(walk: Any) -> Any:
    def walker(tb: Any) -> Iterator[Any]:
        return (item for item in walk(tb) if item[0].f_code.co_filename not in _OURS)

    return walker
