"""Events sent again: as they were, edited, in another shape, or to an environment that is traced."""

from __future__ import annotations

import json
import time
from typing import Any

from lambda_contracts import events
from lambda_contracts.checks.cases import Trial
from lambda_contracts.contract import Contract
from lambda_contracts.errors import EventError
from lambda_contracts.explanation import behind
from lambda_contracts.http import Request
from lambda_contracts.matching import equal
from lambda_contracts.payloads import json_text, parse
from lambda_contracts.results import FRONT_OF, respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

from lambda_emulator.fronts.invocations import Functions, Invocation


async def send(functions: Functions, function: str, payload: bytes, shape: Shape, route: Route) -> None:
    """Give a function an event, and tell of the invocation like of any other.

    Raises EventError for what Lambda would not take, and what `Functions.invoke` raises.
    """
    request = _request(payload, shape)
    if request is None:
        shape = Shape.DIRECT
    started = time.time()
    outcome = await functions.invoke(function, payload)
    response = None
    if request is not None:
        response = respond(outcome, shape, route, accept=request.header("accept")).response
    functions.tell(
        Invocation(
            function=function,
            shape=shape,
            route=f"{request.method} {request.path}" if request else "RequestResponse",
            event=payload,
            outcome=outcome,
            request=request,
            response=response,
            at=started,
        )
    )


def _request(payload: bytes, shape: Shape) -> Request | None:
    """Return the request behind an event of a front; None for a direct one, and for what was edited to be no event."""
    if shape is Shape.DIRECT or shape not in FRONT_OF:
        return None
    try:
        return events.read(parse(payload), shape)
    except (ValueError, RecursionError):
        return None


def edited(text: str, original: Any, shown: Any) -> bytes:
    """Return an edited event as it is sent: what it has of `shown` unchanged stands for what the original has there.

    So secrets that were not shown are sent all the same. Raises EventError for a text that is no JSON.
    """
    try:
        return _encoded(_restored(parse(text.encode()), shown, original))
    except (ValueError, RecursionError) as error:
        raise EventError(f"This is no JSON: {error}.") from error


def reshaped(contract: Contract, trial: Trial, shape: Shape) -> bytes:
    """Return the event of another shape for the same request. Raises EventError for a request that cannot have it."""
    own = events.identify(trial.event).shape
    if own not in FRONT_OF:
        problem = f"It cannot be sent as {shape}: no request comes as an event of {own}."
        raise EventError(problem)
    request, route = behind(contract, trial.event, trial.shape)
    try:
        return _encoded(events.build(request or events.read(trial.event, trial.shape), shape, route))
    except (ValueError, RecursionError) as error:
        raise EventError(f"It cannot be sent as {shape}: {error}.") from error


def _restored(value: Any, shown: Any, original: Any) -> Any:
    if equal(value, shown):
        return original
    if isinstance(value, dict) and isinstance(shown, dict) and isinstance(original, dict):
        # Redaction keeps keys and their order, but for a key that is itself a secret.
        places = dict(zip(shown, original, strict=False))
        return {
            places.get(key, key): _restored(item, shown.get(key), original.get(places.get(key)))
            for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(shown, list) and isinstance(original, list):
        return [
            _restored(item, shown[index], original[index]) if index < min(len(shown), len(original)) else item
            for index, item in enumerate(value)
        ]
    return value


def _encoded(event: Any) -> bytes:
    try:
        return json_text(event).encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        return json.dumps(event).encode()
