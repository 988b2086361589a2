"""What the user chose, resolved once: command line, then environment, then `[tool.lambdaproof]` of pyproject.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from lambda_emulator.errors import UsageError

ENVIRONMENTS = ("process", "container", "in_process", "worker")
ENGINES = ("podman", "docker", "nerdctl")
BACKENDS = ("moto", "localstack", "ministack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One run's choices.

    `environment` is where handlers run, `engine` the container engine (None: the first that answers), `backend` the
    stand-in for AWS (`moto`, `localstack`, `ministack`, or the URL of one that the user runs), `rie` the
    emulator's binary (None: found or fetched), `cache` the folder for what is built once, `base_image` the image that
    handler images are built on (None: as their Dockerfile says), `port` the emulator's port (None: a free one),
    `debug_port` the one at which an editor attaches to the handler (None: it is not debugged), and `checks` names
    checks of your own as `module:function`.
    """

    environment: str = "process"
    engine: str | None = None
    backend: str = "moto"
    rie: Path | None = None
    cache: Path = field(default_factory=lambda: _user_cache())
    base_image: str | None = None
    port: int | None = None
    debug_port: int | None = None
    checks: tuple[str, ...] = ()


def resolve(
    cli: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Resolve the settings. Values of `cli` that are None do not count.

    The environment's names are `LAMBDAPROOF_` and the setting in capitals. pyproject.toml is looked for in `folder`
    (default: the current one) and above. Raises UsageError for a value or key that cannot be used.
    """
    environ = os.environ if environ is None else environ
    names = [one.name for one in fields(Settings)]
    file = project_file(Path.cwd() if folder is None else folder)
    from_file = _table(file) if file else {}
    unknown = from_file.keys() - set(names)
    if unknown:
        raise UsageError(f"{file}: [tool.lambdaproof] has no key {', '.join(sorted(unknown))}.")
    chosen: dict[str, Any] = {}
    for name in names:
        sources = (
            (cli or {}).get(name),
            environ.get(f"LAMBDAPROOF_{name.upper()}") or None,
            from_file.get(name),
        )
        value = next((value for value in sources if value is not None), None)
        if value is not None:
            chosen[name] = _typed(name, value)
    return Settings(**chosen)


def project_file(folder: Path) -> Path | None:
    """Return the pyproject.toml in a folder or the nearest one above it."""
    parents = (folder.resolve(), *folder.resolve().parents)
    return next((file for file in (parent / "pyproject.toml" for parent in parents) if file.is_file()), None)


def _user_cache() -> Path:
    import platformdirs  # LocalStack's Python has none, and is told the cache

    return Path(platformdirs.user_cache_dir("lambdaproof"))


def _table(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("lambdaproof", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not TOML: {error}.") from error
    return {key.replace("-", "_"): value for key, value in table.items()}


def _typed(name: str, value: Any) -> Any:
    if name == "checks":
        return _names(value)
    choices = {"environment": ENVIRONMENTS, "engine": ENGINES}.get(name)
    if name == "environment":
        value = str(value).replace("-", "_")
    if choices and value not in choices:
        raise UsageError(f"{name} cannot be {value!r}.", hint=f"Choose one of: {', '.join(choices)}.")
    if name == "backend" and value not in BACKENDS and not _URL.fullmatch(str(value)):
        raise UsageError(
            f"backend cannot be {value!r}.", hint=f"Choose {', '.join(BACKENDS)}, or a URL: http://localhost:4566."
        )
    if name in ("rie", "cache"):
        return Path(value).expanduser().resolve()
    if name in ("port", "debug_port"):
        try:
            return int(value)
        except ValueError:
            raise UsageError(f"{name} cannot be {value!r}: it is not a number.") from None
    return value


def _names(value: Any) -> tuple[str, ...]:
    """Return names of checks: a list in pyproject.toml, separated by commas in a variable."""
    names = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and _CHECK.fullmatch(name) for name in names):
        raise UsageError(f"checks cannot be {value!r}.", hint='Write a list: checks = ["my_checks:no_server_header"].')
    return tuple(names)


_URL = re.compile(r"https?://[^/\s:]+(:\d{1,5})?/?")
_CHECK = re.compile(r"[\w.]+:\w+")
