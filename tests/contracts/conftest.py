"""Properties are about answers, not about time: a busy machine fails none of them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("lambdaproof", deadline=None)
settings.load_profile("lambdaproof")
