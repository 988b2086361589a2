"""The checks that come with lambdaproof, in the order in which they run."""

from __future__ import annotations

from lambda_contracts.checks.bad_input import bad_input
from lambda_contracts.checks.budget import budget
from lambda_contracts.checks.registry import Check
from lambda_contracts.checks.state import state

BUILT_IN: tuple[Check, ...] = (bad_input, budget, state)
