"""A SAM or CloudFormation template deployed into LocalStack by its CloudFormation, with code and images from here."""

from __future__ import annotations

from lambda_emulator.stacks.stack import Deployed, Route, Stack

__all__ = ["Deployed", "Route", "Stack"]
