"""What a handler borrows of this interpreter while it runs, and what it left there, kept for its next event.

On the path of every invocation: what did not change costs no more than finding that out.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import cast

_INTERPRETER = threading.RLock()
# The bytes behind os.environ and os.environb: reading all of them through those takes longer than many a handler.
_ENVIRON = cast("dict[bytes, bytes]", os.environ._data)  # type: ignore[attr-defined]  # in every CPython and PyPy


class _Loans:
    """What a function goes on borrowing between its events, while somebody lets it."""

    def __init__(self) -> None:
        self.allowed = self.guests = 0
        self._returns: dict[Callable[[], None], None] = {}

    def __contains__(self, give_back: Callable[[], None]) -> bool:
        return give_back in self._returns

    def keep(self, give_back: Callable[[], None]) -> bool:
        """Whether something may stay borrowed; `give_back` is called then when that ends."""
        if self.allowed and self.guests == 1:
            self._returns[give_back] = None
            return True
        return False

    def end(self) -> None:
        """Give everything back."""
        while self._returns:
            self._returns.popitem()[0]()


LOANS = _Loans()


@contextlib.contextmanager
def lending() -> Iterator[None]:
    """Let a function keep its variables between events, until another function's turn comes or the block ends.

    For many events in a row between which nobody looks: giving them back takes longer than many a handler.
    """
    with _INTERPRETER:
        LOANS.allowed += 1
    try:
        yield
    finally:
        with _INTERPRETER:
            LOANS.allowed -= 1
            if not LOANS.allowed:
                LOANS.end()


class Guest:
    """A function's variables, folder, module path and modules. There is one interpreter, so one function at a time."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = str(folder)
        self._variables = _Variables(environ)
        self._path = [self._folder]
        self._modules: dict[str, ModuleType] = {}

    @contextlib.contextmanager
    def inside(self, log: io.StringIO) -> Iterator[None]:
        """Make this interpreter the function's, its output going to a log, and put all of it back afterwards."""
        with _INTERPRETER:
            folder, path = os.getcwd(), sys.path[:]  # noqa: PTH109  # half the cost of Path.cwd()
            os.chdir(self._folder)
            sys.path[:0] = self._path
            own_path = sys.path[:]
            hidden = {name: sys.modules.pop(name) for name in self._modules if name in sys.modules}
            sys.modules.update(self._modules)
            count = len(sys.modules)
            if self._variables.take_back not in LOANS:
                LOANS.end()
                self._variables.put()
            output, errors = sys.stdout, sys.stderr
            sys.stdout = sys.stderr = log
            LOANS.guests += 1
            try:
                yield
            finally:
                sys.stdout, sys.stderr = output, errors
                if not LOANS.keep(self._variables.take_back):
                    self._variables.take_back()
                LOANS.guests -= 1
                self._take_modules(len(sys.modules) - count)
                sys.modules.update(hidden)
                if sys.path != own_path:
                    self._path = [name for name in sys.path if name not in path]
                sys.path[:] = path
                os.chdir(folder)

    def forget(self) -> None:
        """Let the handler's modules go."""
        self._modules.clear()

    def _take_modules(self, added: int) -> None:
        """Take the handler's own modules out of this interpreter's, where another function's `app` will want to be."""
        if added > 0:
            own = self._folder + os.sep
            for name in tuple(islice(reversed(sys.modules), added)):  # a dict keeps the order of insertion
                if str(getattr(sys.modules[name], "__file__", "")).startswith(own):
                    self._modules[name] = sys.modules.pop(name)
                else:
                    self._modules.pop(name, None)
        for name in self._modules:
            if name in sys.modules:
                self._modules[name] = sys.modules.pop(name)


class _Variables:
    """A function's variables: those it is given, over this process's own, and what it changed itself."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._inside: dict[bytes, bytes | None] = {os.fsencode(name): os.fsencode(given[name]) for name in given}
        self._before: dict[bytes, bytes] | None = None
        self._during: dict[bytes, bytes] = {}
        self._there: list[_Pair] = []
        self._back: list[_Pair] = []

    def put(self) -> None:
        if self._before != _ENVIRON:  # this process's own have changed since the last event
            self._before = _ENVIRON.copy()
            self._compare(self._before)
        _set(self._there)

    def take_back(self) -> None:
        if self._during != _ENVIRON and self._before is not None:
            self._inside |= {name: _ENVIRON.get(name) for name in _changed(self._during, _ENVIRON)}
            self._compare(self._before)
        _set(self._back)

    def _compare(self, before: dict[bytes, bytes]) -> None:
        """Note what has to be set when the function's turn comes, and when it is over."""
        merged = before | self._inside
        self._during = {name: value for name, value in merged.items() if value is not None}
        changed = _changed(before, self._during)
        self._there = [(name, self._during.get(name)) for name in changed]
        self._back = [(name, before.get(name)) for name in changed]


_Pair = tuple[bytes, bytes | None]


def _changed(before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]) -> list[bytes]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _set(pairs: Sequence[_Pair]) -> None:
    for name, value in pairs:
        if value is None:
            os.unsetenv(name)
            _ENVIRON.pop(name, None)
        else:
            os.putenv(name, value)
            _ENVIRON[name] = value
