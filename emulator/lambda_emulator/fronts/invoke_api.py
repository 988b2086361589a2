"""Lambda's own API, as SDKs and the AWS command line call it, before functions that run here."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambda_contracts import invoke_api
from lambda_contracts.contract import Function
from lambda_contracts.events import FRESH
from lambda_contracts.http import Request, Response
from lambda_contracts.invoke_api import LATEST, Call, InvocationType, Operation, Reason, Reference
from lambda_contracts.limits import LIMITS
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import json_text
from lambda_contracts.shapes import Shape

from lambda_emulator.environments.variables import function_arn
from lambda_emulator.errors import LambdaproofError, Throttled
from lambda_emulator.fronts.event_queue import Event, EventQueue, Retries
from lambda_emulator.fronts.invocations import Functions, Invocation

log = logging.getLogger(__name__)

_JSON = ("Content-Type", "application/json")


class InvokeApi:
    """The API before some functions, each with its definition by its name.

    It invokes them, describes them and lists them. A function has one version, $LATEST; signatures, regions and
    accounts are not looked at.
    """

    max_body = int(LIMITS["sync request"].value)
    """How many bytes of a body are taken in: those of a synchronous invocation."""

    def __init__(
        self, functions: Functions, definitions: Mapping[str, Function], *, retries: Retries | None = None
    ) -> None:
        self._functions = functions
        self._definitions = definitions
        self._queue = EventQueue(functions, retries or Retries())

    @staticmethod
    def takes(request: Request) -> bool:
        """Whether a request is for this API: its path begins with a version and `functions`."""
        return invoke_api.PATH.match(request.path) is not None

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request; it is not `whole` when its body was longer than `max_body`."""
        request_id = FRESH.uuid()
        response = await self._response(request, request_id, whole=whole)
        return replace(response, headers=(*response.headers, ("x-amzn-RequestId", request_id)))

    async def _response(self, request: Request, request_id: str, *, whole: bool) -> Response:
        call = invoke_api.read(request, whole=whole)
        if isinstance(call, Response):
            return call
        if call.function is None:
            return _described({"Functions": [_configuration(function) for function in self._definitions.values()]})
        definition = self._definitions.get(call.function.name)
        if definition is None or call.function.qualifier not in ("", LATEST):
            return invoke_api.error(Reason.NO_FUNCTION, arn=_arn(call.function, call.operation))
        if call.operation in (Operation.INVOKE, Operation.INVOKE_ASYNC):
            return await self._invoke(call, definition, request, request_id)
        configuration = _configuration(definition)
        if call.operation is Operation.GET_FUNCTION_CONFIGURATION:
            return _described(configuration)
        return _described({"Configuration": configuration})

    async def _invoke(self, call: Call, definition: Function, request: Request, request_id: str) -> Response:
        trace = ("X-Amzn-Trace-Id", request.header("X-Amzn-Trace-Id") or FRESH.trace(time.time()))
        if call.type is InvocationType.DRY_RUN:
            return Response(status=204, headers=(trace,))
        if call.type is InvocationType.EVENT:
            name = definition.name
            self._queue.put(Event(function=name, request_id=request_id, payload=call.payload, request=request))
            return Response(status=202, headers=(trace,))
        started = time.time()
        try:
            outcome = await self._functions.invoke(
                definition.name, call.payload, request_id=request_id, client_context=call.client_context
            )
        except Throttled:
            reserved = "ReservedFunction" if definition.reserved_concurrency is not None else ""
            return invoke_api.error(Reason.THROTTLED, limit=f"{reserved}ConcurrentInvocationLimitExceeded")
        except LambdaproofError as error:
            log.error("%s could not be invoked: %s", definition.name, error)
            return invoke_api.error(Reason.FAILED, problem=error.problem)
        self._functions.tell_afterwards(
            lambda: Invocation(
                function=definition.name,
                shape=Shape.DIRECT,
                route=call.type,
                event=call.payload,
                outcome=outcome,
                request=request,
                at=started,
            )
        )
        return await self._answered(call, definition, outcome, trace)

    async def _answered(self, call: Call, definition: Function, outcome: Outcome, trace: tuple[str, str]) -> Response:
        headers = [_JSON, ("X-Amz-Executed-Version", LATEST), trace]
        if not outcome.ok:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        if call.tail:
            peak = self._functions.pools[definition.name].peak_memory
            driver = self._functions.driver
            used = await driver.loop.run_in_executor(driver.executor, peak)
            log_end = invoke_api.log_tail(outcome, memory=definition.memory, used=used, at=time.time())
            headers.append(("X-Amz-Log-Result", log_end))
        return Response(status=200, headers=tuple(headers), body=outcome.payload)


def _arn(function: Reference, operation: Operation) -> str:
    """Return the ARN that AWS misses: of $LATEST when an invocation named no version (R87)."""
    invoking = operation in (Operation.INVOKE, Operation.INVOKE_ASYNC)
    qualifier = function.qualifier or (LATEST if invoking else "")
    return ":".join(part for part in (function_arn(function.name), qualifier) if part)


def _described(value: dict[str, Any]) -> Response:
    return Response(status=200, headers=(_JSON,), body=json_text(value).encode())


def _configuration(function: Function) -> dict[str, Any]:
    """Return what the API says of a function, as far as a contract knows it."""
    known = {
        "FunctionName": function.name,
        "FunctionArn": function_arn(function.name),
        "Runtime": function.runtime,
        "Handler": function.handler,
        "Timeout": function.timeout,
        "MemorySize": function.memory,
        "EphemeralStorage": {"Size": function.ephemeral_storage},
        "PackageType": "Image" if function.image else "Zip",
        "Version": LATEST,
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }
    return {key: value for key, value in known.items() if value is not None}
