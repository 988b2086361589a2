"""What a recogniser may ask of an event: its shape, and what stands at a place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lambda_contracts.diagnosis.values import Fault
from lambda_contracts.events import identify
from lambda_contracts.events.identify import Identification
from lambda_contracts.events.read import read
from lambda_contracts.shapes import HTTP_SHAPES, Shape

V2 = frozenset({Shape.HTTP_V2, Shape.FUNCTION_URL})
HTTP = frozenset(HTTP_SHAPES)
V1 = HTTP - V2
TIMERS = frozenset({Shape.SCHEDULE, Shape.EVENTBRIDGE})
_WARMERS = ("serverless-plugin-warmup", "aws.events", "aws.scheduler")


@dataclass(frozen=True, slots=True)
class Situation:
    """An event, and what it is."""

    event: Any
    identified: Identification

    @classmethod
    def of(cls, event: Any) -> Situation:
        """Look at an event."""
        return cls(event, identify(event))

    @property
    def shape(self) -> Shape:
        """What the event is."""
        return self.identified.shape

    @property
    def is_http(self) -> bool:
        """Whether it stands for an HTTP request."""
        return self.shape in HTTP

    @property
    def is_timer(self) -> bool:
        """Whether a schedule sent it, or a plug-in that keeps functions warm."""
        return self.shape in TIMERS or self.top("source") in _WARMERS or self.top("warmer") is True

    def top(self, key: str) -> Any:
        """Return what is under a key of the event, None for nothing."""
        return self.event.get(key) if isinstance(self.event, dict) else None

    def has(self, key: str) -> bool:
        """Whether a key is at the top of the event."""
        return isinstance(self.event, dict) and key in self.event

    @property
    def is_base64(self) -> bool:
        """Whether the event says that its body is base64."""
        return self.top("isBase64Encoded") is True

    @property
    def is_form(self) -> bool:
        """Whether the body is that of an HTML form."""
        return self.is_http and _type(self.event).startswith("application/x-www-form-urlencoded")

    def payload(self) -> Any:
        """Return the JSON in the body of an HTTP request, None where there is none."""
        try:
            return json.loads(read(self.event, self.shape).body) if self.is_http else None
        except (ValueError, RecursionError):
            return None

    def in_other_case(self, name: Any) -> bool:
        """Whether the event has a header under this name in another spelling."""
        headers = self.top("headers")
        if not isinstance(headers, dict) or not isinstance(name, str) or name in headers:
            return False
        return name.lower() in {str(key).lower() for key in headers}


def _type(event: dict[str, Any]) -> str:
    headers = event.get("headers")
    found = {str(key).lower(): value for key, value in headers.items()} if isinstance(headers, dict) else {}
    return str(found.get("content-type") or "").lower()


def state(fault: Fault) -> str:
    """Say what stands where a fault is: `absent`, `null`, `empty`, `text`, `object` or `other`."""
    value = fault.subject.value
    if isinstance(fault.error, KeyError):
        return "absent"
    if value is None:
        return "null"
    if isinstance(value, str | bytes):
        return "text" if value else "empty"
    return "object" if isinstance(value, dict | list) else "other"
