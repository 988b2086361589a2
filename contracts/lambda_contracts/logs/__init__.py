"""Events in the logs of functions: printed as JSON or as Python writes them, on a line or on many, in any export."""

from __future__ import annotations

from lambda_contracts.logs.finding import Found, Logged, Unread, find

__all__ = ["Found", "Logged", "Unread", "find"]
