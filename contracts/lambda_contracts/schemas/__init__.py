"""JSON Schema, draft 2020-12, of a payload: read and checked, values held against it, and drawn from it.

`drawing` needs the extra `hypothesis`; the rest needs nothing.
"""

from __future__ import annotations

from lambda_contracts.schemas.schema import Schema, load, read
from lambda_contracts.schemas.validation import is_valid

__all__ = ["Schema", "is_valid", "load", "read"]
