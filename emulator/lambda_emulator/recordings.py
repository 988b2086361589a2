"""A folder of recorded events: `FUNCTION/ROUTE-SHAPE-0001.json`, and beside it `....outcome.json`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import filelock
from lambda_contracts import records
from lambda_contracts.errors import EventError
from lambda_contracts.records import Record

from lambda_emulator.errors import UsageError
from lambda_emulator.files import UNFINISHED, write_whole

_OUTCOME = ".outcome.json"
_LOCK = ".lambdaproof.lock"
_LONGEST = 100
"""Characters of a name's parts; file systems take 255 bytes of all."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|\Z)", re.IGNORECASE)
"""What Windows takes for a device, whatever follows the dot."""


class Recordings:
    """A folder that records are added to, by one process at a time.

    Numbers go on after those that are there. A file is there whole or not at all; what a killed run left unfinished is
    removed. Raises UsageError for a folder that cannot be written, or that another process records into.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._last: dict[str, dict[str, int]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = filelock.FileLock(folder / _LOCK)
            self._lock.acquire(timeout=0)
            for left in folder.glob(f"*/.*{UNFINISHED}"):
                left.unlink()
        except filelock.Timeout:
            raise UsageError(f"Another process records into {folder}.", hint="Name another folder.") from None
        except OSError as error:
            raise UsageError(f"{folder} cannot be recorded into: {error.strerror}.") from error

    def add(self, record: Record, *, redact: bool = True) -> Path:
        """Write a record, without its secrets unless asked otherwise, and return its event's file.

        Raises OSError, and ValueError for an event that is no JSON.
        """
        if redact:
            record = records.redacted(record)
        file = self._free(record)
        write_whole(file, records.pretty(record.event))
        keep_outcome(file, record, redact=False)
        return file

    def close(self) -> None:
        """Let another process record into the folder."""
        self._lock.release()

    def __enter__(self) -> Recordings:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _free(self, record: Record) -> Path:
        """Return the next file of a record's function, route and shape."""
        name = plain(record.function)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        known = name.casefold()  # there are file systems that do not tell case
        if known not in self._last:
            self._last[known] = dict(_numbers(folder))
        stem = plain("-".join(filter(None, (plain(record.route, default=""), record.shape))))
        number = self._last[known].get(stem.casefold(), 0) + 1
        self._last[known][stem.casefold()] = number
        return folder / f"{stem}-{number:04}.json"


def plain(name: str, *, default: str = "function") -> str:
    """Return a name that every file system takes, and that is no option of a command."""
    words = re.sub(r"[^A-Za-z0-9_]+", "-", name)[:_LONGEST].strip("-")
    return _RESERVED.sub(lambda match: f"{match[0]}_", words) or default


def outcome_file(event: Path) -> Path:
    """Return where the outcome of a recorded event stands."""
    return event.with_name(event.name.removesuffix(".json") + _OUTCOME)


def keep_outcome(event: Path, record: Record, *, redact: bool = True) -> None:
    """Write a record's outcome, if it has one, beside its event. Raises OSError."""
    if redact:
        record = records.redacted(record)
    if record.outcome is not None:
        told = records.told(record.outcome, record.response, record.shape)
        write_whole(outcome_file(event), records.written(told))


def kept_outcome(event: Path) -> dict[str, Any] | None:
    """Return the outcome beside an event, None when there is none. Raises EventError for a file that holds none."""
    file = f"{os.fspath(event).removesuffix('.json')}{_OUTCOME}"
    try:
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123  # for each of many events: a Path costs as much
            return records.parsed(stream.readall())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EventError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        hint = "Remove it, or write it anew: lambdaproof replay --update."
        raise EventError(f"{file} holds no outcome: {error}. {hint}") from error


def events(paths: Sequence[Path], function: str) -> list[Path]:
    """Return the files of events that paths name: themselves, or what is below them, in the order of their numbers.

    Of a folder that holds the recordings of a function of that name, only those. Raises EventError when there is none.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            own = path / plain(function)
            folder = own if own.is_dir() else path
            found += sorted(filter(_is_event, folder.rglob("*.json")), key=_order)
        elif not path.name.endswith(_OUTCOME):
            if not path.exists():
                raise EventError(f"{path}: there is no such file.")
            found.append(path)
    if not found:
        raise EventError(f"There is no event in {', '.join(map(str, paths))}.")
    return found


def _is_event(file: Path) -> bool:
    return not file.name.startswith(".") and not file.name.endswith(_OUTCOME) and file.is_file()


def _order(file: Path) -> tuple[Path, list[str | int]]:
    parts = re.split(r"(\d+)", file.name)
    return file.parent, [int(part) if index % 2 else part for index, part in enumerate(parts)]


def _numbers(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield each name of a folder's files without its number, in small letters, and the greatest of its numbers."""
    found = (re.fullmatch(r"(.+)-(\d{4,})(?:\.outcome)?\.json", file.name) for file in folder.iterdir())
    yield from sorted((match[1].casefold(), int(match[2])) for match in found if match)
