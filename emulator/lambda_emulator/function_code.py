"""Where a function's code lies: what stands for /var/task and /opt."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_emulator.package import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Where a function's code lies: `task` stands for /var/task, and `opt` for /opt, None without layers.

    `source` is the folder that commands of the setup run in. `package` is what was measured of the archives, None for
    code that lies in a folder.
    """

    task: Path
    source: Path
    opt: Path | None = None
    package: Package | None = None

    @classmethod
    def of(cls, folder: Path) -> Code:
        """Return code that lies in a folder, where it is written."""
        return cls(task=folder, source=folder)

    @property
    def shipped(self) -> bool:
        """Whether everything that the handler imports comes from archives, and nothing is to be installed."""
        return self.package is not None

    def variables(self, version: str, own: Mapping[str, str], *, container: bool = False) -> dict[str, str]:
        """Return what leads to the layers, as AWS's Python runtime searches them; `version` is its `3.12`.

        `own` are the function's variables: what they say of a path comes first.
        https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
        """
        if self.opt is None:
            return {}
        opt = Path("/opt") if container else self.opt
        searched = {
            "PYTHONPATH": (f"{opt}/python/lib/python{version}/site-packages", f"{opt}/python"),
            "LD_LIBRARY_PATH": (f"{opt}/lib",),
        }
        return {name: os.pathsep.join(filter(None, (own.get(name), *paths))) for name, paths in searched.items()}

    def importable(self, environ: Mapping[str, str], *, task: str = "") -> str:
        """Return a PYTHONPATH for commands beside the function: what it ships is theirs too."""
        return os.pathsep.join(filter(None, (task or str(self.task), environ.get("PYTHONPATH"))))
