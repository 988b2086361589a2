"""A contract's function deployed into LocalStack, beside our own run of it: where its answers are not the same.

AWS's record decides, and our fronts are held to it: a difference is LocalStack's, a warning, under the rule that it
departs from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import msgspec
from lambda_contracts.checks.cases import Trial, Verdict, body_value, judge
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.matching import differences
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import Shape

from lambda_emulator.aws.backend import Backend
from lambda_emulator.deployment import Deployment
from lambda_emulator.environments.remote import below, invoked
from lambda_emulator.errors import BackendUnavailable
from lambda_emulator.sending import send
from lambda_emulator.settings import Settings
from lambda_emulator.stacks.contracts import stacked

CHECK = "localstack"
_KINDS = {
    OutcomeKind.RESULT: "R80",
    OutcomeKind.TIMEOUT: "R83",
    OutcomeKind.EXIT: "R84",
    OutcomeKind.INIT_FAILURE: "R82",
}
"""The rule behind each end of an invocation; R81 is that of an exception."""

Step = Callable[[str, int, int], None]
"""Is told what begins now, and that it is the n-th of so many."""


def compare(deployment: Deployment, verdicts: Sequence[Verdict], settings: Settings, step: Step) -> Report:
    """Deploy a function into the LocalStack beside it, send it every case by Invoke and its REST API, and compare.

    Raises a ToolError when it cannot be deployed, or when LocalStack goes away.
    """
    contract, backend = deployment.contract, deployment.backend
    assert backend is not None  # noqa: S101  # the caller's
    step("deploying into LocalStack", 1, 1)
    name, urls = _deploy(contract, backend, settings)
    invoke = _invoker(backend, name)
    found: dict[Finding, None] = {}
    for number, verdict in enumerate(verdicts, 1):
        step(f"{verdict.trial.id} in LocalStack", number, len(verdicts))
        found.update(dict.fromkeys(_invoked(contract, verdict, invoke)))
        url = urls.get((verdict.trial.route.method, verdict.trial.route.path))
        if verdict.trial.shape is Shape.REST and verdict.trial.request is not None and url is not None:
            answer = send(url, below(url, verdict.trial.request), hint=f"LocalStack is {backend.endpoint}.")
            found.update(dict.fromkeys(_answered(verdict, answer)))
    return Report(check=CHECK, findings=tuple(found))


def _deploy(contract: Contract, backend: Backend, settings: Settings) -> tuple[str, dict[tuple[str, str], str]]:
    """Return the function's name, and the URL of the stage of each route."""
    image = settings.environment == "container" or not contract.function.handler
    with stacked(contract, settings, image=image) as stack:
        stack.build()
        deployed = stack.deploy(backend)
    routes = {}
    for endpoint in contract.endpoints:
        for route in deployed.routes:
            if route.url.endswith(endpoint.route.path):
                routes[endpoint.route.method, endpoint.route.path] = route.url.removesuffix(endpoint.route.path)
    return deployed.functions[0], routes


def _invoker(backend: Backend, name: str) -> Callable[[Trial], Outcome]:
    client = backend.client("lambda")

    def invoke(trial: Trial) -> Outcome:
        from botocore.exceptions import BotoCoreError, ClientError

        started = time.monotonic()
        try:
            answer = client.invoke(FunctionName=name, Payload=msgspec.json.encode(trial.event), LogType="Tail")
            return invoked(answer, answer["Payload"].read(), time.monotonic() - started)
        except (BotoCoreError, ClientError) as error:
            raise BackendUnavailable(f"{backend.endpoint} does not invoke {name}: {error}") from error

    return invoke


def _invoked(contract: Contract, ours: Verdict, invoke: Callable[[Trial], Outcome]) -> Iterator[Finding]:
    outcome = invoke(ours.trial)
    if outcome.kind is not ours.outcome.kind:
        rule = _KINDS.get(ours.outcome.kind, "R81")
        yield _difference(ours, rule, "Invoke", f"{ours.outcome.kind}", f"{outcome.kind}")
    elif ours.passed and not (theirs := judge(contract, ours.trial, outcome)).passed:
        yield _difference(ours, "R80", "Invoke", "what the case wants", theirs.findings[0].message)


def _answered(ours: Verdict, answer: Response) -> Iterator[Finding]:
    if answer.status != ours.response.status:
        known = (finding.rule or finding.code for finding in ours.findings)
        rule = next((rule for rule in known if rule in RULES), "R22" if ours.outcome.ok else "R30")
        yield _difference(ours, rule, "the status", str(ours.response.status), str(answer.status))
        return
    for name in dict.fromkeys(key.lower() for key, _ in ours.response.headers):
        wanted, got = (_values(response, name) for response in (ours.response, answer))
        if name not in _CHANGES and wanted != got:
            rule = "R28" if name == "content-type" else "R27"
            yield _difference(ours, rule, f"the header {name}", ", ".join(wanted), ", ".join(got) or "none")
    case = ours.trial.case
    if case.body is not msgspec.UNSET and ours.passed and [*differences(case.body, body_value(answer))]:
        yield _difference(ours, "R31", "the body", _text(ours.response), _text(answer))


_CHANGES = ("date", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id", "content-length", "connection")
"""Headers that are of one answer alone."""


def _values(response: Response, name: str) -> list[str]:
    return [value for key, value in response.headers if key.lower() == name]


def _text(response: Response) -> str:
    text = response.body.decode("utf-8", "backslashreplace")
    return text if len(text) < 100 else f"{text[:100]}..."


def _difference(verdict: Verdict, rule: str, part: str, wanted: str, got: str) -> Finding:
    return Finding(
        code=rule,
        severity=Severity.WARNING,
        message=f"{verdict.trial.id}: LocalStack departs in {part}: {got}, where AWS has {wanted}.",
        aws=RULES[rule].statement,
        confidence=RULES[rule].confidence,
        rule=rule,
    )
