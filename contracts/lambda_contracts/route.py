"""Where a function hangs behind a front: method, path template, stage and what the API is configured to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route of one API.

    `path` is the template as API Gateway shows it (`/a/{id}`, `/{proxy+}`). `stage` is the stage's name; HTTP APIs and
    function URLs use `$default` when it is left empty. `base_path` is the mapping of a custom domain, without slashes.
    `binary_media_types` are the API's. `timeout` is the integration timeout in seconds, None for the front's default.
    `api_key` is the id and the value of the API key that the client came with, which a REST API tells the function.
    """

    method: str = "POST"
    path: str = "/{proxy+}"
    stage: str = ""
    base_path: str = ""
    binary_media_types: tuple[str, ...] = ()
    stage_variables: Mapping[str, str] | None = None
    authorizer: Mapping[str, Any] | None = None
    api_key: tuple[str, str] | None = None
    timeout: float | None = None
    account_id: str = "123456789012"
    api_id: str = "abcdef1234"
    region: str = "us-east-1"
    domain_name: str = ""
