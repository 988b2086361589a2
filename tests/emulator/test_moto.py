"""The embedded S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from lambda_contracts.contract import DynamoTable, TableKey, load
from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import deploy
from lambda_emulator.errors import ExtraMissing, SetupFailed
from lambda_emulator.settings import Settings
from support import WriteFunction


@pytest.fixture
def moto() -> Iterator[Moto]:
    with Moto() as moto:
        yield moto


def test_it_is_reached_over_the_loopback_address_only(moto: Moto) -> None:
    assert moto.endpoint.startswith("http://127.0.0.1:")
    moto.make_buckets(["models"])
    moto.client("s3").put_object(Bucket="models", Key="a b+ü", Body=b"artefact")
    url = moto.client("s3").generate_presigned_url("get_object", Params={"Bucket": "models", "Key": "a b+ü"})
    assert b"artefact" == requests.get(url, timeout=10).content


def test_making_a_bucket_twice_keeps_what_is_in_it(moto: Moto) -> None:
    moto.make_buckets(["models"])
    moto.client("s3").put_object(Bucket="models", Key="key", Body=b"1")
    moto.make_buckets(["models", "more"])
    assert b"1" == moto.client("s3").get_object(Bucket="models", Key="key")["Body"].read()


def test_nothing_is_left_for_the_next_one() -> None:
    with Moto() as moto:
        moto.make_buckets(["models"])
    with Moto() as moto:
        assert [] == moto.client("s3").list_buckets()["Buckets"]


def test_without_moto_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "moto.server", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'lambdaproof\[aws\]'"):
        Moto()


ORDERS = DynamoTable(
    name="orders",
    partition_key=TableKey(name="customer"),
    sort_key=TableKey(name="placed", type="N"),
    items=({"customer": "ada", "placed": 7, "total": 12.5, "paid": True, "lines": [{"sku": "a", "price": 0.1}]},),
)


def test_a_table_has_its_keys_and_items(moto: Moto) -> None:
    """Numbers are exact: 0.1 is not the float next to it."""
    moto.make_tables([ORDERS])
    dynamodb = moto.client("dynamodb")
    key = {"customer": {"S": "ada"}, "placed": {"N": "7"}}
    line = {"M": {"sku": {"S": "a"}, "price": {"N": "0.1"}}}
    expected = {**key, "total": {"N": "12.5"}, "paid": {"BOOL": True}, "lines": {"L": [line]}}
    assert expected == dynamodb.get_item(TableName="orders", Key=key)["Item"]
    with pytest.raises(dynamodb.exceptions.ClientError, match="ValidationException"):
        dynamodb.get_item(TableName="orders", Key={"customer": {"S": "ada"}})


def test_making_a_table_twice_keeps_what_is_in_it_unless_its_keys_are_others(moto: Moto) -> None:
    moto.make_tables([ORDERS])
    moto.client("dynamodb").put_item(TableName="orders", Item={"customer": {"S": "bob"}, "placed": {"N": "1"}})
    moto.make_tables([ORDERS])
    assert 2 == moto.client("dynamodb").scan(TableName="orders")["Count"]
    with pytest.raises(SetupFailed, match="orders with other keys"):
        moto.make_tables([DynamoTable(name="orders", partition_key=TableKey(name="id"))])


@pytest.mark.parametrize("value", [1e300, 10**40, {"": 1e-200}])
def test_a_number_that_dynamodb_does_not_take_is_told(moto: Moto, value: object) -> None:
    table = DynamoTable(name="numbers", partition_key=TableKey(name="id"), items=({"id": "a", "value": value},))
    with pytest.raises(SetupFailed, match="The table numbers does not take"):
        moto.make_tables([table])


SETUP = """
    [setup]
    buckets = ["models"]
    run = ["python train.py 'two words'"]

    [[case]]
    name = "one"
    payload = {}
"""


def test_setup_runs_beside_the_handler_and_reaches_the_same_s3(write_function: WriteFunction) -> None:
    folder = write_function(
        "import boto3\nS3 = boto3.client('s3')\n"
        "def handler(event, context):\n"
        "    return S3.get_object(Bucket='models', Key='model')['Body'].read().decode()",
        contract=SETUP,
        files={
            "requirements.txt": "boto3\n",
            "train.py": "import boto3, sys\n"
            "boto3.client('s3').put_object(Bucket='models', Key='model', Body=sys.argv[1])",
        },
    )
    with deploy(load(folder), Settings()) as deployment:
        assert "two words" == deployment.function.invoke({}).value()
        assert deployment.backend is not None
        deployment.backend.client("s3").put_object(Bucket="models", Key="model", Body=b"another")
        assert "another" == deployment.function.invoke({}).value()


@pytest.mark.parametrize(
    ("command", "told"),
    [("python nothing.py", "nothing.py"), ("no-such-program", "cannot be run"), ("python -c 'exit(5)'", "status 5")],
)
def test_a_setup_command_that_fails_is_told(write_function: WriteFunction, command: str, told: str) -> None:
    contract = f'[setup]\nrun = ["{command}"]\n[[case]]\nname = "one"\npayload = {{}}\n'
    folder: Path = write_function("def handler(event, context): ...", contract=contract)
    with pytest.raises(SetupFailed, match=told), deploy(load(folder), Settings()):
        pytest.fail("it started")
