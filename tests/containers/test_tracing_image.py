"""Tracing inside the real image: its own Python and entry point, read-only, another user."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from lambda_contracts.checks import cases
from lambda_contracts.contract import load
from lambda_contracts.tracing import observe
from lambda_emulator import engine
from lambda_emulator.deployment import deploy
from lambda_emulator.engine import Engine
from lambda_emulator.settings import Settings
from support import IRIS, ROOT, WriteFunction

pytestmark = pytest.mark.container
ENGINES = os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(",")
BASE = "localhost/lambdaproof-python:3.11"


@pytest.fixture(scope="module", params=ENGINES)
def container_engine(request: pytest.FixtureRequest) -> Engine:
    """Build the images by the project's own command, and return the engine that has them."""
    command = [sys.executable, str(ROOT / "docker" / "build.py"), "--engine", request.param, str(IRIS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return engine.find(request.param)


@pytest.fixture
def settings(container_engine: Engine) -> Iterator[Settings]:
    """The settings for one engine; no test leaves a container behind."""
    yield Settings(environment="container", engine=container_engine.name, base_image=BASE)
    assert [] == list(container_engine.containers())


def test_iris_answers_the_same_traced_and_untraced_in_its_image(settings: Settings) -> None:
    """And reads the same as the file beside its contract says, which was written without a container."""
    contract = load(IRIS)
    payloads = []
    for trace in (False, True):
        with deploy(contract, settings, trace=trace) as deployment:
            verdicts = list(cases.check(contract, deployment.function.invoke))
        payloads.append([(verdict.trial.id, verdict.outcome.kind, verdict.outcome.payload) for verdict in verdicts])
        assert {trace} == {verdict.outcome.trace is not None for verdict in verdicts}
    assert payloads[0] == payloads[1]
    found = observe((v.trial.event, v.outcome.trace) for v in verdicts if v.outcome.trace)
    assert (IRIS / "observed.json").read_text() == found.to_json()


@pytest.mark.parametrize(
    "start",
    [
        "",
        # As AWS's images do: a script that sets a variable and starts Python on a file, maybe through a wrapper.
        "RUN printf '#!/bin/sh\\nexport AWS_EXECUTION_ENV=AWS_Lambda_python3.11\\nexec \"$@\"\\n' > /start.sh"
        " && chmod 755 /start.sh"
        " && printf 'import os, sys\\nsys.path.insert(0, os.getcwd())\\n' > /var/runtime/main.py"
        " && printf 'from awslambdaric.__main__ import main\\nmain(sys.argv)\\n' >> /var/runtime/main.py\n"
        'ENTRYPOINT ["/start.sh", "python3", "/var/runtime/main.py"]\n',
    ],
    ids=["awslambdaric", "a script and a file"],
)
def test_what_an_image_installs_beside_the_handler_is_not_its_own(
    settings: Settings, write_function: WriteFunction, start: str
) -> None:
    dockerfile = f'ARG BASE_IMAGE\nFROM ${{BASE_IMAGE}}\nCOPY . ./\n{start}CMD ["app.handler"]\n'
    folder = write_function(
        """
        import os
        from lib import read

        def handler(event, context):
            return [read(event), os.environ.get("PYTHONPATH")]
        """,
        name="traced",
        function='image = "localhost/lambdaproof-traced"\nbuild = "."',
        files={"Dockerfile": dockerfile + "RUN mkdir lib && mv read.txt lib/__init__.py\n", "read.txt": READ},
    )
    with deploy(load(folder), settings, trace=True) as deployment:
        outcome = deployment.function.invoke({"a": 1})
    assert [1, None] == outcome.value()
    assert outcome.trace is not None
    assert [("/a", "app.py", 6)] == [(access.path, access.file, access.line) for access in outcome.trace.accesses]


READ = "def read(event):\n    return event['a']\n"
