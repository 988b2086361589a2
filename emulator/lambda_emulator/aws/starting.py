"""The stand-in for AWS that the settings choose."""

from __future__ import annotations

import logging

from lambda_emulator.aws.backend import Backend
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)


def chosen(settings: Settings) -> Backend:
    """Return the chosen backend, to be entered as a context manager. Entering it raises a ToolError if it cannot."""
    if settings.backend == "moto":
        from lambda_emulator.aws.moto import Moto

        log.info("Starting AWS (moto)")
        return Moto()
    if settings.backend == "localstack":
        from lambda_emulator.aws.localstack import LocalStack

        return LocalStack(settings)
    if settings.backend == "ministack":
        from lambda_emulator.aws.ministack import MiniStack

        return MiniStack(settings)
    from lambda_emulator.aws.endpoint import Endpoint

    log.info("AWS is %s", settings.backend)
    return Endpoint(settings.backend)
