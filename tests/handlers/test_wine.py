"""The wine handler downloads its model once, and answers text for text."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.loading import load
from lambda_emulator.settings import Settings
from support import HANDLERS

WINE = HANDLERS / "wine"


@pytest.fixture(scope="module")
def wine() -> Iterator[Deployment]:
    with deploy(load(WINE), Settings()) as deployment:
        yield deployment


def test_a_warm_call_downloads_nothing(wine: Deployment) -> None:
    """The model is taken away from S3 once the function has started."""
    assert isinstance(wine.backend, Moto)
    s3 = wine.backend.client("s3")
    model = s3.get_object(Bucket="models", Key="wine.pickle")["Body"].read()
    s3.delete_object(Bucket="models", Key="wine.pickle")
    try:
        for data, vineyard in ((".10", "1"), ("5.64", "0"), (".10", "1")):
            answer = wine.function.invoke({"data": data}).value()
            assert {"prediction": vineyard} == json.loads(answer["body"])
        with wine.fresh() as cold:
            assert "404" in str(cold.initialise().error)
    finally:
        s3.put_object(Bucket="models", Key="wine.pickle", Body=model)


def test_the_template_says_what_the_function_is() -> None:
    contract = load(WINE)
    function, (route,) = contract.function, contract.routes
    assert (1024, 10) == (function.memory, function.timeout)
    assert {"s3_bucket": "models", "model_name": "wine.pickle"} == function.environment
    assert ("POST", "/classify", "Prod") == (route.method, route.path, route.stage)
