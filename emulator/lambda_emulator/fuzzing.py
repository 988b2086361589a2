"""`check --fuzz`: Hypothesis drives events like a contract's own until one makes the handler fail."""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from lambda_contracts import events
from lambda_contracts.checks.cases import REGRESSIONS, Invoke, Trial, Verdict, compared, judge, request_of
from lambda_contracts.contract import Case, Contract
from lambda_contracts.errors import EventError
from lambda_contracts.events import Source
from lambda_contracts.http import Request
from lambda_contracts.mutations import ENVELOPES, changed
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from lambda_contracts.targets import Edit, Targets, targets
from lambda_contracts.tracing import Observed

from lambda_emulator.environments.interpreter import lending
from lambda_emulator.errors import ExtraMissing, UsageError

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

FAILURES = 5
"""After so many different failures nothing more is looked for."""
_WITHOUT_END = 10**9
CLOCK = 1_744_668_967.5
"""The time, in seconds since 1970, that all of its events say."""


class Example(NamedTuple):
    """A request, where it goes, the shapes it is sent in, to be compared, and what is changed in their events."""

    request: Request
    route: Route
    shapes: tuple[Shape, ...]
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How long to look: so many requests, or so many seconds."""

    requests: int = _WITHOUT_END
    seconds: float = float("inf")

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read `500`, or `30s`. Raises UsageError."""
        found = re.fullmatch(r"([1-9]\d{0,8})(s?)", text)
        if found is None:
            raise UsageError(f"--fuzz cannot be {text!r}.", hint="Write a number of requests, or seconds: --fuzz 30s")
        return cls(seconds=float(found[1])) if found[2] else cls(requests=int(found[1]))

    def share(self, part: int, parts: int) -> Limit:
        """Return the limit up to which a part of equal parts goes, counted from the start of all."""
        return Limit(requests=-(-self.requests * part // parts), seconds=self.seconds * part / parts)


@dataclass(slots=True)
class Fuzzed:
    """What came of it: the failures, each as the verdicts of its smallest event, or two when shapes differ.

    `requests` were sent, and became so many `events`, one a shape; shrinking is not counted.
    """

    seed: int
    failures: list[list[Verdict]] = field(default_factory=list)
    requests: int = 0
    events: int = 0
    seconds: float = 0.0


class _Failed(Exception):
    """An example that the handler failed on."""


class _Enough(BaseException):
    """The time is over. Not an Exception: Hypothesis would take it for a failure, and shrink it."""


def fuzz(contract: Contract, invoke: Invoke, limit: Limit, *, seed: int, observed: Observed | None = None) -> Fuzzed:
    """Send events of all accepted shapes, like the contract's own but for what can go wrong with them.

    `observed` is what the handler reads: only that is changed then, keys that no case has included; without it, all.
    The handler fails on a function error, a response that its front refuses, a 5xx of its own, or answers that differ
    between shapes. The same seed gives the same events. Raises ExtraMissing without Hypothesis, UsageError for a
    contract without a payload to start from, and SchemaError for a schema of payloads that no value fulfils.
    """
    sources = list(_sources(contract, None if observed is None else targets(observed)))
    hunt = _Hunt(contract, invoke, Fuzzed(seed))
    with lending():
        for number, examples in enumerate(sources, 1):
            hunt.go(examples, limit.share(number, len(sources)))
    hunt.done.seconds = time.perf_counter() - hunt.started
    return hunt.done


def save(contract: Contract, failure: Sequence[Verdict]) -> list[Verdict]:
    """Keep the events of a failure beside the contract, where they are sent first from then on.

    Returns the verdicts by the name that the events have then.
    """
    folder = contract.folder / REGRESSIONS
    folder.mkdir(parents=True, exist_ok=True)
    texts = [json.dumps(verdict.trial.event, indent=2) + "\n" for verdict in failure]
    digest = hashlib.sha256("".join(texts).encode()).hexdigest()[:12]
    case = Case(name=f"regression {digest}", payload=None)
    for verdict, text in zip(failure, texts, strict=True):
        (folder / f"{digest}.{verdict.trial.shape}.json").write_text(text, encoding="utf-8")
    return [replace(verdict, trial=replace(verdict.trial, case=case)) for verdict in failure]


class _Hunt:
    """All that is looked for in one run: failure after failure, each another one."""

    def __init__(self, contract: Contract, invoke: Invoke, done: Fuzzed) -> None:
        self._contract, self._invoke, self.done = contract, invoke, done
        self._known: set[Any] = set()
        self.started = time.perf_counter()

    def go(self, examples: SearchStrategy[Example], limit: Limit) -> None:
        """Send examples up to a limit, counted from the start. Raises SchemaError when none can be drawn."""
        done = self.done
        while len(done.failures) < FAILURES and done.requests < limit.requests:
            search = _Search(self._contract, self._invoke, self._known, self.started + limit.seconds)
            over = _explore(search, examples, limit.requests - done.requests, done.seed)
            done.requests += search.requests
            done.events += search.events
            if search.smallest:
                self._known.add(search.signature)
                done.failures.append(search.smallest)
            if over or not search.smallest:
                break


class _Search:
    """The search for one failure that is not known yet."""

    def __init__(self, contract: Contract, invoke: Invoke, known: set[Any], deadline: float) -> None:
        self.contract, self._invoke, self._known, self._deadline = contract, invoke, known, deadline
        self.requests = 0
        self.events = 0
        self.signature: Any = None
        self.smallest: list[Verdict] = []

    def probe(self, example: Example) -> None:
        """Send an example. Raises _Failed when it fails as the first failure of this search did."""
        if time.perf_counter() > self._deadline:
            raise _Enough
        verdicts = list(send(self.contract, self._invoke, example))
        if not self.smallest:
            self.requests += 1
            self.events += len(verdicts)
        if all(verdict.passed for verdict in verdicts):
            return
        signature = _signature(verdicts)
        if signature in self._known or self.signature not in (None, signature):
            return
        self.signature = signature
        self.smallest = _essential(verdicts)
        raise _Failed


def send(contract: Contract, invoke: Invoke, example: Example) -> Iterator[Verdict]:
    """Send a request in each of its shapes, and judge the answers; an event that cannot be is left out."""
    request, route, shapes, edit = example
    earlier: list[Verdict] = []
    for shape in shapes:
        try:
            event = _event(request, shape, route)
            if edit is not None:
                event = changed(event, *edit, add=True)
            outcome = invoke(event)
        except (EventError, ValueError):  # no JSON for `direct`, a number that is none for Python, too large
            continue
        trial = Trial(case=_CASE, shape=shape, event=event, route=route, request=request, robust=True)
        verdict = judge(contract, trial, outcome)
        verdict = replace(verdict, findings=(*verdict.findings, *compared(earlier, verdict)))
        earlier.append(verdict)
        yield verdict


def _event(request: Request, shape: Shape, route: Route) -> Any:
    # The same ids and times in each event: that makes it repeat, and shrink.
    source = Source(clock=lambda: CLOCK, bits=random.Random(0).getrandbits)  # noqa: S311  # ids, no secrets
    return events.build(request, shape, route, source=source)


_CASE = Case(name="fuzz", payload=None)


def _essential(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the first verdict that failed; with the first of all when it failed for being another."""
    failed = next(verdict for verdict in verdicts if not verdict.passed)
    differs = all(found.code == "case.shapes" for found in failed.findings if found.breaks)
    return [verdicts[0], failed] if differs else [failed]


def _signature(verdicts: Sequence[Verdict]) -> Any:
    """Return what tells one failure from another: what is wrong, and the handler's line, but not in which shape."""
    verdict = next(verdict for verdict in verdicts if not verdict.passed)
    first = next(found for found in verdict.findings if found.breaks)
    return first.code, first.file, first.line, verdict.outcome.error.type if verdict.outcome.error else ""


def _sources(contract: Contract, reads: Targets | None) -> Iterator[SearchStrategy[Example]]:
    """Yield the strategies of a contract's examples: nearly like its cases, and by its schema when it has one.

    Each has a search of its own: Hypothesis would make more of the one whose draws it can mutate better.
    """
    strategies = _strategies()
    # A case that is for some shapes only says something about those shapes, not about a request.
    cases = [
        (index, case)
        for index, case in enumerate(contract.cases)
        if case.payload is not msgspec.UNSET and not case.shapes
    ]
    if not cases:
        raise UsageError(
            f"{contract.file}: no case has a payload for every shape, so there is nothing to fuzz from.",
            hint="Write a case with a payload and without `shapes`.",
        )
    starts = list(_starts(contract, cases))
    around = _around(contract, starts, reads or Targets())
    yield _examples(
        [(request, route, strategies.payloads(like=like, reads=reads)) for request, route, like in starts], around
    )
    if contract.schema is not None:
        valid = strategies.payloads(schema=contract.schema)
        yield _examples([(request, route, valid) for request, route, _ in starts], around)


_Around = tuple[Callable[[Request], Request], tuple[Shape, ...], Edit | None]
"""What becomes of a request around its payload, the shapes that it is sent in then, and what becomes of its event."""


def _around(contract: Contract, starts: Sequence[tuple[Request, Route, list[Any]]], reads: Targets) -> list[_Around]:
    """Return what can happen around payloads, the plain first.

    Half of all requests are plain, and sent in every shape: what a front itself changes would be no difference of the
    handler's.
    """
    as_it_is, *odd = ENVELOPES.values()
    fronts = [shape for shape in contract.sent if shape is not Shape.DIRECT]
    others: list[_Around] = [(change, (shape,), None) for change, shape in product(odd, contract.sent)]
    others += [(change, (shape,), None) for change, shape in product(reads.around(), fronts)]
    request, route, like = starts[0]
    request = replace(request, body=json.dumps(like[0]).encode())
    for shape in contract.sent:
        others += [(as_it_is, (shape,), edit) for edit in reads.edits(_event(request, shape, route), shape)]
    return [*[(as_it_is, contract.sent, None)] * len(others), *others]


def _examples(
    starts: Sequence[tuple[Request, Route, SearchStrategy[Any]]], around: Sequence[_Around]
) -> SearchStrategy[Example]:
    """Return the strategy of examples that start with one of these requests, with one of its payloads."""
    from hypothesis import strategies as st

    # One draw of a product is cheaper than a draw a factor.
    surroundings = st.sampled_from(around)
    start = st.sampled_from(starts) if len(starts) > 1 else None

    @st.composite
    def examples(draw: DrawFn) -> Example:
        request, route, payloads = starts[0] if start is None else draw(start)
        change, shapes, edit = draw(surroundings)
        body = json.dumps(draw(payloads)).encode()
        return Example(change(replace(request, body=body)), route, shapes, edit)

    return examples()


def _starts(contract: Contract, cases: Sequence[tuple[int, Case]]) -> Iterator[tuple[Request, Route, list[Any]]]:
    """Yield each request that the cases send, apart from its payload, with the payloads that it is sent with."""
    payloads: dict[Any, list[Any]] = {}
    for index, case in cases:
        route, request = request_of(contract, index, case)
        key = (replace(request, body=b""), contract.routes.index(route))
        payloads.setdefault(key, []).append(case.payload)
    for (request, number), like in payloads.items():
        yield request, contract.routes[number], like


def _strategies() -> Any:
    try:
        from lambda_contracts import strategies
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "hypothesis":
            raise ExtraMissing("hypothesis", "hypothesis", "check --fuzz") from error
        raise
    return strategies


def _explore(search: _Search, examples: SearchStrategy[Example], most: int, seed: int) -> bool:
    """Search until a failure is found and shrunk, or all is done; return whether the time is over."""
    import hypothesis

    probe: Callable[[], None] = hypothesis.seed(seed)(
        hypothesis.settings(
            max_examples=most,
            deadline=None,
            database=None,
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
            suppress_health_check=list(hypothesis.HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
            verbosity=hypothesis.Verbosity.quiet,
        )(hypothesis.given(example=examples)(lambda example: search.probe(example)))
    )
    try:
        probe()
    except _Failed:
        return False
    except hypothesis.errors.Flaky:  # it failed once and then not: what was seen is kept
        return False
    except _Enough:
        return True
    except hypothesis.errors.Unsatisfiable:
        if search.contract.schema is None:
            raise
        hint = "Ask for less with oneOf, not and allOf."
        raise search.contract.schema.mistake("no valid payload was found.", hint=hint) from None
    return False
