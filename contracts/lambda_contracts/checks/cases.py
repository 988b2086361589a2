"""The check of a contract's cases: each is sent in every accepted shape, and each answer is judged."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from lambda_contracts import cloud_functions, events
from lambda_contracts.checks import known
from lambda_contracts.contract import Case, Contract
from lambda_contracts.errors import ContractError, EventError
from lambda_contracts.events.paths import path_parameters, template
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Request, Response
from lambda_contracts.matching import differences, equal
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import parse
from lambda_contracts.results import FRONT_OF, Answer, respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, TRIGGERS, Shape
from lambda_contracts.tracebacks import handler_place

REGRESSIONS = Path("events", "regressions")
"""Where, beside a contract, the events lie that `--fuzz` found."""
Invoke = Callable[[Any], Outcome]
_JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One case in one shape: the event that is sent. `request` is None for a recorded event that comes of none.

    `robust` holds even a 5xx of the handler's own against it: such an event is a client's mistake.
    """

    case: Case
    shape: Shape
    event: Any
    route: Route
    request: Request | None = None
    robust: bool = False

    @property
    def id(self) -> str:
        """Its name: `virginica[rest]`."""
        return f"{self.case.name}[{self.shape}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a trial: the outcome, what the client would have got, and what is wrong with it.

    `unsure` says which of `status` and `body` rest on a rule that no one recorded or documented.
    """

    trial: Trial
    outcome: Outcome
    response: Response
    findings: tuple[Finding, ...] = ()
    unsure: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether no finding is an error, but for those that the baseline knows."""
        return not any(finding.breaks for finding in self.findings)


def plan(contract: Contract) -> tuple[Trial, ...]:
    """Return everything to send: what `--fuzz` once found, then case by case.

    Raises ContractError for a case whose event cannot be read, whose path leads nowhere, or that no shape carries.
    """
    trials = list(regressions(contract))
    for index, case in enumerate(contract.cases):
        if case.event is msgspec.UNSET:
            trials.extend(trials_of(contract, index, case))
            continue
        try:
            trials.append(recorded(contract, case, contract.folder / str(case.event)))
        except EventError as error:
            raise contract.mistake(error.problem, "case", str(index), "event") from error
    return tuple(trials)


class Verdicts:
    """What became of a contract's trials. Each is sent once, when its verdict is first asked for.

    A verdict does not depend on which others are asked for, or when. `sent` has them in the order of the events.
    `cloud` sends what is for the cloud function.
    """

    def __init__(
        self, contract: Contract, trials: Iterable[Trial], invoke: Invoke, cloud: Invoke | None = None
    ) -> None:
        self._contract = contract
        self._invoke = invoke
        self._cloud = cloud
        self.sent: list[Verdict] = []
        self._trials: dict[str, list[Trial]] = defaultdict(list)
        self._verdicts: dict[str, list[Verdict]] = defaultdict(list)
        for trial in trials:
            self._trials[trial.case.name].append(trial)

    def of(self, trial: Trial) -> Verdict:
        """Return the verdict on one of the trials.

        Those of its case that come before it are sent first: all must get the same answer. Raises EventError for an
        event that Lambda would not take.
        """
        name = trial.case.name
        index = next(index for index, one in enumerate(self._trials[name]) if one is trial)
        while len(self._verdicts[name]) <= index:
            following = self._trials[name][len(self._verdicts[name])]
            self.sent.append(self._send(following, self._verdicts[name]))
            self._verdicts[name].append(self.sent[-1])
        return self._verdicts[name][index]

    def _send(self, trial: Trial, earlier: Sequence[Verdict]) -> Verdict:
        invoke = self._cloud if self._cloud and trial.shape is Shape.CLOUD_FUNCTION else self._invoke
        try:
            outcome = invoke(trial.event)
        except EventError as error:
            where = f"{self._contract.file}: case {trial.id}"
            raise EventError(f"{where}: {error.problem}", status=error.status) from error
        verdict = compared_with(earlier, judge(self._contract, trial, outcome))
        if verdict.outcome.ok and not verdict.passed and trial.shape is not Shape.CLOUD_FUNCTION:
            return experimented(self._contract, verdict, earlier, self._invoke)
        return verdict


def check(contract: Contract, invoke: Invoke) -> Iterator[Verdict]:
    """Send every trial and judge it; the cases of one name are also compared with each other.

    Raises what `plan` raises, and EventError for an event that Lambda would not take.
    """
    trials = plan(contract)
    verdicts = Verdicts(contract, trials, invoke)
    yield from map(verdicts.of, trials)


def recorded(contract: Contract, case: Case, file: Path) -> Trial:
    """Return the trial of a recorded event, to be sent as it is. Raises EventError for a file that holds none.

    A request of a cloud function is sent there, where the contract accepts that.
    """
    trial = trial_of_text(contract, case, file, text_of(file))
    if Shape.CLOUD_FUNCTION in contract.accept and events.identify(trial.event).shape is Shape.CLOUD_FUNCTION:
        return replace(trial, shape=Shape.CLOUD_FUNCTION)
    return trial


def text_of(file: Path) -> bytes:
    """Return the JSON text of a recorded event. Raises EventError for a file that cannot be read."""
    try:
        with file.open("rb", buffering=0) as stream:
            return stream.readall().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        raise EventError(f"{file}: there is no such file.") from None
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise EventError(f"{file} holds no event: {error}.") from error


def trial_of_text(
    contract: Contract, case: Case, file: Path, text: bytes, shape: Shape | None = None, *, bare: bool = False
) -> Trial:
    """Return the trial of a file's event; its shape is recognised unless it is known.

    A `bare` one has no request unless that tells its route: to judge an answer, none is needed. Raises EventError for
    a text that is no JSON.
    """
    try:
        event = parse(text)
        shape = _judged_as(contract, shape or events.identify(event).shape)
        read = shape in HTTP_SHAPES and not (bare and len(contract.routes) == 1)
        request = events.read(event, shape) if read else None
    except (ValueError, RecursionError) as error:
        raise EventError(f"{file} holds no event: {error}.") from error
    route = contract.routes[0] if contract.routes else events.read_route(event, shape)
    if request is not None and len(contract.routes) > 1:
        template = events.read_route(event, shape).path
        named = (one for one in contract.routes if one.path == template and one.method in (request.method, "ANY"))
        route = next(named, None) or route_of(contract, request.path) or route
    return Trial(case=case, shape=shape, event=event, route=route, request=request)


def regressions(contract: Contract) -> Iterator[Trial]:
    """Yield the events that `--fuzz` once found to fail; those of one finding share a name, `<digest>.<shape>.json`.

    Raises EventError for a file that holds no event.
    """
    for file in sorted((contract.folder / REGRESSIONS).glob("*.json")):
        name = str(file.relative_to(contract.folder))
        case = Case(name=f"regression {file.name.partition('.')[0]}", event=name)
        yield replace(recorded(contract, case, file), robust=True)


def judge(contract: Contract, trial: Trial, outcome: Outcome) -> Verdict:
    """Say what the client would have got, by the rules of the shape's front, and compare it with the case."""
    answer = answered(contract, trial, outcome)
    if not outcome.ok:
        found = _failed(contract, outcome, answer.findings)
        # The known failures are Lambda's.
        if trial.shape is Shape.CLOUD_FUNCTION:
            failed = (replace(found, confidence=answer.findings[0].confidence),)
        else:
            failed = (known.diagnosed(contract, trial.event, outcome, found),)
        return Verdict(trial=trial, outcome=outcome, response=answer.response, findings=failed)
    told = known.named(contract, trial.event, outcome, answer.findings) if answer.findings else ()
    findings = (*told, *_unexpected(trial, answer))
    return Verdict(trial=trial, outcome=outcome, response=answer.response, findings=findings, unsure=answer.unsure)


def answered(contract: Contract, trial: Trial, outcome: Outcome) -> Answer:
    """Say what the client would have got, by the rules of the shape's front; a trigger's result is nobody's to read."""
    if trial.shape is Shape.CLOUD_FUNCTION:
        return cloud_functions.answer(outcome)
    if trial.shape in TRIGGERS:
        return Answer(response=Response(status=200 if outcome.ok else 500, headers=_JSON, body=outcome.payload))
    front = contract.front if trial.shape is Shape.DIRECT else trial.shape
    # Nothing but the reading of base64 depends on what the client accepts (R32).
    accept = _accept(trial) if b"isBase64Encoded" in outcome.payload else None
    return respond(outcome, front, trial.route, accept=accept)


def _accept(trial: Trial) -> str | None:
    request = trial.request
    if request is None and trial.shape in HTTP_SHAPES:
        with contextlib.suppress(ValueError):  # it is recorded as of a shape that it has not
            request = events.read(trial.event, trial.shape)
    return request.header("accept") if request else None


def body_value(response: Response) -> Any:
    """Return a response's body as JSON where it is JSON (NaN is not), else as text."""
    try:
        return parse(response.body)
    except (ValueError, RecursionError):
        return response.body.decode("utf-8", "replace")


# --- planning --------------------------------------------------------------------------------------------------------


def _judged_as(contract: Contract, shape: Shape) -> Shape:
    """Return the shape by whose rules an event is judged.

    What answers no HTTP request is a direct invocation, unless the contract accepts that trigger.
    """
    own = shape in FRONT_OF or (shape in TRIGGERS and shape in contract.accept)
    return shape if own else Shape.DIRECT


def trials_of(contract: Contract, index: int, case: Case) -> Iterator[Trial]:
    """Yield a case in every shape it is to be sent in; `index` is its place in the contract. Raises ContractError."""
    route, request = request_of(contract, index, case)
    shapes = case.shapes or tuple(shape for shape in contract.accept if shape in contract.sendable)
    if case.text is not msgspec.UNSET:  # an Invoke payload is always JSON
        shapes = tuple(shape for shape in shapes if shape is not Shape.DIRECT)
    if not shapes:
        raise _unsendable(contract, index, case)
    for shape in shapes:
        event = events.build(request, shape, route)
        yield Trial(case=case, shape=shape, event=event, route=route, request=request)


def _unsendable(contract: Contract, index: int, case: Case) -> ContractError:
    if Shape.DIRECT in (case.shapes or contract.sent):
        hint = "Accept another shape, or make it a payload."
        problem = "raw text cannot be sent as direct, the only shape there is for it."
        return contract.mistake(problem, "case", str(index), "text", hint=hint)
    hint = 'Accept a shape for it, such as direct, or write event = "events/recorded.json".'
    problem = f"it is sent in none of the accepted shapes: {', '.join(contract.accept)} take only recorded events."
    return contract.mistake(problem, "case", str(index), hint=hint)


def request_of(contract: Contract, index: int, case: Case) -> tuple[Route, Request]:
    """Return the request that a case stands for, and its route. Raises ContractError when there is none."""
    path, _, query = (case.path or _default_path(contract, index)).partition("?")
    route = route_of(contract, path)
    if route is None:
        hint = f"Known here: {', '.join(route.path for route in contract.routes)}."
        raise contract.mistake(f"{path} leads to no [[route]].", "case", str(index), "path", hint=hint)
    body = json.dumps(case.payload).encode() if case.payload is not msgspec.UNSET else str(case.text).encode()
    typed = any(name.lower() == "content-type" for name in case.headers)
    headers = case.headers if typed else {"Content-Type": "application/json", **case.headers}
    return route, Request(
        method="POST" if route.method == "ANY" else route.method,
        path=path,
        query=query,
        headers=tuple(headers.items()),
        body=body,
    )


def route_of(contract: Contract, path: str) -> Route | None:
    """Return the route that a raw path leads to, or None."""
    return next((route for route in contract.routes if _matches(route, path)), None)


def _matches(route: Route, path: str) -> bool:
    if template(route.path).has_parameters:
        return path_parameters(route.path, path) is not None
    return route.path == "$default" or route.path.rstrip("/") == path.rstrip("/")


def _default_path(contract: Contract, index: int) -> str:
    path = contract.routes[0].path
    if template(path).has_parameters:
        hint = f'Write path = "{re.sub("{[^}]*}", "1", path)}", for example.'
        raise contract.mistake(
            f"{path} has parameters, and the case gives them no value.", "case", str(index), hint=hint
        )
    return "/" if path == "$default" else path


# --- judging ---------------------------------------------------------------------------------------------------------


def _failed(contract: Contract, outcome: Outcome, told: Sequence[Finding]) -> Finding:
    """Say that the function did not answer: where in the handler, and what the front makes of it."""
    error = outcome.error
    place = handler_place(error.stack_trace, contract.code) if error else None
    message = ": ".join(filter(None, (error.type, error.message))) if error else ""
    front = next(iter(told), None)
    return Finding(
        code=f"outcome.{outcome.kind.replace(' ', '-')}",
        severity=Severity.ERROR,
        message=message or outcome.payload.decode("utf-8", "replace")[:200] or str(outcome.kind),
        aws=front.aws if front else "",
        fix=front.fix if front else "",
        file=str(contract.code / place.file) if place else None,
        line=place.line if place else None,
        excerpt=place.code if place else "",
    )


def _unexpected(trial: Trial, answer: Answer) -> Iterator[Finding]:
    case, status = trial.case, answer.response.status
    if trial.robust and status >= 500 and all(found.severity is not Severity.ERROR for found in answer.findings):
        message = f"the client's mistake is answered with {status}, which says that the server is broken"
        fix = "answer 4xx: check the input, and catch what reading it raises"
        yield Finding(code="case.server-error", severity=Severity.ERROR, message=message, fix=fix)
    if case.status is not None and status != case.status:
        message = f"the client gets status {status}, the case says {case.status}"
        yield _mismatch("case.status", message, unsure="status" in answer.unsure)
    if case.body is not msgspec.UNSET:
        for place, sentence in differences(case.body, body_value(answer.response)):
            yield _mismatch("case.body", f"body{place}: {sentence}", unsure="body" in answer.unsure)


def compared_with(earlier: Sequence[Verdict], verdict: Verdict) -> Verdict:
    """Return a verdict with what tells its answer from that of the first earlier one."""
    return replace(verdict, findings=(*verdict.findings, *compared(earlier, verdict)))


def experimented(contract: Contract, verdict: Verdict, earlier: Sequence[Verdict], invoke: Invoke) -> Verdict:
    """Send the event of a broken promise with one thing changed at a time: what helps says why it was broken."""
    trial = verdict.trial
    earlier = [other for other in earlier if other.passed]

    def holds(event: Any) -> bool:
        try:
            outcome = invoke(event)
        except EventError:
            return False
        return compared_with(earlier, judge(contract, replace(trial, event=event), outcome)).passed

    findings = known.tried(contract, trial.event, trial.request, trial.route, verdict.findings, holds)
    return replace(verdict, findings=findings)


def compared(earlier: Sequence[Verdict], verdict: Verdict) -> Iterator[Finding]:
    """Compare a case's answer with that of the first shape it was sent in: a client must not be able to tell them."""
    if not earlier or not verdict.outcome.ok or not earlier[0].outcome.ok:
        return
    first = earlier[0]
    unsure = first.unsure | verdict.unsure
    if verdict.response.status != first.response.status:
        message = f"status {verdict.response.status}, but {first.response.status} in the shape {first.trial.shape}"
        yield _mismatch("case.shapes", message, unsure="status" in unsure)
    elif not same_body(first.response, verdict.response):
        message = f"another body than in the shape {first.trial.shape}"
        yield _mismatch("case.shapes", message, unsure="body" in unsure)


def same_body(one: Response, other: Response) -> bool:
    """Whether two bodies are the same to a client: equal bytes, or equal JSON."""
    try:
        return one.body == other.body or equal(body_value(one), body_value(other))
    except RecursionError:
        return False


def _mismatch(code: str, message: str, *, unsure: bool) -> Finding:
    """Return a finding that breaks the contract, unless it rests on what no one recorded."""
    if unsure:
        return Finding(code=code, severity=Severity.WARNING, message=message, confidence=Confidence.INFERRED)
    return Finding(code=code, severity=Severity.ERROR, message=message)
