"""The checks that come with lambdaproof, in the order in which they run."""

from __future__ import annotations

from lambda_contracts.checks.registry import Check

BUILT_IN: tuple[Check, ...] = ()
