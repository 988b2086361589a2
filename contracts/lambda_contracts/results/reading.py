"""The one way in which all fronts read a result; what differs between them is looked up in their table."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Headers, Response
from lambda_contracts.payloads import compact, encoded, excerpt, json_text, kind, nan_in_json, parse, shown
from lambda_contracts.pointers import escaped
from lambda_contracts.results.faults import BOTH, FAULTS, Fault
from lambda_contracts.results.response_rules import ResponseRules, WithoutStatus
from lambda_contracts.rules import RULES

if TYPE_CHECKING:
    from lambda_contracts.outcomes import Outcome
    from lambda_contracts.route import Route


class Reading(StrEnum):
    """How to read something that nobody recorded."""

    TEXT = "text"
    """As its JSON text."""
    MALFORMED = "malformed"
    """As the front's error answer."""
    IGNORED = "ignored"
    """As if it were not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What to assume where AWS's behaviour is not known; whatever is chosen, a finding is a warning only.

    `http_api_timeout_status`: what an HTTP API answers when its integration timeout passes (R57u).
    `header_number`: a number as header value: text or malformed (R25u, R53u, R56u, R61u); None for the front's own.
    `body_scalar`: a number or a boolean as body: text or malformed (R31u, R53u, R56u, R61u, R74u).
    `body_nested`: an object or a list as body, where no rule is known: text or malformed (R53u, R56u, R74u).
    `tolerated_key`: cookies or base64Encoded in a REST result: malformed or ignored (R23u).
    `null_result`: nothing returned, on a REST API: malformed, or ignored, which reads it as `{}` (R24u).
    """

    http_api_timeout_status: int = 503
    header_number: Reading | None = None
    body_scalar: Reading = Reading.TEXT
    body_nested: Reading = Reading.MALFORMED
    tolerated_key: Reading = Reading.MALFORMED
    null_result: Reading = Reading.MALFORMED


_MISSING: Any = object()
_NOTHING = Response(status=200)
_RESPONSE_KEYS = ("body", "headers", "isBase64Encoded", "cookies", "multiValueHeaders")
_TOLERATED_KEYS = frozenset({"cookies", "base64Encoded"})


class Reader:
    """One reading of one outcome. The first refusal decides the answer; the rest is read on, for its findings."""

    __slots__ = ("accept", "blamed", "findings", "fired", "front", "refused", "route", "switches", "unsure")

    def __init__(self, front: ResponseRules, route: Route, accept: str | None, switches: Switches) -> None:
        self.front = front
        self.route = route
        self.accept = accept
        self.switches = switches
        self.findings: list[Finding] = []
        self.fired: list[str] = []
        self.blamed: list[str] = []
        self.refused: Response | None = None
        self.unsure: set[str] = set()

    def read(self, outcome: Outcome) -> Response:
        """Return the answer as if nothing were refused; `refused` overrides it."""
        if not self._delivered(outcome):
            return _NOTHING
        try:
            result = parse(outcome.payload)
        except (ValueError, RecursionError):
            return self._unreadable(outcome.payload)
        if type(result) is dict:
            if "statusCode" in result or self.front.without_status is not WithoutStatus.DOCUMENT:
                return self._response(result, len(outcome.payload))
            if "errorMessage" in result and Fault.ERROR_OBJECT in self.front.cites:
                self._refuse(Fault.ERROR_OBJECT, "/errorMessage", response=self.front.failed)
                return _NOTHING
        return self._no_response(result, outcome.payload)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that led to the answer."""
        led = [*self.blamed, self.front.error_rule] if self.refused else self.fired
        return tuple(dict.fromkeys([rule for rule in led if rule]))

    def _delivered(self, outcome: Outcome) -> bool:
        """Whether the front got a result in time, and one that it takes."""
        front = self.front
        if front.timeout is not None:
            limit = front.timeout if self.route.timeout is None else self.route.timeout
            took = outcome.duration + (outcome.init_duration or 0.0)
            if took > limit:
                self._refuse(Fault.INTEGRATION_TIMEOUT, value=f"{took:g}", response=self._timed_out())
                return False
        if not outcome.ok:
            error = outcome.error
            told = f"{outcome.kind}, {error.type}: {error.message}" if error and error.type else outcome.kind.value
            self._refuse(Fault.FUNCTION_ERROR, value=told, response=front.failed)
        elif len(outcome.payload) > front.result_limit:
            self._refuse(Fault.OVERSIZE, value=f"{len(outcome.payload):,}", response=front.failed)
        return self.refused is None

    def _timed_out(self) -> Response:
        answer = self.front.timed_out or self.front.failed
        if RULES[self._cited(Fault.INTEGRATION_TIMEOUT)].confidence is not Confidence.INFERRED:
            return answer
        return Response(status=self.switches.http_api_timeout_status, headers=answer.headers, body=answer.body)

    def _unreadable(self, payload: bytes) -> Response:
        if self.front.without_status is WithoutStatus.DOCUMENT:
            self._tell(Fault.DOCUMENT_NOT_JSON, value=excerpt(payload))
            return self._document(payload)
        self._refuse(Fault.NOT_JSON, value=excerpt(payload))
        return _NOTHING

    def _no_response(self, result: Any, payload: bytes) -> Response:
        """Read a result that is not in the form of a response."""
        if self.front.without_status is not WithoutStatus.DOCUMENT:
            if result is None and self.front.without_status is WithoutStatus.OK:
                self._refuse(Fault.NULL_RESULT, allowed=self.switches.null_result is Reading.IGNORED)
                return _NOTHING if self.refused else self._response({}, 0)
            self._refuse(Fault.NOT_OBJECT, value=kind(result))
            return _NOTHING
        if type(result) is not dict:
            self._tell(Fault.DOCUMENT_SCALAR, value=kind(result))
        elif lookalikes := [key for key in _RESPONSE_KEYS if key in result]:
            self._tell(Fault.DOCUMENT_LOOKS_LIKE_RESPONSE, value=" and ".join(lookalikes))
        else:
            self._tell(Fault.DOCUMENT)
        if type(result) is str:
            return self._document(encoded(result))
        return self._document(compact(payload) if self.front.compact_documents else payload)

    def _document(self, body: bytes) -> Response:
        self.fired.append(self.front.document_rule)
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)

    def _response(self, result: dict[str, Any], size: int) -> Response:
        if not result and self.front.empty_rule:
            self.fired.append(self.front.empty_rule)
        if not self.front.keys.issuperset(result):
            self._unknown_keys(result)
        if self.front.required_keys:
            self._required_keys(result)
        status = self._status(result.get("statusCode", _MISSING))
        headers = self._headers(result)
        if self.front.header_limit is not None and size > self.front.header_limit:
            self._header_size(headers)
        return Response(status=status, headers=headers, body=self._body(result))

    def _unknown_keys(self, result: dict[str, Any]) -> None:
        for key in result:
            if key in self.front.keys:
                continue
            if not self.front.refuses_unknown_keys:
                if key != "multiValueHeaders":
                    self._tell(Fault.IGNORED_KEY, f"/{escaped(key)}", value=key)
                elif result[key]:
                    self._tell(Fault.MULTI_VALUE_LOST, "/multiValueHeaders")
            elif key in _TOLERATED_KEYS:
                allowed = self.switches.tolerated_key is Reading.IGNORED
                self._refuse(Fault.TOLERATED_KEY, f"/{escaped(key)}", value=key, allowed=allowed)
            else:
                self._refuse(Fault.UNKNOWN_KEY, f"/{escaped(key)}", value=key)

    def _required_keys(self, result: dict[str, Any]) -> None:
        other = self.front.other_header_map
        if result.get(other) and not any(result.get(name) for name in self.front.header_maps):
            self._tell(Fault.HEADERS_LOST, f"/{other}", value=other)
            return
        for key in self.front.required_keys:
            if key not in result:
                self._tell(Fault.FIELD_MISSING, value=key)

    def _status(self, value: Any) -> int:
        self.fired.append(self.front.status_rule)
        if type(value) is int and 100 <= value <= 599:
            return value
        if value is _MISSING or value is None:
            return self._status_missing(value)
        if type(value) is str and len(value) == 3 and value.isascii() and value.isdigit() and "100" <= value <= "599":
            return int(value)
        self._refuse(_status_fault(value), "/statusCode", value=shown(value))
        return 200

    def _status_missing(self, value: Any) -> int:
        if value is None:
            allowed = self.front.without_status is WithoutStatus.OK
            self._refuse(Fault.STATUS_ODD, "/statusCode", value="null", allowed=allowed)
        elif self.front.without_status is WithoutStatus.OK:
            self._tell(Fault.STATUS_ASSUMED)
        else:
            self._refuse(Fault.STATUS_MISSING)
        return 200

    def _headers(self, result: dict[str, Any]) -> Headers:
        front = self.front
        merged: dict[str, tuple[str, list[str]]] = {}
        for map_name in front.header_maps:
            source = result.get(map_name)
            if source is None:
                continue
            if type(source) is not dict:
                self._refuse(Fault.HEADERS_NOT_OBJECT, f"/{map_name}", value=kind(source))
                continue
            multi = map_name == "multiValueHeaders"
            for name, value in source.items():
                texts = [value] if type(value) is str and not multi else self._header_values(map_name, name, value)
                self._merge(merged, name, texts)
        if front.cookie_rule and result.get("cookies") is not None:
            self._merge(merged, "set-cookie", self._cookies(result["cookies"]))
        if front.default_type and "content-type" not in merged:
            self.fired.append(front.type_rule)
            merged["content-type"] = ("Content-Type", [front.default_type])
        return tuple(
            (_capitalised(name) if front.capitalises else name, text)
            for lowered, (name, texts) in merged.items()
            if lowered not in front.drops
            for text in texts
        )

    def _merge(self, merged: dict[str, tuple[str, list[str]]], name: str, texts: list[str]) -> None:
        lowered = name.lower()
        entry = merged.get(lowered)
        if entry is None:
            merged[lowered] = (name, texts)
            return
        if self.front.merge_rule:
            self.fired.append(self.front.merge_rule)
        entry[1].extend([text for text in texts if text not in entry[1]])

    def _header_values(self, map_name: str, name: str, value: Any) -> list[str]:
        place = f"/{map_name}/{escaped(name)}"
        if map_name == "headers":
            text = self._header_text(place, value)
            return [] if text is None else [text]
        if type(value) is not list:
            self._refuse(Fault.HEADER_NOT_LIST, place, value=kind(value))
            return []
        texts = [self._header_text(f"{place}/{index}", item) for index, item in enumerate(value)]
        return [text for text in texts if text is not None]

    def _header_text(self, place: str, value: Any) -> str | None:
        """Return a header value as text, or None when it is left out."""
        if type(value) is str:
            return value
        if type(value) is bool:
            return "true" if value else "false"
        if value is None:
            self._refuse(Fault.HEADER_NULL, place, allowed=True)
            return None
        if type(value) in (int, float):
            reading = self.switches.header_number
            refused = self.front.refuses_header_numbers if reading is None else reading is Reading.MALFORMED
            self._refuse(Fault.HEADER_NUMBER, place, value=shown(value), allowed=not refused)
            return json_text(value)
        self._refuse(Fault.HEADER_NESTED, place, value=kind(value))
        return None

    def _cookies(self, cookies: Any) -> list[str]:
        self.fired.append(self.front.cookie_rule)
        if type(cookies) is not list:
            self._refuse(Fault.COOKIES_NOT_LIST, "/cookies", value=kind(cookies))
            return []
        for index, cookie in enumerate(cookies):
            if type(cookie) is not str:
                allowed = type(cookie) not in (dict, list)
                self._refuse(Fault.COOKIE_ODD, f"/cookies/{index}", value=kind(cookie), allowed=allowed)
        return [cookie if type(cookie) is str else json_text(cookie) for cookie in cookies]

    def _header_size(self, headers: Headers) -> None:
        size = sum(len(name) + len(text) for name, text in headers)
        if size > (self.front.header_limit or size):
            self._tell(Fault.HEADERS_TOO_LONG, "/headers", value=f"{size:,}")

    def _body(self, result: dict[str, Any]) -> bytes:
        body = result.get("body")
        if body is None:
            return b""
        text = body if type(body) is str else self._odd_body(body)
        flag = result.get("isBase64Encoded")
        if flag is not None and flag is not False and self._flagged(flag):
            return self._decoded(text)
        if ("NaN" in text or "Infinity" in text) and nan_in_json(text):
            self._tell(Fault.BODY_NAN, "/body")
        return encoded(text)

    def _odd_body(self, body: Any) -> str:
        if type(body) not in (dict, list):
            allowed = self.switches.body_scalar is not Reading.MALFORMED
            self._refuse(Fault.BODY_SCALAR, "/body", value=kind(body), allowed=allowed)
            return json_text(body)
        known = Fault.BODY_NESTED in self.front.cites
        allowed = self.front.serialises_body or (not known and self.switches.body_nested is Reading.TEXT)
        self._refuse(Fault.BODY_NESTED, "/body", value=kind(body), allowed=allowed)
        return json_text(body) if allowed else ""

    def _flagged(self, flag: Any) -> bool:
        if flag is True:
            return True
        self._refuse(Fault.FLAG_ODD, "/isBase64Encoded", value=shown(flag), allowed=True)
        return flag.lower() == "true" if type(flag) is str else bool(flag)

    def _decoded(self, text: str) -> bytes:
        self.fired.append(self.front.base64_rule)
        if self.front.decodes_by_accept and not _binary(self.accept, self.route.binary_media_types):
            self._tell(Fault.BASE64_AS_TEXT, "/isBase64Encoded", value=self.accept or "none")
            return encoded(text)
        try:
            return binascii.a2b_base64(text, strict_mode=True)
        except ValueError:
            self._refuse(Fault.BASE64_BAD, "/body", response=self.front.bad_base64)
            return b""

    def _cited(self, fault: Fault) -> str:
        return self.front.cites.get(fault) or FAULTS[fault].rule or self.front.unverified

    def _tell(self, fault: Fault, place: str = "", *, value: str = "") -> None:
        """Report a fault that leaves the answer a success."""
        text = FAULTS[fault]
        self._report(fault, text.code or self._cited(fault), text.severity, place, value, "")

    def _refuse(
        self, fault: Fault, place: str = "", *, value: str = "", response: Response | None = None, allowed: bool = False
    ) -> None:
        """Report a fault and, unless it is allowed, let the front's error be the answer."""
        if allowed:
            self._tell(fault, place, value=value)
            return
        response = response or self.front.malformed
        self.refused = self.refused or response
        self.blamed.append(self._cited(fault))
        unverified = RULES[self._cited(fault)].confidence is Confidence.INFERRED
        severity = Severity.WARNING if unverified else Severity.ERROR
        if unverified:
            self.unsure.update(BOTH)
        told = f" {response.body.decode()}" if len(response.body) < 100 else ""
        aws = f"{self.front.label} answers {response.status}{told}. "
        self._report(fault, self._cited(fault), severity, place, value, aws)

    def _report(self, fault: Fault, code: str, severity: Severity, place: str, value: str, aws: str) -> None:
        rule = RULES[self._cited(fault)]
        self.fired.append(rule.id)
        if rule.confidence is Confidence.INFERRED:
            self.unsure.update(FAULTS[fault].decides)
        self.findings.append(
            Finding(
                code=code,
                severity=severity,
                message=FAULTS[fault].message.format(front=self.front.label, value=value),
                place=place,
                aws=aws + rule.statement,
                fix=FAULTS[fault].fix,
                confidence=rule.confidence,
                rule=rule.id,
                fault=fault,
            )
        )


def _status_fault(value: Any) -> Fault:
    """Sort a statusCode that is no status by what is known about its kind."""
    if type(value) is int and value == 0:
        return Fault.STATUS_ZERO
    if type(value) is str and not value.lstrip("-").isdigit():
        return Fault.STATUS_TEXT
    if type(value) is float and not value.is_integer():
        return Fault.STATUS_FRACTION
    return Fault.STATUS_ODD


@lru_cache(maxsize=256)
def _binary(accept: str | None, binary_media_types: tuple[str, ...]) -> bool:
    """Whether the first media type of Accept is one that the API takes for binary (R32)."""
    if not accept:
        return False
    first = accept.split(",", 1)[0].split(";", 1)[0].strip().lower()
    kind, slash, _ = first.partition("/")
    return bool(slash) and any(known.lower() in (first, f"{kind}/*", "*/*") for known in binary_media_types)


@lru_cache(maxsize=256)
def _capitalised(name: str) -> str:
    return "-".join([part.capitalize() for part in name.split("-")])
