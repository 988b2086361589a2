"""Events: built from a request, read back into one, told apart, checked, and moved from shape to shape."""

from __future__ import annotations

from lambda_contracts.events.build import NotAnHttpShapeError, NotJsonError, TooDeepError, build
from lambda_contracts.events.identify import Identification, identify
from lambda_contracts.events.lint import lint
from lambda_contracts.events.losses import LOSSES, Loss, surviving
from lambda_contracts.events.read import read
from lambda_contracts.events.reshape import read_route, reshape
from lambda_contracts.events.samples import sample
from lambda_contracts.events.source import FRESH, Source

__all__ = [
    "FRESH",
    "LOSSES",
    "Identification",
    "Loss",
    "NotAnHttpShapeError",
    "NotJsonError",
    "Source",
    "TooDeepError",
    "build",
    "identify",
    "lint",
    "read",
    "read_route",
    "reshape",
    "sample",
    "surviving",
]
