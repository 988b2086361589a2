"""The plug-in `rie` of LocalStack: it runs functions, those of images too, under the RIE.

LocalStack's own executor needs Docker's engine, and refuses images. This one is chosen by `LAMBDA_RUNTIME_EXECUTOR=rie`
and lives in LocalStack's process and Python: it imports LocalStack and, besides the standard library, only our modules
that need no more than that. LocalStack says when to start and to stop an environment, and which event goes to which.

An image runs in a container; a zip's code on this machine, like in the environment `process`: that needs neither an
engine nor a base image of every runtime.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts.platform_log import log_lines
from localstack.config import GATEWAY_LISTEN
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

from lambda_emulator import engine, interpreters, rie, settings
from lambda_emulator.engine import Engine, Image
from lambda_emulator.environments.base import Runner
from lambda_emulator.environments.container import ContainerRunner
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.process import ProcessRunner
from lambda_emulator.errors import UsageError
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code

_BACKEND = ("AWS_ENDPOINT_URL", "LOCALSTACK_HOSTNAME", "EDGE_PORT")
_LAMBDAS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
)
"""What LocalStack alone knows of Lambda's variables, and of those that lead to it."""


class RieExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # LocalStack's, which is not installed here
    """What LocalStack finds by the entry point."""

    name = "rie"

    def load(self, *_: Any, **__: Any) -> type[RieExecutor]:
        """Return the class of executors."""
        return RieExecutor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    """A version of a function as LocalStack has it, in the words of `lambda_emulator.definition`."""

    name: str
    handler: str | None
    runtime: str | None
    timeout: int
    memory: int
    ephemeral_storage: int
    environment: Mapping[str, str]
    python: str | None = None
    requirements: str = "requirements.txt"

    @classmethod
    def of(cls, version: FunctionVersion) -> _Definition:
        """Return a version's definition."""
        said = version.config
        return cls(
            name=version.id.function_name,
            handler=said.handler,
            runtime=said.runtime and str(said.runtime),
            timeout=said.timeout,
            memory=said.memory_size,
            ephemeral_storage=said.ephemeral_storage.size,
            environment=said.environment or {},
        )


class RieExecutor:
    """One execution environment of LocalStack's: an RIE, started anew where it ended."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002  # LocalStack names it
        self.id = id
        self.function_version = function_version
        self._definition = _Definition.of(function_version)
        self._pool: FunctionPool | None = None
        self._stopped = False

    @classmethod
    def validate_environment(cls) -> bool:
        """Whether functions can be run: what one of them lacks is said when it is created."""
        return True

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Have all that a version needs to start. What cannot be had fails it, in the words of the LambdaproofError."""
        _runner(function_version, {})

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Do nothing: unpacked code is LocalStack's, images and interpreters stay for the next."""

    def start(self, env_vars: dict[str, Any]) -> None:
        """Start the RIE and load the handler, outside the function's timeout. Raises a LambdaproofError.

        A handler that does not load is loaded again by its first event, as on Lambda, which is told of it then.
        """
        self._pool = FunctionPool(_runner(self.function_version, env_vars).start)
        self._pool.initialise()
        if self._stopped:  # meanwhile, by another thread
            self._pool.close()

    def stop(self) -> None:
        """End it, and everything that it started."""
        self._stopped = True
        if self._pool is not None:
            self._pool.close()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Have an event handled. Raises a LambdaproofError when no environment took it."""
        assert self._pool is not None  # noqa: S101  # LocalStack starts what it invokes
        request_id = payload["invoke-id"]
        outcome = self._pool.invoke(payload["payload"].encode(), request_id=request_id)
        used = self._pool.peak_memory()
        log = log_lines(outcome, memory=self._definition.memory, used=used, at=time.time())
        return InvocationResult(request_id, outcome.payload, is_error=not outcome.ok, logs="\n".join(log))

    def get_logs(self) -> str:
        """Return nothing: every event's log went with its result."""
        return ""

    def get_address(self) -> str:
        """Return where the RIE is, seen from LocalStack."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """Return where LocalStack is, seen from the function: they share this machine's network."""
        return "127.0.0.1" if engine.SHARES_HOST_NETWORK else "host.docker.internal"

    def get_runtime_endpoint(self) -> str:
        """Return what LocalStack's own runtime would call back; the RIE calls nobody."""
        return f"http://{self.get_endpoint_from_executor()}:{GATEWAY_LISTEN[0].port}"


def _runner(version: FunctionVersion, environ: Mapping[str, Any]) -> Runner:
    """Return what starts environments of a version with LocalStack's variables. Raises a LambdaproofError."""
    chosen = settings.resolve()
    definition = _Definition.of(version)
    backend = {name: str(environ[name]) for name in _BACKEND if name in environ}
    lambdas = {name: str(environ[name]) for name in _LAMBDAS if name in environ}
    if version.config.image is not None:
        found = engine.find(chosen.engine)
        image = _image(found, version)
        emulator = rie.resolve(chosen.cache, given=chosen.rie, machine=image.architecture)
        return ContainerRunner(definition, image, engine=found, emulator=emulator, backend=backend, lambdas=lambdas)
    if not (definition.runtime or "").startswith("python"):
        raise UsageError(f"Its runtime is {definition.runtime}: of zips, lambdaproof runs Python's; deploy an image.")
    version.config.code.prepare_for_execution()
    folder = version.config.code.get_unzipped_code_location()
    shipped = not (folder / definition.requirements).is_file()
    python = interpreters.resolve(definition, folder, chosen.cache, shipped=shipped)
    host = HostFunction(function=definition, code=Code.of(folder), python=python, backend=backend, lambdas=lambdas)
    return ProcessRunner(host, emulator=rie.resolve(chosen.cache, given=chosen.rie))


def _image(found: Engine, version: FunctionVersion) -> Image:
    """Return a version's image, with what its ImageConfig says in place of what the image says."""
    image = found.inspect_image(version.config.image.image_uri)
    said = version.config.image_config
    return replace(
        image,
        entrypoint=tuple((said and said.entrypoint) or image.entrypoint),
        command=tuple((said and said.command) or image.command),
        working_directory=(said and said.working_directory) or None,
    )
