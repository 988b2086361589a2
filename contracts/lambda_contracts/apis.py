"""The APIs of a contract: one for each front that its handler accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_contracts import authorizing, cors, routing
from lambda_contracts.api import Api, Endpoint
from lambda_contracts.errors import ApiError
from lambda_contracts.shapes import FRONTS, Shape

if TYPE_CHECKING:
    from lambda_contracts.contract import Contract

WITH_ROUTES = (Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2)
"""The fronts that have routes; behind the others the function gets every path, as a URL and a target group do."""


def apis(contract: Contract) -> tuple[Api, ...]:
    """Return one API for each front among the shapes that a contract accepts, in that order.

    Each has what its front can have: authorizers of its kinds, CORS on an HTTP API and a function URL, API keys on a
    REST API. Raises ContractError for what AWS would not create, with file, line and key.
    """
    return tuple(_checked(contract, _api(contract, front)) for front in contract.accept if front in FRONTS)


def _api(contract: Contract, front: Shape) -> Api:
    kinds = authorizing.KINDS.get(front, ())
    known = {authorizer.name: authorizer for authorizer in contract.authorizers if authorizer.kind in kinds}
    return Api(
        name=f"{contract.function.name} ({front})",
        front=front,
        endpoints=tuple(_endpoint(endpoint, front, set(known)) for endpoint in _endpoints(contract, front)),
        cors=contract.cors if front in cors.PREFLIGHT_STATUS else None,
        authorizers=known,
        api_keys=contract.api_keys if front is Shape.REST else {},
    )


def _endpoints(contract: Contract, front: Shape) -> tuple[Endpoint, ...]:
    if front in WITH_ROUTES:
        return contract.endpoints
    first = contract.endpoints[0]
    return (replace(first, route=replace(first.route, method=routing.ANY, path="/{proxy+}", stage="")),)


def _endpoint(endpoint: Endpoint, front: Shape, authorizers: set[str]) -> Endpoint:
    return replace(
        endpoint,
        authorizer=endpoint.authorizer if endpoint.authorizer in authorizers else None,
        api_key_required=endpoint.api_key_required and front is Shape.REST,
    )


def _checked(contract: Contract, api: Api) -> Api:
    for key, check in (("route", routing.compile), ("authorizer", authorizing.check), ("cors", cors.check)):
        try:
            check(api)
        except ApiError as error:
            keys = (key,) if error.endpoint is None else ("route", str(error.endpoint))
            raise contract.mistake(f"on `{api.front}`: {error.problem}", *keys) from error
    return api
