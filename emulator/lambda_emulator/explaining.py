"""An explanation of a running function: what it makes of an event, and what it reads of it."""

from __future__ import annotations

from typing import Any

from lambda_contracts import explanation
from lambda_contracts.explanation import Explained

from lambda_emulator.deployment import Deployment


def explain(deployment: Deployment, event: Any, *, once: bool = False) -> Explained:
    """Send an event to a function, in every shape unless only `once`, and to an environment of its own that is traced.

    Raises EventError for an event that Lambda would not take.
    """
    with deployment.traced() as traced:
        return explanation.explain(deployment.contract, event, deployment.function.invoke, traced.invoke, once=once)
