"""Events: built from a request, read back into one, told apart, and moved from shape to shape."""

from __future__ import annotations

from lambda_contracts.events.build import NotAnHttpShapeError, NotJsonError, build
from lambda_contracts.events.identify import Identification, identify
from lambda_contracts.events.source import FRESH, Source

__all__ = ["FRESH", "Identification", "NotAnHttpShapeError", "NotJsonError", "Source", "build", "identify"]
