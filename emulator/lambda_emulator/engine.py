"""The only module that talks to podman, docker or nerdctl. It logs each command that it runs (DEBUG)."""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lambda_emulator.errors import EngineFailed, EngineNotFound, ImageNotFound
from lambda_emulator.orphans import runs

log = logging.getLogger(__name__)

NAMES = ("podman", "docker", "nerdctl")
LABEL = "lambdaproof.pid"
"""Every container of ours carries the id of the process that started it."""
ULIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
"""Lambda's own limit of open files (R91), and one of processes that every engine may set.

Without these two, engines ask for limits above those of a machine that lacks CAP_SYS_RESOURCE, and fail.
"""


_PIP = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
SHARES_HOST_NETWORK = sys.platform == "linux"
BUILD_VARIABLES = _PIP + _PROXIES
"""Passed on to a build as build arguments, where they are set here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What an image says of itself; `size` is in bytes. `working_directory` is None where the image's own is meant."""

    name: str
    architecture: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    working_directory: str | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """One container engine: its name and the program with the flags that every call needs."""

    name: str
    program: tuple[str, ...]

    @property
    def shares_host_network(self) -> bool:
        """Whether `--network host` is this machine's network: not where the engine lives in a virtual machine."""
        return SHARES_HOST_NETWORK

    def has_image(self, image: str) -> bool:
        """Whether an image is on this machine."""
        return self._call("image", "inspect", image).returncode == 0

    def image_id(self, image: str) -> str | None:
        """Return the id of the image of a name, None when there is none."""
        done = self._call("image", "inspect", "--format", "{{.Id}}", image)
        return done.stdout.strip() if done.returncode == 0 else None

    def inspect_image(self, image: str) -> Image:
        """Return what an image says of itself. Raises ImageNotFound."""
        done = self._call("image", "inspect", image)
        if done.returncode:
            raise ImageNotFound(
                f"{self.name} has no image {image}.",
                hint='Pull it, or have it built: write build = "." under [function] in contract.toml.',
            )
        data = json.loads(done.stdout)[0]
        config = data.get("Config") or {}
        return Image(
            name=image,
            architecture=data["Architecture"],
            entrypoint=tuple(config.get("Entrypoint") or ()),
            command=tuple(config.get("Cmd") or ()),
            environment=dict(entry.split("=", 1) for entry in config.get("Env") or ()),
            size=data.get("Size"),
        )

    def import_image(self, tar: Path, image: str) -> None:
        """Make an image of a root file system's tar. Raises EngineFailed."""
        self._succeed("import", str(tar), image)

    def build(
        self,
        context: Path,
        tag: str,
        *,
        dockerfile: Path | None = None,
        build_args: Mapping[str, str] | None = None,
    ) -> None:
        """Build an image; what the engine prints is logged (DEBUG). Raises EngineFailed.

        It builds on this machine's network: that works for rootless engines too, and reaches a proxy that runs here.
        """
        command = [*self.program, "build", "--network", "host", "--tag", tag]
        if dockerfile is not None:
            command += ["--file", str(dockerfile)]
        passed_on = {name: os.environ[name] for name in BUILD_VARIABLES if os.environ.get(name)}
        for name, value in {**passed_on, **(build_args or {})}.items():
            command += ["--build-arg", f"{name}={value}"]
        command.append(str(context))
        log.debug("%s", shlex.join(command))
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as process:
            lines = []
            for line in process.stdout or ():
                lines.append(line.rstrip())
                log.debug("  %s", line.rstrip())
        if process.returncode:
            raise EngineFailed(f"`{shlex.join(command)}` failed:", log="\n".join(lines[-20:]))

    def run_command(self, image: str, arguments: Sequence[str], *, name: str, options: Sequence[str]) -> list[str]:
        """Return the command line that runs a container attached: its output is the command's, so is its end."""
        label = ("--label", f"{LABEL}={os.getpid()}")
        return [
            *self.program,
            "run",
            "--rm",
            "--pull",
            "never",
            "--name",
            name,
            *label,
            *ULIMITS,
            *options,
            image,
            *arguments,
        ]

    def remove(self, name: str) -> None:
        """End and remove a container, if it is there."""
        self._call("rm", "--force", "--volumes", name)

    def process_of(self, name: str) -> int | None:
        """Return the id, on this machine, of a container's first process; None when the engine does not say."""
        done = self._call("inspect", "--format", "{{.State.Pid}}", name)
        text = done.stdout.strip()
        return int(text) if done.returncode == 0 and text.isdecimal() and int(text) else None

    def containers(self) -> Iterator[tuple[str, int]]:
        """Yield (name, process id of the starter) of every container of ours on this machine."""
        done = self._succeed("ps", "--all", "--filter", f"label={LABEL}", "--format", "{{.Names}} {{.Labels}}")
        for line in done.splitlines():
            name, _, labels = line.partition(" ")
            pid = next(_label_values(labels), "0")
            yield name, int(pid)

    def remove_orphans(self) -> list[str]:
        """Remove containers whose starter was killed before it could; return their names."""
        orphans = [name for name, pid in self.containers() if not runs(pid)]
        for name in orphans:
            self.remove(name)
        return orphans

    def _succeed(self, *arguments: str) -> str:
        done = self._call(*arguments)
        if done.returncode:
            command = shlex.join([*self.program, *arguments])
            raise EngineFailed(f"`{command}` failed:", log=(done.stderr or done.stdout)[-2000:].strip())
        return done.stdout

    def _call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self.program, *arguments]
        log.debug("%s", shlex.join(command))
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def _label_values(labels: str) -> Iterator[str]:
    """Yield the values of our label from what engines print: `map[a:1 b:2]` or `a=1,b=2`."""
    for part in labels.removeprefix("map[").removesuffix("]").replace(",", " ").split():
        for separator in "=:":
            key, _, value = part.partition(separator)
            if key == LABEL:
                yield value


@cache
def find(name: str | None = None) -> Engine:
    """Return the engine of a name, or the first one that answers. Raises EngineNotFound."""
    tried = []
    for candidate in (name,) if name else NAMES:
        program = shutil.which(candidate)
        if program is None:
            tried.append(f"{candidate} is not installed")
            continue
        done = subprocess.run([program, "info"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return Engine(candidate, _with_working_runtime(candidate, program, done.stdout))
        tried.append(f"{candidate} does not answer ({(done.stderr.strip().splitlines() or [''])[-1]})")
    raise EngineNotFound(
        f"No container engine: {'; '.join(tried)}.",
        hint="Type: apt-get install podman runc (or start docker), or use --environment process.",
    )


def _with_working_runtime(name: str, program: str, info: str) -> tuple[str, ...]:
    """Prefer runc under podman where crun gives up: hosts of cgroups v1, as small virtual machines often are."""
    if name == "podman" and "cgroupVersion: v1" in info and shutil.which("runc"):
        return (program, "--runtime", "runc")
    return (program,)
