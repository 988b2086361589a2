"""Whether a gateway does what AWS does: requests and results with the rules that they show, and what to expect of each.

The function behind the gateway has to be the reference handler, behind the routes of `ROUTES`. It returns the event,
or what the request's header `HEADER` asks for. What is expected comes from `events`, `results` and `refusals`, so
nothing that is known of AWS is written here again.
"""

from __future__ import annotations

from lambda_contracts.conformance.judging import Conformity, Departure, conformity, judge, reference_api, sent
from lambda_contracts.conformance.probes import BINARY, HEADER, PROBES, ROUTES, Probe, probes_of

__all__ = [
    "BINARY",
    "HEADER",
    "PROBES",
    "ROUTES",
    "Conformity",
    "Departure",
    "Probe",
    "conformity",
    "judge",
    "probes_of",
    "reference_api",
    "sent",
]
