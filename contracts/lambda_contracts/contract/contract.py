"""A contract that was read and checked, as frozen objects."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lambda_contracts.api import Authorizer, Cors, Endpoint
from lambda_contracts.contract.cases import CASE_SHAPES, Case
from lambda_contracts.contract.cloud_function import CloudFunction
from lambda_contracts.contract.document import Budget, Fuzz
from lambda_contracts.contract.function import Function
from lambda_contracts.contract.lines import mistake
from lambda_contracts.contract.setup import Setup
from lambda_contracts.errors import ContractError
from lambda_contracts.route import Route
from lambda_contracts.schemas import Schema
from lambda_contracts.shapes import FRONTS, Shape


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract and where it was read from; `text` is the file's, to find lines in.

    `endpoints` are its routes with what guards them; `lambda_contracts.apis` makes an API of each front of them.
    `schema` is what `fuzz.schema` names, None without one.
    """

    file: Path
    text: str = ""
    function: Function
    cloud_function: CloudFunction | None = None
    setup: Setup
    endpoints: tuple[Endpoint, ...]
    authorizers: tuple[Authorizer, ...] = ()
    cors: Cors | None = None
    api_keys: dict[str, str] = {}
    accept: tuple[Shape, ...]
    cases: tuple[Case, ...]
    checks: dict[str, bool] = {}
    budget: Budget = Budget()
    fuzz: Fuzz = Fuzz()
    schema: Schema | None = None

    @property
    def folder(self) -> Path:
        """The folder of the contract, and of what it names: recorded events, templates."""
        return self.file.parent

    @property
    def code(self) -> Path:
        """The folder of the handler's code."""
        return self.folder / self.function.code

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that lead to the function."""
        return tuple(endpoint.route for endpoint in self.endpoints)

    @property
    def sent(self) -> tuple[Shape, ...]:
        """The accepted shapes that Lambda gets a case without a recorded event in."""
        return tuple(shape for shape in self.accept if shape in CASE_SHAPES)

    @property
    def sendable(self) -> tuple[Shape, ...]:
        """The shapes that a case without a recorded event can be sent in, accepted or not."""
        return CASE_SHAPES if self.cloud_function is None else (*CASE_SHAPES, Shape.CLOUD_FUNCTION)

    @property
    def front(self) -> Shape:
        """The front whose rules read what the handler returns to `direct`: the first accepted one, else `rest`."""
        return next((shape for shape in self.accept if shape in FRONTS), Shape.REST)

    def mistake(self, problem: str, *keys: str, hint: str = "") -> ContractError:
        """Return the error that says what is wrong with the value under a key path, such as `case`, `1`, `payload`."""
        return mistake(self.file, self.text, problem, keys, hint)
