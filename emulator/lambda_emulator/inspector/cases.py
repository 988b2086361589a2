"""An invocation saved as a case: its event beside the contract, and a `[[case]]` at the contract's end.

A table that is added at the end of a TOML file changes nothing that stands before it, so the user's file stays as it
is, byte by byte.
"""

from __future__ import annotations

import json
from pathlib import Path

from lambda_contracts import contract, records
from lambda_contracts.contract import Contract
from lambda_contracts.errors import ContractError
from lambda_contracts.records import Record

from lambda_emulator import loading
from lambda_emulator.errors import UsageError
from lambda_emulator.files import write_whole
from lambda_emulator.recordings import plain

_FOLDER = "events"
_LONGEST_NAME = 200
_MOST_TO_REDACT = 1_000_000
"""Bytes; taking the secrets out of more would hold the server up."""


def save(found: Contract, record: Record, name: str, status: int | None, *, redact: bool) -> Path:
    """Write an event and the case that names it; return the event's file.

    `status` is what the client has to get, None for any. Raises UsageError where there is no contract, for a name that
    is none or another case's, and for files that cannot be written.
    """
    name = name.strip()
    _require_name(found, name)
    if redact and len(record.event) > _MOST_TO_REDACT:
        hint = "Record it instead: lambdaproof serve --record DIR."
        raise UsageError(f"An event of {len(record.event):,} bytes is too large to be redacted here.", hint=hint)
    event = (records.redacted(record) if redact else record).event
    file = _free(found.folder / _FOLDER, plain(name, default="event"))
    relative = f"{_FOLDER}/{file.name}"
    try:
        text = found.file.read_bytes().decode()
        extended = text + _case(text, name, relative, status)
        contract.parse(extended.removeprefix("\ufeff"), found.file, read_template=loading.tables)
        file.parent.mkdir(exist_ok=True)
        write_whole(file, records.pretty(event))
        write_whole(found.file, extended.encode())
    except ContractError as error:
        hint = "Write its cases as [[case]] tables."
        raise UsageError(f"{found.file} takes no further case: {error.problem}", hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The case cannot be saved: {error}.") from error
    return file


def _require_name(found: Contract, name: str) -> None:
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError("A case needs a name, of one line.")
    if found.file.suffix != ".toml" or not found.file.is_file():
        raise UsageError("A case is saved in a contract.toml, and this function has none.")
    if any(case.name == name for case in contract.load(found.file, read_template=loading.tables).cases):
        raise UsageError(f"There is a case called {name}.", hint="Give this one another name.")


def _case(text: str, name: str, event: str, status: int | None) -> str:
    lines = ["", "[[case]]", f"name = {_quoted(name)}", f"event = {_quoted(event)}"]
    lines += [] if status is None else [f"status = {status}"]
    end = "\r\n" if "\r\n" in text else "\n"
    return ("" if text.endswith("\n") else end) + "".join(line + end for line in lines)


def _quoted(text: str) -> str:
    """Return a printable text as a TOML string."""
    return json.dumps(text, ensure_ascii=False)


def _free(folder: Path, stem: str) -> Path:
    """Return a file that is not there yet."""
    names = (f"{stem}.json", *(f"{stem}-{number}.json" for number in range(2, 1000)))
    return next(folder / name for name in names if not (folder / name).exists())
