"""What a handler reads of an event: recorded while it runs, and summed up as its observed contract."""

from __future__ import annotations

from lambda_contracts.tracing.observed import Observed, Read, differences, observe, parse
from lambda_contracts.tracing.trace import Access, Operation, Trace

__all__ = ["Access", "Observed", "Operation", "Read", "Trace", "differences", "observe", "parse"]
