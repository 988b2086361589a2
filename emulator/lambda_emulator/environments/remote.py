"""A function that somebody has deployed: in an account, by Lambda's Invoke API, or behind the URL of an API.

What is sent there costs, and does what it does: only what `Remote` was given is sent, each event once.
"""

from __future__ import annotations

import json
import re
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lambda_contracts.checks.cases import Trial
from lambda_contracts.errors import EventError
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.shapes import Shape

from lambda_emulator.environments.base import Environment
from lambda_emulator.errors import ExtraMissing, GatewayUnavailable, SetupFailed, UsageError
from lambda_emulator.sending import send
from lambda_emulator.steps import Call, Steps

Send = Callable[[Trial], Outcome]
"""Sends the event of a trial, or the request that it stands for."""

_ENDINGS = {"Sandbox.Timedout": OutcomeKind.TIMEOUT, "Runtime.ExitError": OutcomeKind.EXIT}
"""The errors that are not the handler's own (R83, R84)."""
_MARGIN = 30
"""Seconds beyond the function's timeout that an answer of the Invoke API may take."""


class Remote(Environment):
    """A deployed function, as an environment that takes the events of some trials, each as often as it is there."""

    def __init__(self, send_trial: Send, trials: Sequence[Trial]) -> None:
        self._send = send_trial
        self._trials = {_key(trial.event): trial for trial in trials}
        self._left = Counter(_key(trial.event) for trial in trials)
        self._peak: int | None = None

    @property
    def alive(self) -> bool:
        """It is not ours to end."""
        return True

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:  # noqa: ARG002
        """Send an event. Raises EventError for one that is not to be sent, and GatewayUnavailable."""
        key = _key(json.loads(payload))
        if not self._left[key]:
            raise EventError("Only events of safe cases are sent to a deployed function, and each once.")
        self._left[key] -= 1
        outcome: Outcome = yield Call(lambda: self._send(self._trials[key]))
        used = re.search(r"Max Memory Used: (\d+) MB", "\n".join(outcome.log))
        if used:
            self._peak = max(self._peak or 0, int(used[1]) << 20)
        return outcome

    def peak_memory(self) -> int | None:
        """Return the most that a REPORT line told."""
        return self._peak

    def close(self) -> None:
        """Nothing of it is ours."""


class RemoteRunner:
    """Starts nothing: the function runs where it was deployed."""

    python: Path | None = None

    def __init__(self, environment: Remote) -> None:
        self._environment = environment

    def start(self) -> tuple[Environment, Outcome]:
        """Return the one environment there is."""
        return self._environment, returned(None)

    def run(self, command: str) -> None:
        """Run nothing: the state of an account is its own. Raises SetupFailed."""
        raise SetupFailed(f"`{command}` is not run for a deployed function.")


def by_invoke(name: str, timeout: int) -> Send:
    """Return what sends events by Lambda's Invoke API, to a function's name or ARN.

    Region, credentials and endpoint are those that boto3 finds (`AWS_PROFILE`, `AWS_ENDPOINT_URL`). Nothing is tried
    twice. `timeout` is the function's, in seconds. Raises ExtraMissing, and GatewayUnavailable without credentials.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise ExtraMissing("boto3", "aws", "Invoking a deployed function") from None
    try:
        config = Config(retries={"total_max_attempts": 1}, read_timeout=timeout + _MARGIN)
        region = name.split(":")[3] if name.startswith("arn:") else None
        client = boto3.client("lambda", config=config, region_name=region)
    except (BotoCoreError, IndexError) as error:
        raise UsageError(f"{name} cannot be invoked: {error}", hint="Type: aws configure") from error

    def invoke(trial: Trial) -> Outcome:
        started = time.monotonic()
        try:
            answer = client.invoke(FunctionName=name, Payload=json.dumps(trial.event).encode(), LogType="Tail")
            payload = answer["Payload"].read()
        except client.exceptions.ResourceNotFoundException as error:
            raise UsageError(f"There is no function {name}: {error}", hint="Look at its name and region.") from error
        except (BotoCoreError, ClientError) as error:
            hint = "Look at credentials and region: aws sts get-caller-identity"
            raise GatewayUnavailable(f"{name} cannot be invoked: {error}", hint=hint) from error
        return invoked(answer, payload, time.monotonic() - started)

    return invoke


def by_url(url: str) -> Send:
    """Return what sends the requests of trials below the URL of an API, with the URL's own Host."""

    def ask(trial: Trial) -> Outcome:
        assert trial.request is not None  # noqa: S101  # only such trials are chosen for a URL
        started = time.monotonic()
        response = send(
            url, below(url, trial.request), hint="Look at the URL: it ends with the stage, if the API has one."
        )
        return replace(returned(_result(response, trial.shape)), duration=time.monotonic() - started)

    return ask


def below(url: str, request: Request) -> Request:
    """Return a request as it is sent below the URL of an API: with the URL's own Host, and the body's length."""
    own = tuple((name, value) for name, value in request.headers if name.lower() not in _OWN)
    length = (("Content-Length", str(len(request.body))),) if request.body else ()
    return replace(request, headers=(("Host", urlsplit(url).netloc), *own, *length))


_OWN = ("host", "content-length")


def _key(event: Any) -> str:
    return json.dumps(event, sort_keys=True)


def invoked(answer: dict[str, Any], payload: bytes, waited: float) -> Outcome:
    """Return the outcome that an answer of the Invoke API tells (R80, R81, R89); it took what its log says.

    `waited` are the seconds until the answer was there, for logs that do not say.
    """
    log = tuple(b64decode(answer.get("LogResult", "")).decode("utf-8", "replace").splitlines())
    report = next((line for line in reversed(log) if line.startswith("REPORT ")), "")
    duration, init = (re.search(rf"\t{key}: ([\d.]+) ms", report) for key in ("Duration", "Init Duration"))
    outcome = Outcome(
        kind=OutcomeKind.FUNCTION_ERROR if answer.get("FunctionError") else OutcomeKind.RESULT,
        payload=payload,
        request_id=str(answer.get("ResponseMetadata", {}).get("RequestId", "")),
        log=log,
        duration=float(duration[1]) / 1000 if duration else waited,
        init_duration=float(init[1]) / 1000 if init else None,
    )
    return replace(outcome, kind=_ENDINGS.get(outcome.error.type, outcome.kind)) if outcome.error else outcome


def _result(response: Response, front: Shape) -> dict[str, Any]:
    """Return the result of a function that leads to this very response on a front."""
    kept = [(name, value) for name, value in response.headers if name.lower() not in _NOT_RETURNED]
    result: dict[str, Any] = {"statusCode": response.status, "isBase64Encoded": False}
    if front in _MULTI:
        multi: dict[str, list[str]] = {}
        for name, value in kept:
            multi.setdefault(name, []).append(value)
        result["multiValueHeaders"] = multi
    else:
        result["headers"] = dict(kept)
    try:
        return {**result, "body": response.body.decode()}
    except UnicodeDecodeError:
        return {**result, "body": b64encode(response.body).decode(), "isBase64Encoded": True}


_NOT_RETURNED = ("content-length", "transfer-encoding", "connection")
_MULTI = (Shape.REST, Shape.HTTP_V1, Shape.ALB_MULTI)
"""The fronts that read multiValueHeaders."""
