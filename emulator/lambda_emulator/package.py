"""A function's deployment package as a zip archive: its folder and its requirements, and how large that is."""

from __future__ import annotations

import hashlib
import logging
import os
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lambda_contracts.limits import LIMITS

from lambda_emulator.files import Snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is uploaded.

    `parts` are its requirements, and what lies directly in the function's folder, each with its size in bytes.
    `zipped` is the whole as an archive, in bytes; None where that cannot matter: an archive is no larger than what is
    in it, and what is too large unzipped is refused for that.
    """

    parts: Mapping[str, int]
    zipped: int | None = None

    @property
    def unzipped(self) -> int:
        """The size that Lambda unpacks, in bytes."""
        return sum(self.parts.values())

    def with_layers(self, layers: Package) -> Package:
        """Return it together with its layers; each archive is uploaded on its own, so the largest one counts."""
        zipped = max(filter(None, (self.zipped, layers.zipped)), default=None)
        return Package(parts={**self.parts, **layers.parts}, zipped=zipped)


def measure(folder: Path, files: Snapshot, requirements: Mapping[str, Mapping[str, Path]], cache: Path) -> Package:
    """Measure the package of a folder's files and of requirements: by name their files, by the name in the archive.

    Archives take seconds to make, so that their size is kept in `cache` for as long as no file changes.
    """
    parts: dict[str, int] = {}
    entries: dict[str, tuple[Path, int, int]] = {}
    for name, (size, changed) in files.items():
        top, *below = Path(name).parts
        part = f"{top}/" if below else top
        parts[part] = parts.get(part, 0) + size
        entries[name] = (folder / name, size, changed)
    for requirement, paths in requirements.items():
        found = {name: (path, path.stat()) for name, path in paths.items() if path.is_file()}
        parts[requirement] = sum(stat.st_size for _, stat in found.values())
        entries |= {name: (path, stat.st_size, stat.st_mtime_ns) for name, (path, stat) in found.items()}
    package = Package(parts=parts)
    if not LIMITS["package zipped"].value < package.unzipped <= LIMITS["package unzipped"].value:
        return package
    return Package(parts=parts, zipped=_zipped(entries, cache / "packages"))


def _zipped(entries: Mapping[str, tuple[Path, int, int]], cache: Path) -> int:
    told = sorted((name, size, changed) for name, (_, size, changed) in entries.items())
    kept = cache / hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    if kept.is_file():
        return int(kept.read_text())
    log.info("Measuring the deployment package")
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # zlib lets other threads run
        deflated = pool.map(_deflated, [path for path, _, _ in entries.values()])
        size = archive_size([(name, data) for name, data in zip(entries, deflated, strict=True)])
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_text(str(size))
    return size


def archive_size(entries: Sequence[tuple[str, int]]) -> int:
    """Return the size of a zip archive: of each entry its name and compressed size in bytes.

    An entry has a local header of 30 bytes and one of 46 in the directory, each with the name; the end has 22.
    https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
    """
    return 22 + sum(30 + 46 + 2 * len(os.fsencode(name)) + data for name, data in entries)


def _deflated(file: Path) -> int:
    """Return the size of a file's content as archives hold it; nothing of one that is gone or cannot be read."""
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    size = 0
    try:
        with file.open("rb") as content:
            while chunk := content.read(2**20):
                size += len(made.compress(chunk))
    except OSError:
        return 0
    return size + len(made.flush())
