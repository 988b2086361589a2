"""What the page asks for: each call is one method, and what it returns goes out as JSON.

Calls are made in the event loop. What takes long (reading, judging, redacting an event) is done in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from lambda_contracts.checks.cases import Trial
from lambda_contracts.contract import Contract
from lambda_contracts.payloads import parse
from lambda_contracts.records import Record, pretty, recognised, redacted
from lambda_contracts.reports.latency import Timing, plot
from lambda_contracts.results import FRONT_OF
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import Shape

from lambda_emulator.deployment import Deployment
from lambda_emulator.fronts.invocations import Functions, Invocation
from lambda_emulator.inspector import cases, explained, repeating, views
from lambda_emulator.inspector.excerpts import Shown
from lambda_emulator.inspector.history import Entry, History

T = TypeVar("T")

_PAGE = 1_000
"""How many invocations the list is given at once."""
_WAIT = 20.0
"""Seconds that a call for news may take."""
_PAUSE = 0.1
"""Seconds from the first piece of news to the answer, so that a burst is one answer."""
_PLOTTED = 200
_MOST_EDITED = 256 * 1024
"""Bytes of an event that is edited in the page."""


class Refused(Exception):
    """A call that cannot be made; `problem` says why."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The calls, over served functions. `contracts` are the functions' as they are now; `redact` hides secrets."""

    served: Functions
    deployments: Mapping[str, Deployment]
    contracts: Mapping[str, Contract]
    history: History
    redact: bool = True

    def functions(self) -> list[dict[str, Any]]:
        """Return what is served: names, accepted shapes, and whether cases can be saved."""
        return [
            {
                "name": name,
                "shapes": contract.sent,
                "savable": contract.file.suffix == ".toml" and contract.file.is_file(),
            }
            for name, contract in self.contracts.items()
        ]

    def rules(self) -> dict[str, Any]:
        """Return every rule of AWS by its id."""
        return {rule.id: asdict(rule) for rule in RULES.values()}

    def latency(self, function: str) -> dict[str, Any]:
        """Return the plot of a function's last times, cold and warm."""
        contract = self.contracts.get(function)
        if contract is None:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such function.")
        timings = [
            Timing(
                name=f"#{entry.number} {entry.invocation.shape}",
                seconds=entry.invocation.outcome.duration,
                init=entry.invocation.outcome.init_duration,
                passed=entry.invocation.outcome.ok,
            )
            for entry in self.history.newest(self.history.last)
            if entry.invocation.function == function
        ]
        return asdict(plot(timings[:_PLOTTED][::-1], contract.function.timeout))

    async def since(self, number: int) -> dict[str, Any]:
        """Return the invocations after a number, as soon as there is one; `first` is the oldest that is still kept.

        A number that is yet to come is one of an earlier server: then the list begins anew.
        """
        history = self.history
        number = number if number <= history.last else 0
        if number == history.last:
            await history.changed(number, _WAIT)
            await asyncio.sleep(_PAUSE if history.last > number else 0)
        entries = history.after(number, _PAGE)
        return {
            "first": history.first,
            "last": entries[-1].number if entries else number,
            "more": bool(entries) and entries[-1].number < history.last,
            "invocations": [views.summary(entry) for entry in entries],
        }

    async def view(self, number: int, address: str) -> dict[str, Any]:
        """Return one invocation, step by step."""
        entry, contract = self._entry(number)
        return await self._apart(lambda: views.view(contract, entry, *self._read(contract, entry), address=address))

    async def shapes(self, number: int) -> dict[str, Any]:
        """Return an event in every shape."""
        entry, contract = self._entry(number)
        return await self._apart(lambda: explained.shapes(contract, entry, *self._read(contract, entry)))

    async def trace(self, number: int) -> dict[str, Any]:
        """Return what the handler reads of an event, which is sent once more for that, to an environment of its own."""
        entry, contract = self._entry(number)
        invocation = entry.invocation

        def replay() -> dict[str, Any]:
            trial, shown = self._read(contract, entry)
            with self.deployments[invocation.function].traced() as function:
                return explained.traced(contract, trial, invocation.outcome, function.invoke, shown)

        return await self._apart(replay)

    async def event(self, number: int) -> dict[str, Any]:
        """Return an event as text to edit, without its secrets."""
        entry, _ = self._entry(number)
        _require_editable(entry)
        return await self._apart(lambda: {"text": self._editable(entry)[1]})

    def _editable(self, entry: Entry) -> tuple[Any, str]:
        """Return an event without its secrets, and its text."""
        record = _record(entry.invocation)
        shown = redacted(record).event if self.redact else record.event
        return parse(shown), pretty(shown).decode()

    async def again(self, number: int, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Send an event again: as it was, as the `text` that it was edited to, or as another `shape`.

        Returns the new invocation as the list shows it.
        """
        entry, contract = self._entry(number)
        invocation = entry.invocation
        trial = await self._apart(lambda: views.trial_of(contract, invocation))
        payload, shape, origin = invocation.event, invocation.shape, f"#{number} again"
        if isinstance(asked.get("text"), str):
            _require_editable(entry)
            shown, _ = await self._apart(lambda: self._editable(entry))
            payload, origin = repeating.edited(asked["text"], trial.event, shown), f"#{number} edited"
        elif asked.get("shape"):
            shape = _shape(asked["shape"])
            payload = await self._apart(lambda: repeating.reshaped(contract, trial, shape))
            origin = f"#{number} as {shape}"
        before = self.history.last
        await repeating.send(self.served, invocation.function, payload, shape, trial.route)
        sent = self.history.find(self.history.last)
        if sent is None or self.history.last == before:
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "The invocation was not noted.")
        sent.origin = origin
        return views.summary(sent)

    async def save(self, number: int, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Save an invocation as a case called `name`, whose client has to get `status` (null: any)."""
        entry, contract = self._entry(number)
        name, status = asked.get("name"), asked.get("status")
        if not isinstance(name, str) or not (status is None or (type(status) is int and 100 <= status <= 599)):
            raise Refused(HTTPStatus.BAD_REQUEST, "A case has a name, and a status from 100 to 599 or none.")
        record = _record(entry.invocation)
        file = await self._apart(lambda: cases.save(contract, record, name, status, redact=self.redact))
        return {"file": str(file), "contract": str(contract.file), "command": f"lambdaproof check {contract.folder}"}

    def _entry(self, number: int) -> tuple[Entry, Contract]:
        """Return an invocation, and the contract of its function."""
        entry = self.history.find(number)
        if entry is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"Invocation {number} is not there, or not any more.")
        return entry, self.contracts[entry.invocation.function]

    def _read(self, contract: Contract, entry: Entry) -> tuple[Trial, Shown]:
        """Return an invocation as something to judge, and what may be shown of it."""
        trial = views.trial_of(contract, entry.invocation)
        return trial, views.shown_of(entry.invocation, trial, redact=self.redact)

    async def _apart(self, work: Callable[[], T]) -> T:
        """Do something in a thread, while the event loop goes on with its requests."""
        driver = self.served.driver
        return await driver.loop.run_in_executor(driver.executor, work)


def _record(invocation: Invocation) -> Record:
    record = Record(
        function=invocation.function,
        shape=invocation.shape,
        route=invocation.route,
        event=invocation.event,
        outcome=invocation.outcome,
        response=invocation.response,
    )
    return recognised(record) if record.shape is Shape.DIRECT else record


def _require_editable(entry: Entry) -> None:
    if len(entry.invocation.event) > _MOST_EDITED:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This event is too large to be edited here.")


def _shape(name: Any) -> Shape:
    if isinstance(name, str) and name in FRONT_OF:
        return Shape(name)
    raise Refused(HTTPStatus.BAD_REQUEST, f"An event is sent again as one of {', '.join(FRONT_OF)}.")
