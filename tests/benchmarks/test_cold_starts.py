"""From nothing to the first answer of an environment, as a request finds it that none is ready for."""

from __future__ import annotations

import contextlib
import functools
import json
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

import pytest
from lambda_contracts.contract import load
from lambda_emulator import rie
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.engine import ULIMITS
from lambda_emulator.settings import Settings
from peers import ECHO, Client, bare_emulator
from support import WriteFunction, wait_for

GOAL = 1.2
EVENT = json.dumps({"body": json.dumps({"sepal_length": 5.9, "sepal_width": 3})}).encode()
ENGINE = "podman"
BASE = "localhost/lambdaproof-python:3.11"
NAME = "localhost/lambdaproof-cold"
IMAGE = f'image = "{NAME}"\nbuild = "."'
DOCKERFILE = 'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.py ./\nCMD ["app.handler"]\n'

Start = Callable[[], AbstractContextManager[object]]
"""Starts what a handler runs in, has it answer an event, and ends it with the block."""


def first_answers(rounds: int, **starts: Start) -> None:
    """Print the median time to the first answer of each, in turn, and how often that is the first one's."""
    times: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(rounds):
        for name, start in starts.items():
            started = time.perf_counter()
            with start():
                times[name].append(time.perf_counter() - started)
    medians = {name: median(seconds) for name, seconds in times.items()}
    first = next(iter(medians))
    for name, seconds in medians.items():
        ratio = seconds / medians[first]
        print(f"\n  {name.ljust(12)} {seconds * 1e3:6.1f} ms   {ratio:.2f} x {first}, goal {GOAL}", end="")


def post(port: int) -> None:
    client = Client(port, rie.INVOKE_PATH, EVENT)
    client.post()
    client.close()


@contextlib.contextmanager
def bare(folder: Path) -> Iterator[None]:
    with bare_emulator(folder) as port:
        post(port)
        yield


@contextlib.contextmanager
def podman_run(emulator: Path) -> Iterator[None]:
    """What people type: the image with the emulator mounted into it, and nothing that shuts it in as Lambda does."""
    name, (port, runtime_port) = f"cold-{secrets.token_hex(4)}", rie.free_ports(2)
    options = ["--rm", "--name", name, *ULIMITS, "--network", "host", "--volume", f"{emulator}:/rie:ro"]
    command = [ENGINE, "run", *options, "--entrypoint", "/rie", NAME, *rie.arguments(port, runtime_port)]
    command += ["/lambda-entrypoint.sh", "app.handler"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        try:
            wait_for(port, pause=0.002)
            post(port)
            yield
        finally:
            subprocess.run([ENGINE, "rm", "--force", name], capture_output=True, check=True)


@contextlib.contextmanager
def ours(deployment: Deployment) -> Iterator[None]:
    with deployment.fresh() as function:
        assert function.invoke(EVENT).ok
        yield


def test_a_process(write_function: WriteFunction) -> None:
    folder = write_function(ECHO)
    with deploy(load(folder), Settings()) as deployment:
        first_answers(15, bare_rie=functools.partial(bare, folder), ours=functools.partial(ours, deployment))


@pytest.mark.container
def test_an_image(write_function: WriteFunction) -> None:
    folder = write_function(ECHO, function=IMAGE, files={"Dockerfile": DOCKERFILE})
    settings = Settings(environment="container", engine=ENGINE, base_image=BASE)
    emulator = rie.resolve(settings.cache)
    with deploy(load(folder), settings) as deployment:
        first_answers(9, podman_run=functools.partial(podman_run, emulator), ours=functools.partial(ours, deployment))
