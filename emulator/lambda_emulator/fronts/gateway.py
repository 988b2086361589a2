"""One API before its functions: a request in, an event to the function, a response out, as its front does it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import msgspec
from lambda_contracts import admission, authorizing, cors, routing
from lambda_contracts.api import Api
from lambda_contracts.errors import EventError
from lambda_contracts.events import FRESH, build
from lambda_contracts.http import Headers, Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.results import RESPONSE_RULES, response_to
from lambda_contracts.route import Route
from lambda_contracts.routing import Match
from lambda_contracts.shapes import Shape

from lambda_emulator.errors import Throttled, ToolError
from lambda_emulator.fronts.invocations import Functions, Invocation

log = logging.getLogger(__name__)


def _encoded(event: Any) -> bytes:
    """Write an event as JSON. What is no text (half a pair of surrogates) becomes `?`, as Python's runtime does it."""
    try:
        return msgspec.json.encode(event)
    except UnicodeEncodeError:
        return json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")


class Gateway:
    """An API, ready to be asked. Raises ApiError for one that AWS would not create.

    One that is `patient` waits for its functions as long as they take: somebody debugs them.
    """

    def __init__(self, api: Api, functions: Functions, *, patient: bool = False) -> None:
        self.api = api
        self._router = routing.compile(api)
        self._functions = functions
        self._timeout = None if patient else RESPONSE_RULES[api.front].timeout
        self._headers = _HEADERS[api.front]
        sizes = admission.SIZES[api.front]
        self.max_body = int(sizes.body or sizes.event or 0)
        """How many bytes of a body are taken in: what the front takes, or makes an event of."""

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request; it is not `whole` when its body was longer than the front takes."""
        api = self.api
        found = self._router.find(request)
        preflight = cors.preflight(api, request, found) if api.cors else None
        if preflight is not None:
            return self._dressed(preflight, {})
        response, context = await self._response(request, found, whole=whole)
        return self._dressed(cors.answered(api, request, response) if api.cors else response, context)

    async def _response(
        self, request: Request, found: Match | Refusal, *, whole: bool
    ) -> tuple[Response, dict[str, Any]]:
        front = self.api.front
        refused = admission.check(front, request) if whole else _too_large(front)
        if refused is not None:
            return refused.response, {}
        if isinstance(found, Refusal):
            return found.response, {}
        endpoint = found.endpoint
        guarded = endpoint.authorizer or endpoint.api_key_required
        route = await self._admitted(found) if guarded else endpoint.route
        if isinstance(route, Refusal):
            return route.response, {}
        event = build(found.request, front, route)
        payload = _encoded(event)
        refused = admission.check_event(front, len(payload))
        if refused is not None:
            return refused.response, event["requestContext"]
        return await self._invoke(found, route, payload), event["requestContext"]

    async def _admitted(self, found: Match) -> Route | Refusal:
        """Return the route with what the authorizer and the API key add to the event, or the front's refusal."""
        asked = authorizing.ask(self.api, found) if found.endpoint.authorizer else _ANYBODY
        if isinstance(asked, authorizing.Question):
            try:
                outcome = await self._functions.invoke(asked.authorizer.function, _encoded(asked.event))
            except (KeyError, EventError, ToolError):
                return refusal(found.front, Reason.AUTHORIZER_FAILED)
            asked = authorizing.answer(asked, outcome)
        return asked if isinstance(asked, Refusal) else authorizing.admit(self.api, found, asked)

    async def _invoke(self, found: Match, route: Route, payload: bytes) -> Response:
        """Send the event, and answer when the function has or the integration's time is up."""
        front, functions, function, started = found.front, self._functions, found.endpoint.function, time.time()
        limit = self._timeout
        if limit is not None and route.timeout is not None:
            limit = route.timeout
        accept: str | None = None

        def answered(outcome: Outcome) -> Response:
            return response_to(outcome, front, route, accept=accept)

        def timed_out() -> Response:
            return answered(Outcome(kind=OutcomeKind.RESULT, payload=b"null", duration=(limit or 0.0) + 1))

        def invocation(outcome: Outcome, response: Response) -> Invocation:
            return Invocation(
                function=function,
                shape=front,
                route=found.route_key,
                event=payload,
                outcome=outcome,
                request=found.request,
                response=response,
                at=started,
            )

        def late(outcome: Outcome) -> None:
            functions.tell(invocation(outcome, timed_out()))

        try:
            working = functions.invoke(function, payload, seconds=limit, late=late)
            accept = found.request.header("accept") if front is Shape.REST else None  # while the function works
            outcome = await working
        except Throttled:
            return refusal(front, Reason.FUNCTION_THROTTLED).response
        except TimeoutError:
            return timed_out()
        except (EventError, ToolError) as error:
            log.warning("%s: %s", function, error)
            outcome = Outcome(kind=OutcomeKind.EXIT, payload=b"null")
        response = answered(outcome)
        functions.tell_afterwards(lambda: invocation(outcome, response))
        return response

    def _dressed(self, response: Response, context: dict[str, Any]) -> Response:
        """Return a response with the headers that the front adds to each: request ids, its own name."""
        headers = (*response.headers, *self._headers(context))
        return Response(status=response.status, headers=headers, body=response.body)


_ANYBODY = authorizing.Granted()


def _too_large(front: Shape) -> Refusal:
    """Return the refusal of a body that was not taken in; a function URL knows only how large an event may be."""
    reason = Reason.BODY_TOO_LARGE if admission.SIZES[front].body else Reason.EVENT_TOO_LARGE
    return refusal(front, reason)


def _rest_headers(context: dict[str, Any]) -> Headers:
    return (
        ("x-amzn-RequestId", context.get("requestId") or FRESH.uuid()),
        ("x-amz-apigw-id", context.get("extendedRequestId") or FRESH.short_id()),
    )


def _http_api_headers(context: dict[str, Any]) -> Headers:
    return (("Apigw-Requestid", context.get("requestId") or FRESH.short_id()),)


def _url_headers(context: dict[str, Any]) -> Headers:
    return (("x-amzn-RequestId", context.get("requestId") or FRESH.uuid()),)


def _alb_headers(_context: dict[str, Any]) -> Headers:
    return (("Server", "awselb/2.0"),)


_HEADERS = MappingProxyType[Shape, Callable[[dict[str, Any]], Headers]](
    {
        Shape.REST: _rest_headers,
        Shape.HTTP_V1: _http_api_headers,
        Shape.HTTP_V2: _http_api_headers,
        Shape.FUNCTION_URL: _url_headers,
        Shape.ALB: _alb_headers,
        Shape.ALB_MULTI: _alb_headers,
    }
)
