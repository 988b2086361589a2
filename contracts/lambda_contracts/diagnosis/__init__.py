"""Why a handler broke: known failures, recognised from what happened, the event and the handler's own line."""

from __future__ import annotations

from lambda_contracts.diagnosis.catalogue import CATALOGUE, reference
from lambda_contracts.diagnosis.diagnose import Diagnosis, answered, diagnose, reading_line
from lambda_contracts.diagnosis.entry import Entry
from lambda_contracts.diagnosis.responses import code_of

__all__ = ["CATALOGUE", "Diagnosis", "Entry", "answered", "code_of", "diagnose", "reading_line", "reference"]
