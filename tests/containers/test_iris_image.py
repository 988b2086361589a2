"""The real image of handlers/iris, built by docker/build.py, in every engine that is to be tested."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_contracts.outcomes import OutcomeKind
from lambda_emulator import engine
from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.engine import Engine
from lambda_emulator.environments import variables
from lambda_emulator.errors import ImageNotFound
from lambda_emulator.settings import Settings
from support import IRIS, ROOT, RunTool, WriteFunction

pytestmark = pytest.mark.container
ENGINES = os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(",")
BASE = "localhost/lambdaproof-python:3.11"
IMAGE = "localhost/lambdaproof-iris"
FLOWER = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}


@pytest.fixture(scope="module", params=ENGINES)
def container_engine(request: pytest.FixtureRequest) -> Engine:
    """Build the images by the project's own command, and return the engine that has them."""
    command = [sys.executable, str(ROOT / "docker" / "build.py"), "--engine", request.param, str(IRIS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert [IMAGE] == done.stdout.split()
    return engine.find(request.param)


@pytest.fixture(autouse=True)
def no_containers(container_engine: Engine) -> Iterator[None]:
    """No test leaves a container behind."""
    yield
    assert [] == list(container_engine.containers())


@pytest.fixture
def settings(container_engine: Engine) -> Settings:
    return Settings(environment="container", engine=container_engine.name, base_image=BASE)


@pytest.fixture
def iris(settings: Settings) -> Iterator[Deployment]:
    with deploy(load(IRIS), settings) as deployment:
        yield deployment


@pytest.mark.parametrize(
    "event",
    [
        {"body": FLOWER},
        FLOWER,
        {"body": json.dumps(FLOWER)},
        json.loads((IRIS / "events" / "rest.json").read_text()),
    ],
    ids=["body object", "bare", "body string", "proxy event"],
)
def test_all_forms_of_a_request_get_the_same_answer(iris: Deployment, event: object) -> None:
    value = iris.function.invoke(event).value()
    body = json.loads(value.pop("body"))
    assert {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "isBase64Encoded": False} == value
    assert "virginica" == body["prediction"]["label"]
    assert 0.99 <= body["prediction"]["probability"] < 1


def test_two_requests_at_once_both_get_answers(iris: Deployment) -> None:
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(iris.function.invoke, [FLOWER, {"body": FLOWER}]))
    assert [200, 200] == [outcome.value()["statusCode"] for outcome in outcomes]


def test_check_prints_the_same_matrix_as_without_a_container(lambdaproof: RunTool, container_engine: Engine) -> None:
    environ = {"LAMBDAPROOF_BASE_IMAGE": BASE}
    plain = lambdaproof("check", IRIS)
    done = lambdaproof("check", IRIS, "-E", "container", "--engine", container_engine.name, environ=environ)
    assert (0, 0) == (plain.returncode, done.returncode), done.stderr
    assert plain.stdout.splitlines()[:-1] == done.stdout.splitlines()[:-1]


def test_the_entry_points_in_the_image_print_what_the_readme_says(container_engine: Engine) -> None:
    with Moto() as moto:
        moto.make_buckets(["models"])

        def python(*arguments: str) -> str:
            environ = {**moto.variables, **variables.CREDENTIALS, "AWS_REGION": "us-east-1", "BUCKET_NAME": "models"}
            options = [option for name, value in environ.items() for option in ("--env", f"{name}={value}")]
            command = container_engine.run_command(
                IMAGE,
                arguments,
                name="lambdaproof-entry-point",
                options=["--network", "host", "--entrypoint", "python", *options],
            )
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout

        assert [
            "Loading data.",
            "Creating model.",
            "Fitting model with 150 datapoints.",
            "Saving model.",
        ] == python("train.py").splitlines()
        flower = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
        loading, data, prediction = python("predict.py", json.dumps(flower)).splitlines()
        assert ("Loading model.", flower) == (loading, json.loads(data.replace("'", '"')))
        assert re.fullmatch(r"Prediction: \('setosa', 0\.99\d+\)", prediction)


def test_the_image_answers_on_its_own_as_aws_base_images_do(container_engine: Engine, tmp_path: Path) -> None:
    """`podman run -p 9000:8080 IMAGE` serves the emulator inside, without lambdaproof."""
    code = 'FROM localhost/lambdaproof-python:3.11\nCOPY app.py ./\nCMD ["app.handler"]\n'
    (tmp_path / "Dockerfile").write_text(code)
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return event\n")
    container_engine.build(tmp_path, "localhost/lambdaproof-echo")
    command = container_engine.run_command(
        "localhost/lambdaproof-echo", [], name="lambdaproof-alone", options=["--publish", "127.0.0.1:9099:8080"]
    )
    url = "http://127.0.0.1:9099/2015-03-31/functions/function/invocations"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            curl = ["curl", "-sS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", url, "-d", '{"a": 1}']
            answer = subprocess.run(curl, capture_output=True, text=True, check=True)
            assert {"a": 1} == json.loads(answer.stdout)
        finally:
            container_engine.remove("lambdaproof-alone")
            running.wait(20)


# --- shut in as on Lambda --------------------------------------------------------------------------------------------

PRISON = """
    import ctypes, os, resource
    from pathlib import Path

    def handler(event, context):
        if event.get("eat"):
            block = bytearray(event["eat"] * 1024 * 1024)
            return len(block)
        if event.get("write"):
            try:
                Path(event["write"]).write_bytes(b"x" * event.get("size", 1))
            except OSError as error:
                return error.strerror
            return "written"
        return {
            "uid": os.getuid(),
            "cwd": os.getcwd(),
            "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
            "env": os.environ["AWS_EXECUTION_ENV"],
            "region": os.environ["AWS_REGION"],
        }
"""


@pytest.fixture
def prison(write_function: WriteFunction, settings: Settings) -> Iterator[Deployment]:
    dockerfile = 'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.py ./\nCMD ["app.handler"]\n'
    folder = write_function(
        PRISON,
        name="prison",
        function='image = "localhost/lambdaproof-prison"\nbuild = "."\nmemory = 128\ntimeout = 20',
        files={"Dockerfile": dockerfile},
    )
    with deploy(load(folder), settings) as deployment:
        yield deployment


def test_R91_a_container_is_limited_as_lambda_limits_it(prison: Deployment) -> None:
    assert {
        "uid": 993,
        "cwd": "/var/task",
        "files": 1024,
        "env": "AWS_Lambda_Image",
        "region": "us-east-1",
    } == prison.function.invoke({}).value()


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"write": "/var/task/new"}, "Read-only file system"),
        ({"write": "/tmp/new"}, "written"),
        ({"write": "/tmp/big", "size": 600 * 1024 * 1024}, ""),
    ],
)
def test_only_tmp_can_be_written_up_to_its_size(prison: Deployment, event: dict[str, object], told: str) -> None:
    outcome = prison.function.invoke(event)
    if told:
        assert told == outcome.value()
    else:
        assert not outcome.ok or "No space left on device" == outcome.value()


def test_a_function_over_its_memory_is_killed_and_the_next_event_is_handled(prison: Deployment) -> None:
    killed = prison.function.invoke({"eat": 600})
    assert OutcomeKind.EXIT is killed.kind
    assert killed.error is not None
    assert "signal: killed" in killed.error.message
    assert 993 == prison.function.invoke({}).value()["uid"]


# --- what can be wrong -----------------------------------------------------------------------------------------------


def test_an_image_that_does_not_exist_is_named(write_function: WriteFunction, settings: Settings) -> None:
    folder = write_function("", function='image = "localhost/lambdaproof-nothing"')
    with pytest.raises(ImageNotFound, match="lambdaproof-nothing"), deploy(load(folder), settings):
        pytest.fail("it started")


def test_a_base_image_that_does_not_exist_is_named(write_function: WriteFunction, container_engine: Engine) -> None:
    folder = write_function("", function='image = "localhost/lambdaproof-x"\nbuild = "."')
    settings = Settings(environment="container", engine=container_engine.name, base_image="localhost/no-such-base:1")
    with pytest.raises(ImageNotFound, match=r"docker/build.py"), deploy(load(folder), settings):
        pytest.fail("it started")


def test_a_dockerfile_that_does_not_build_is_told_with_the_engines_words(
    write_function: WriteFunction, lambdaproof: RunTool, container_engine: Engine
) -> None:
    folder = write_function(
        "",
        function='image = "localhost/lambdaproof-x"\nbuild = "."',
        files={"Dockerfile": f"FROM {BASE}\nRUN exit 9\n"},
    )
    done = lambdaproof("check", folder, "-E", "container", "--engine", container_engine.name)
    assert 3 == done.returncode
    assert "exit 9" in done.stderr
    assert "Traceback" not in done.stderr


def test_containers_of_a_run_that_was_killed_are_removed_by_the_next(container_engine: Engine) -> None:
    with subprocess.Popen(["true"]) as gone:
        pass
    command = container_engine.run_command(
        BASE, ["600"], name="lambdaproof-orphan", options=["--entrypoint", "sleep", "--detach"]
    )
    command = [part.replace(f"{engine.LABEL}={os.getpid()}", f"{engine.LABEL}={gone.pid}") for part in command]
    subprocess.run(command, capture_output=True, check=True)
    assert ["lambdaproof-orphan"] == container_engine.remove_orphans()
    assert [] == list(container_engine.containers())
