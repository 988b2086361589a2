"""What an event is and what a handler made of it: one object, for the terminal, for tools and for a page alike."""

from __future__ import annotations

from lambda_contracts.explanation.about import About, about
from lambda_contracts.explanation.explain import Explained, behind, explain, trial_of
from lambda_contracts.explanation.payload import Payload, payload_of
from lambda_contracts.explanation.places import Cell, Row, places
from lambda_contracts.explanation.reads import ReadValue, reads_of

__all__ = [
    "About",
    "Cell",
    "Explained",
    "Payload",
    "ReadValue",
    "Row",
    "about",
    "behind",
    "explain",
    "payload_of",
    "places",
    "reads_of",
    "trial_of",
]
