"""A contract's function, up and running: its environment, the AWS stand-in that it needs, and its setup done."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from lambda_contracts.contract import Contract
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import event_text
from lambda_contracts.tracebacks import handler_place

from lambda_emulator import artefacts, debugger, engine, images, interpreters, orphans, rie
from lambda_emulator.aws import starting
from lambda_emulator.aws.backend import Backend
from lambda_emulator.debugger import Debugger
from lambda_emulator.environments.base import Runner
from lambda_emulator.environments.container import ContainerRunner
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.in_process import InProcessRunner
from lambda_emulator.environments.process import ProcessRunner
from lambda_emulator.environments.worker import WorkerRunner
from lambda_emulator.errors import FunctionNotStartable, UsageError
from lambda_emulator.files import Snapshot, snapshot
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code
from lambda_emulator.google import cloud
from lambda_emulator.package import Package, measure
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deployment:
    """One function that takes events. `backend` is AWS's stand-in, None when the contract needs none.

    `started` is how its first environment came up. `runner` starts more of them, `tracer` makes a runner of traced
    ones, `renewed` one of changed code. `code` is where its code lies, and `files` are those in it before that, None
    where they cannot be written; `image_size` is in bytes, None without an image. `cache` is a folder for what takes
    long to find out.
    `cloud_function` starts the same function on Google Cloud, once, where the contract accepts requests to it.
    """

    contract: Contract
    function: FunctionPool
    backend: Backend | None
    started: Outcome
    runner: Runner
    tracer: Callable[[], Runner]
    renewed: Callable[[Contract], Runner]
    cache: Path
    code: Code
    files: Snapshot | None = None
    image_size: int | None = None
    cloud_function: Callable[[], FunctionPool] | None = None

    @contextlib.contextmanager
    def fresh(self) -> Iterator[FunctionPool]:
        """Open the same function in an environment of its own, started on its first event."""
        with contextlib.closing(FunctionPool(self.runner.start, encode=event_text)) as function:
            yield function

    @contextlib.contextmanager
    def traced(self) -> Iterator[FunctionPool]:
        """Open the same function in an environment of its own, whose outcomes say what it read of their events."""
        with contextlib.closing(FunctionPool(self.tracer().start, encode=event_text)) as function:
            yield function

    def renew(self, contract: Contract) -> None:
        """Give further events to environments of changed code, by a contract read anew; those at work finish theirs.

        Raises a LambdaproofError when the code cannot be run, or the image not be built; then nothing changes.
        """
        self.function.replace(self.renewed(contract).start)

    def image_id(self) -> str | None:
        """Return the id of the image that its name means now; None without one."""
        return self.runner.image_id() if isinstance(self.runner, ContainerRunner) else None

    def package(self) -> Package | None:
        """Measure its deployment package, with the requirements where those were installed; None for an image."""
        function, folder = self.contract.function, self.contract.code
        if function.zip:
            return self.code.package
        if function.image or self.files is None:
            return None
        python = self.runner.python
        requirements = interpreters.installed(python, function, folder) if python and not self.code.shipped else {}
        own = measure(folder, self.files, requirements, self.cache)
        return own if self.code.package is None else own.with_layers(self.code.package)


@contextlib.contextmanager
def deploy(
    contract: Contract,
    settings: Settings,
    *,
    backend: Backend | None = None,
    size: int = 1,
    queue: int | None = None,
    trace: bool = False,
) -> Iterator[Deployment]:
    """Start a contract's function, and end everything that was started afterwards.

    `size` is how many events it handles at once, each in an environment of its own, and `queue` how many more may
    wait (None: any number). With `trace`, outcomes say what the handler read of their events. A backend is started when
    the contract's setup needs one and none is given. Raises a LambdaproofError: SetupFailed when a setup command fails,
    FunctionNotStartable when the handler does not load, a ToolError when the environment does not come up.
    """
    with contextlib.ExitStack() as stack:
        artefacts.build(contract)
        code = stack.enter_context(artefacts.unpacked(contract))
        if backend is None and contract.setup.needs_aws:
            backend = stack.enter_context(starting.chosen(settings))
        variables = backend.variables if backend else {}
        runner = _set_up(contract, code, settings, backend, trace=trace)
        before = None if settings.environment == "container" else snapshot(code.task)
        log.info("Starting %s (%s)", contract.function.name, settings.environment)
        if settings.debug_port is not None:
            size = 1  # there is one port
            debugger.require_free(settings.debug_port)
            log.warning("%s waits for a debugger at 127.0.0.1:%d", contract.function.name, settings.debug_port)
        clocked = settings.debug_port is None
        function = FunctionPool(runner.start, size=size, queue=queue, clocked=clocked, encode=event_text)
        stack.callback(function.close)
        started = function.initialise()
        if not started.ok:
            raise _not_startable(contract, started)
        beside = functools.partial(_beside, contract, code, settings, variables)
        more = runner if settings.port is None and settings.debug_port is None else beside(trace=trace)
        image_size = runner.image_size if isinstance(runner, ContainerRunner) and contract.function.image else None

        def renewed(changed: Contract) -> Runner:
            artefacts.build(changed)
            fresh = stack.enter_context(artefacts.unpacked(changed))
            return _runner(changed, fresh, replace(settings, port=None), variables, trace=trace)

        cloud_function = functools.cache(lambda: stack.enter_context(cloud.started(contract, settings)))
        yield Deployment(
            contract=contract,
            function=function,
            backend=backend,
            started=started,
            runner=more,
            tracer=functools.partial(beside, trace=True),
            renewed=renewed,
            code=code,
            cache=settings.cache,
            files=before,
            image_size=image_size,
            cloud_function=cloud_function if cloud.wanted(contract) else None,
        )


def set_up(contract: Contract, settings: Settings, backend: Backend) -> None:
    """Make what a contract's setup names, and run its commands, for a function that is started by somebody else.

    Raises SetupFailed when a command fails, and a ToolError when it cannot be run.
    """
    artefacts.build(contract)
    with artefacts.unpacked(contract) as code:
        _set_up(contract, code, settings, backend, trace=False)


def _set_up(contract: Contract, code: Code, settings: Settings, backend: Backend | None, *, trace: bool) -> Runner:
    """Have all that a function finds when it is started, and return what starts it."""
    if backend is not None:
        backend.make_buckets(contract.setup.buckets)
        backend.make_tables(contract.setup.tables)
    runner = _runner(contract, code, settings, backend.variables if backend else {}, trace=trace)
    for command in contract.setup.run:
        log.info("Setting up: %s", command)
        runner.run(command)
    return runner


def _beside(contract: Contract, code: Code, settings: Settings, backend: Mapping[str, str], *, trace: bool) -> Runner:
    """Return a runner of environments beside the first, which has the given port and has built the image."""
    built = msgspec.structs.replace(contract, function=msgspec.structs.replace(contract.function, build=None))
    return _runner(built, code, replace(settings, port=None, debug_port=None), backend, trace=trace)


def _runner(contract: Contract, code: Code, settings: Settings, backend: Mapping[str, str], *, trace: bool) -> Runner:
    debug = debugger.find(settings.debug_port) if settings.debug_port is not None else None
    if debug is not None:
        contract = _patient(contract)
    if settings.environment == "container":
        return _container(contract, code, settings, backend, trace=trace, debug=debug)
    function = contract.function
    if not function.handler:
        raise UsageError(
            f"{contract.file}: function.handler is not set, so only its image can run.",
            hint="Type: --environment container",
        )

    def host() -> HostFunction:
        python = interpreters.resolve(function, contract.code, settings.cache, shipped=code.shipped)
        return HostFunction(function=function, code=code, python=python, backend=backend, trace=trace, debug=debug)

    if settings.environment == "worker" or (settings.environment == "in_process" and code.shipped):
        return WorkerRunner(host())
    if settings.environment == "in_process":
        return InProcessRunner(
            function, contract.code, backend=backend, worker=lambda: WorkerRunner(host()), trace=trace, debug=debug
        )
    for orphan in orphans.end():
        log.info("Removed %s, left behind by a run that was killed", orphan)
    emulator = rie.resolve(settings.cache, given=settings.rie)
    return ProcessRunner(host(), emulator=emulator, port=settings.port)


def _patient(contract: Contract) -> Contract:
    """Return a contract whose function may take its time: nobody counts it while somebody looks at a variable."""
    function = msgspec.structs.replace(contract.function, timeout=debugger.SECONDS)
    return msgspec.structs.replace(contract, function=function)


def _container(
    contract: Contract,
    code: Code,
    settings: Settings,
    backend: Mapping[str, str],
    *,
    trace: bool,
    debug: Debugger | None,
) -> Runner:
    function = contract.function
    name = function.image or (_runtime_image(contract, settings) if code.shipped else None)
    if name is None:
        raise UsageError(f"{contract.file}: function.image is not set.", hint="Name the image, and how to build it.")
    found = engine.find(settings.engine)
    for orphan in found.remove_orphans():
        log.info("Removed %s, left behind by a run that was killed", orphan)
    if function.build is not None:
        context = contract.folder / function.build
        images.build(found, name, context / function.dockerfile, settings, context=context)
    image = found.inspect_image(name)
    emulator = rie.resolve(settings.cache, given=settings.rie, machine=image.architecture)
    return ContainerRunner(
        function,
        image,
        engine=found,
        emulator=emulator,
        backend=backend,
        port=settings.port,
        traced=contract.code if trace else None,
        debug=debug,
        code=code if code.shipped else None,
    )


def _runtime_image(contract: Contract, settings: Settings) -> str:
    """Return the image of the runtime that a function of archives runs on: the one to build on, else AWS's."""
    return settings.base_image or f"public.ecr.aws/lambda/python:{interpreters.runtime_version(contract.function)}"


def _not_startable(contract: Contract, started: Outcome) -> FunctionNotStartable:
    error = started.error
    place = handler_place(error.stack_trace, contract.code) if error else None
    where = f"\n  {contract.code / place.file}:{place.line}  {place.code}" if place else ""
    what = f"{error.type}: {error.message}" if error else started.payload.decode("utf-8", "replace")
    return FunctionNotStartable(
        f"{contract.function.name} does not load, so no event reaches it ({started.kind}).\n  {what}{where}",
        hint=f"Look at {contract.function.handler or contract.function.image}, its requirements, and [setup] in "
        f"{contract.file}.",
    )
