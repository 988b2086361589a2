"""Build the images of handlers, and where no registry is in reach, the base image under them.

Debian's packages become a root file system (mmdebstrap, about 25 s, once), that becomes a base image which behaves like
AWS's `public.ecr.aws/lambda/python`, and each handler's own Dockerfile builds on it. With `--base-image` it builds on
that image instead. The root file system is kept; what follows is left to the engine's layer cache, which knows best
what changed.

Exit codes: 0 built, 2 wrong usage, 3 a tool is missing or failed.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

try:
    from lambda_emulator import engine, rie
    from lambda_emulator.errors import LambdaproofError, ToolError
    from lambda_emulator.settings import resolve
except ModuleNotFoundError as missing:
    print(f"error: {missing.name} is not installed for {sys.executable}: pip install -e .", file=sys.stderr)
    sys.exit(3)

HERE = Path(__file__).resolve().parent
HANDLERS = HERE.parent / "handlers"
DEBIAN_SUITE = "bookworm"
DEBIAN_PACKAGES = ("python3", "python3-pip", "ca-certificates")
ROOTFS_IMAGE = f"localhost/lambdaproof-debian:{DEBIAN_SUITE}"
BASE_IMAGE = "localhost/lambdaproof-python:3.11"
AWS_IMAGE = "public.ecr.aws/lambda/python:3.12"
CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit code."""
    options = _parse(arguments)
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("lambda_emulator").setLevel(logging.DEBUG)  # the engine's own output, line by line
    try:
        _build_all(options)
    except LambdaproofError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="docker/build.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("handlers", nargs="*", type=Path, help="handler folders (default: all in handlers/)")
    parser.add_argument("--engine", choices=("podman", "docker"), help="default: what is installed")
    parser.add_argument("--base-image", metavar="IMAGE", help=f"build on this image, for example {AWS_IMAGE}")
    parser.add_argument("--rebuild", action="store_true", help="bootstrap Debian anew, with today's packages")
    options = parser.parse_args(arguments)
    options.handlers = options.handlers or sorted(found.parent for found in HANDLERS.rglob("Dockerfile"))
    for folder in options.handlers:
        if not (folder / "Dockerfile").is_file():
            parser.error(f"{folder} holds no Dockerfile: name the folder of a handler, for example handlers/iris")
    if options.base_image and options.rebuild:
        parser.error("--rebuild makes the local base image, which --base-image replaces: give one of them")
    return options


def _build_all(options: argparse.Namespace) -> None:
    container_engine = engine.find(options.engine)
    base = options.base_image or _build_base(container_engine, rebuild=options.rebuild)
    for folder in options.handlers:
        tag = _tag(folder.resolve())
        _say(f"Building {tag} from {folder}.")
        container_engine.build(folder, tag, build_args={"BASE_IMAGE": base})
        print(tag)


def _tag(folder: Path) -> str:
    """Name the image of a handler by its folder: `diving-score` that of handlers/diving/score."""
    inside = folder.relative_to(HANDLERS).parts if folder.is_relative_to(HANDLERS) else (folder.name,)
    return f"localhost/lambdaproof-{'-'.join(inside)}"


def _build_base(container_engine: engine.Engine, *, rebuild: bool) -> str:
    if rebuild or not container_engine.has_image(ROOTFS_IMAGE):
        _bootstrap(container_engine)
    _say(f"Building {BASE_IMAGE}.")
    with tempfile.TemporaryDirectory(prefix="lambdaproof-") as folder:
        context = Path(folder)
        shutil.copytree(HERE / "base", context, dirs_exist_ok=True)
        shutil.copyfile(_ca_bundle(), context / "ca-certificates.crt")
        settings = resolve()
        shutil.copyfile(rie.resolve(settings.cache, given=settings.rie), context / "aws-lambda-rie")
        container_engine.build(context, BASE_IMAGE, build_args={"ROOTFS": ROOTFS_IMAGE})
    return BASE_IMAGE


def _bootstrap(container_engine: engine.Engine) -> None:
    """Make a Debian root file system from its packages and import it as an image."""
    if shutil.which("mmdebstrap") is None:
        raise ToolError(
            "The local base image is made with mmdebstrap, which is not installed. On Debian: apt-get install "
            f"mmdebstrap uidmap. With a registry in reach it is not needed: pass --base-image {AWS_IMAGE}."
        )
    _say(f"Bootstrapping Debian {DEBIAN_SUITE} with {', '.join(DEBIAN_PACKAGES)}: about 25 seconds.")
    with tempfile.TemporaryDirectory(prefix="lambdaproof-") as folder:
        tar = Path(folder) / "rootfs.tar"
        packages = ",".join(DEBIAN_PACKAGES)
        command = ["mmdebstrap", "--variant=minbase", f"--include={packages}", DEBIAN_SUITE, str(tar)]
        if (code := subprocess.run(command, stdout=sys.stderr, check=False).returncode) != 0:
            raise ToolError(
                f"mmdebstrap ended with exit code {code}; what it says stands above. It was started as: "
                f"{' '.join(command)}"
            )
        _say(f"Importing {ROOTFS_IMAGE}.")
        container_engine.import_image(tar, ROOTFS_IMAGE)


def _ca_bundle() -> Path:
    configured = ssl.get_default_verify_paths().cafile  # heeds SSL_CERT_FILE
    for candidate in filter(None, (configured, *CA_BUNDLES)):
        if Path(candidate).is_file():
            return Path(candidate)
    raise ToolError(
        "This machine has no bundle of trusted certificates. On Debian: apt-get install ca-certificates; "
        "elsewhere set SSL_CERT_FILE to one."
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
