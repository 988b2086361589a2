"""Gateways with the reference handler behind them: our own fronts, a stand-in for AWS with what is deployed into it."""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lambda_contracts.apis import WITH_ROUTES
from lambda_contracts.conformance import BINARY, ROUTES
from lambda_contracts.shapes import Shape

from lambda_emulator.aws import starting
from lambda_emulator.aws.backend import Backend
from lambda_emulator.conformance.probing import Gateway
from lambda_emulator.environments.variables import ACCOUNT, REGION
from lambda_emulator.errors import BackendUnavailable
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)

REFERENCE = Path(__file__).with_name("reference")
"""The folder of the reference handler, its contract and its template."""
SERVE, STAND_INS = "serve", ("localstack", "ministack")
STAGE, NAME = "dev", "conformance"


@contextlib.contextmanager
def made(target: str, settings: Settings) -> Iterator[list[Gateway]]:
    """Make gateways: `serve` is our own fronts, the name of a stand-in starts that. All end with the block."""
    if target == SERVE:
        with _served(settings) as gateways:
            yield gateways
    else:
        with starting.chosen(replace(settings, backend=target)) as backend:
            yield list(_deployed(backend, target))


@contextlib.contextmanager
def _served(settings: Settings) -> Iterator[list[Gateway]]:
    options = Options(port=0, reload=False, concurrency=1)
    with serve([functools.partial(target, REFERENCE)], settings, options) as served:
        found = []
        for one in served:
            if one.api is not None:
                stage = STAGE if one.api.front in WITH_ROUTES else ""
                url = f"http://127.0.0.1:{one.port}/{stage}"
                found.append(Gateway(name="lambdaproof serve", url=url, front=one.api.front, stage=stage))
        yield found


def _deployed(backend: Backend, name: str) -> Iterator[Gateway]:
    """Yield the gateways of a stand-in, as far as it has them, behind one function. Raises BackendUnavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _make_function(backend)
        for front, make in _MAKERS.items():
            try:
                yield make(backend, name)
            except ClientError as error:
                log.info("%s has no %s: %s", name, front, error)
    except (BotoCoreError, ClientError) as error:
        raise BackendUnavailable(f"{backend.endpoint} does not run the reference handler: {error}") from error


def _make_function(backend: Backend) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(REFERENCE / "app.py", "app.py")
    with contextlib.closing(backend.client("lambda")) as client:
        client.create_function(
            FunctionName=NAME,
            Runtime="python3.12",
            Role=f"arn:aws:iam::{ACCOUNT}:role/{NAME}",
            Handler="app.handler",
            Code={"ZipFile": code.getvalue()},
            Timeout=30,
        )
        client.get_waiter("function_active_v2").wait(FunctionName=NAME, WaiterConfig={"Delay": 1})


def _arn(backend: Backend) -> str:
    with contextlib.closing(backend.client("lambda")) as client:
        return str(client.get_function(FunctionName=NAME)["Configuration"]["FunctionArn"])


def _rest_api(backend: Backend, name: str) -> Gateway:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{_arn(backend)}/invocations"
    with contextlib.closing(backend.client("apigateway")) as client:
        api = client.create_rest_api(name=NAME, binaryMediaTypes=list(BINARY))["id"]
        root = client.get_resources(restApiId=api)["items"][0]["id"]
        for method, path in ROUTES:
            parent = root
            for part in path.strip("/").split("/"):
                parent = client.create_resource(restApiId=api, parentId=parent, pathPart=part)["id"]
            place = {"restApiId": api, "resourceId": parent, "httpMethod": method}
            client.put_method(**place, authorizationType="NONE")
            client.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        client.create_deployment(restApiId=api, stageName=STAGE)
    return _api(backend, name, Shape.REST, api)


def _api(backend: Backend, name: str, front: Shape, api: str) -> Gateway:
    return Gateway(name=name, url=f"{backend.endpoint}/_aws/execute-api/{api}/{STAGE}", front=front, stage=STAGE)


def _http_api(front: Shape, version: str) -> Callable[[Backend, str], Gateway]:
    def make(backend: Backend, name: str) -> Gateway:
        with contextlib.closing(backend.client("apigatewayv2")) as client:
            api = client.create_api(Name=f"{NAME}-{version}", ProtocolType="HTTP")["ApiId"]
            integration: dict[str, Any] = client.create_integration(
                ApiId=api,
                IntegrationType="AWS_PROXY",
                IntegrationUri=_arn(backend),
                PayloadFormatVersion=version,
            )
            for method, path in ROUTES:
                target = f"integrations/{integration['IntegrationId']}"
                client.create_route(ApiId=api, RouteKey=f"{method} {path}", Target=target)
            client.create_stage(ApiId=api, StageName=STAGE, AutoDeploy=True)
        return _api(backend, name, front, api)

    return make


def _function_url(backend: Backend, name: str) -> Gateway:
    with contextlib.closing(backend.client("lambda")) as client:
        url = client.create_function_url_config(FunctionName=NAME, AuthType="NONE")["FunctionUrl"]
    return Gateway(name=name, url=backend.endpoint, front=Shape.FUNCTION_URL, host=urlsplit(url).netloc)


_MAKERS = {
    Shape.REST: _rest_api,
    Shape.HTTP_V1: _http_api(Shape.HTTP_V1, "1.0"),
    Shape.HTTP_V2: _http_api(Shape.HTTP_V2, "2.0"),
    Shape.FUNCTION_URL: _function_url,
}
"""What makes each front of a stand-in, which is called by a name."""
