"""Why a handler broke: known failures, recognised from what happened, the event and the handler's own line."""

from __future__ import annotations

from lambda_contracts.diagnosis.catalogue import CATALOGUE, reference
from lambda_contracts.diagnosis.entry import Entry

__all__ = ["CATALOGUE", "Entry", "reference"]
