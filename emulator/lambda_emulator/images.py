"""Images of functions, built on this machine."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from lambda_emulator.engine import Engine
from lambda_emulator.errors import ImageNotFound
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)


def build(
    found: Engine,
    name: str,
    dockerfile: Path,
    settings: Settings,
    *,
    context: Path,
    arguments: Mapping[str, str] | None = None,
) -> None:
    """Build an image on the base that the settings name. Raises ImageNotFound without that base, and EngineFailed."""
    log.info("Building %s", name)
    base = settings.base_image
    if base and base.startswith("localhost/") and not found.has_image(base):
        raise ImageNotFound(
            f"{found.name} has no image {base}, the base that {name} is to be built on.",
            hint="Build it (here: python docker/build.py), or set LAMBDAPROOF_BASE_IMAGE to one that you can pull.",
        )
    based = {"BASE_IMAGE": base} if base else {}
    found.build(context, name, dockerfile=dockerfile, build_args={**based, **(arguments or {})})
