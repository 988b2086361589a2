"""What an execution environment has to know of a function: a contract's `[function]` tells it, and so does LocalStack.

Nothing but the standard library is imported here and in what runs functions: LocalStack's Python runs them too
(`lambda_emulator.aws.localstack_executor`), and has none of our dependencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Definition(Protocol):
    """A function; `timeout` is in seconds, `memory` and `ephemeral_storage` in MB.

    `handler` is set where its code runs, `runtime` (`python3.12`) says in which Python, and `python` names the
    interpreter itself; `requirements` is a file in the folder of its code.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def handler(self) -> str | None: ...  # noqa: D102
    @property
    def runtime(self) -> str | None: ...  # noqa: D102
    @property
    def python(self) -> str | None: ...  # noqa: D102
    @property
    def requirements(self) -> str: ...  # noqa: D102
    @property
    def timeout(self) -> int: ...  # noqa: D102
    @property
    def memory(self) -> int: ...  # noqa: D102
    @property
    def ephemeral_storage(self) -> int: ...  # noqa: D102
    @property
    def environment(self) -> Mapping[str, str]: ...  # noqa: D102
