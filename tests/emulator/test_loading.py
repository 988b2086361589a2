"""Contracts whose functions are in templates: what comes from the template, what the contract keeps, whole checks."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from lambda_contracts.contract import Contract
from lambda_contracts.errors import ContractError, TemplateError
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from lambda_emulator import loading
from lambda_emulator.errors import UsageError
from lambda_emulator.loading import load
from support import IRIS, RunTool
from templates import written

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 10
    MemorySize: 1024
Resources:
  WineFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment:
        Variables:
          MODEL: small
          TABLE: !Ref Wines
      Events:
        Classify:
          Type: Api
          Properties:
            Path: /classify
            Method: post
  Wines:
    Type: AWS::Serverless::SimpleTable
"""
CODE = """
import json
import os

def handler(event, context):
    flower = json.loads(event["body"]) if "body" in event else event
    answer = {
        "colour": "red" if flower["alcohol"] > 13 else "white",
        "model": os.environ["MODEL"],
        "table": os.environ["TABLE"],
        "memory": context.memory_limit_in_mb,
    }
    return {"statusCode": 200, "body": json.dumps(answer)}
"""
CASES = """
[[case]]
name = "red"
payload = { alcohol = 14.2 }
status = 200
body = { colour = "red", model = "small", table = "Wines" }
"""


def project(
    folder: Path, *, function: str = 'template = "template.yaml"', template: str = TEMPLATE, rest: str = CASES
) -> Path:
    """A SAM project with a contract beside its template."""
    (folder / "src").mkdir()
    (folder / "src" / "app.py").write_text(CODE)
    written(folder, template)
    (folder / "contract.toml").write_text(f"[function]\n{function}\n{textwrap.dedent(rest)}")
    return folder


def loaded(folder: Path, **keys: str) -> Contract:
    return load(project(folder, **keys))


def test_function_and_routes_come_from_the_template(tmp_path: Path) -> None:
    contract = loaded(tmp_path)
    function = contract.function
    assert ("WineFunction", "app.handler", 10, 1024) == (
        function.name,
        function.handler,
        function.timeout,
        function.memory,
    )
    assert {"MODEL": "small", "TABLE": "Wines"} == function.environment
    assert tmp_path / "src" == contract.code
    assert (Route(method="POST", path="/classify", stage="Prod"),) == contract.routes
    assert (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.REST) == contract.accept


def test_what_the_contract_says_itself_stands(tmp_path: Path) -> None:
    function = """
        template = "template.yaml"
        name = "wine"
        timeout = 5
        environment = { MODEL = "large" }
    """
    rest = '[[route]]\nmethod = "GET"\npath = "/"\n[shapes]\naccept = ["http-v2"]\n' + CASES
    contract = loaded(tmp_path, function=textwrap.dedent(function), rest=rest)
    assert ("wine", 5, 1024) == (contract.function.name, contract.function.timeout, contract.function.memory)
    assert {"MODEL": "large", "TABLE": "Wines"} == contract.function.environment
    assert (Route(method="GET", path="/"),) == contract.routes
    assert (Shape.HTTP_V2,) == contract.accept


def test_a_template_in_another_folder_is_read_from_there(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "contract.toml").write_text(f'[function]\ntemplate = "../template.yaml"\n{CASES}')
    contract = load(tmp_path / "tests")
    assert "../src" == contract.function.code
    assert (tmp_path / "src").samefile(contract.code)


def test_the_template_says_which_fronts_there_are(tmp_path: Path) -> None:
    events = "Events: {All: {Type: HttpApi}, One: {Type: HttpApi, Properties: {Path: /one, Method: GET}}}"
    head = TEMPLATE.partition("      Events:")[0]
    contract = loaded(tmp_path, template=f"{head}      {events}\n      FunctionUrlConfig: {{AuthType: NONE}}\n")
    assert (Shape.DIRECT, Shape.HTTP_V2, Shape.FUNCTION_URL) == contract.accept
    assert ["/one", "$default"] == [route.path for route in contract.routes]


def test_a_function_without_a_front_is_invoked_directly(tmp_path: Path) -> None:
    contract = loaded(tmp_path, template=TEMPLATE.partition("      Events:")[0])
    assert ((Shape.DIRECT,), (Route(method="POST", path="/"),)) == (contract.accept, contract.routes)


def test_an_image_is_named_and_built_as_the_template_says(tmp_path: Path) -> None:
    template = """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties: {PackageType: Image, ImageConfig: {Command: [app.handler]}}
            Metadata: {DockerContext: src, Dockerfile: Dockerfile.lambda, DockerTag: v1}
    """
    function = loaded(tmp_path, template=template).function
    assert ("f:v1", "src", "src", "Dockerfile.lambda", "app.handler") == (
        function.image,
        function.build,
        function.code,
        function.dockerfile,
        function.handler,
    )


def test_parameters_of_the_template_are_given_in_the_contract(tmp_path: Path) -> None:
    template = "Parameters: {Size: {Type: String, Default: small}}\n" + TEMPLATE.replace("small", "!Ref Size")
    function = 'template = "template.yaml"\nparameters = { Size = "large" }'
    assert "large" == loaded(tmp_path, template=template, function=function).function.environment["MODEL"]


def test_what_is_not_known_of_the_function_is_said_with_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = "  Other: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}\n"
    template = TEMPLATE.replace("small", "!ImportValue model") + other
    function = 'template = "template.yaml"\nresource = "WineFunction"'
    assert "MODEL" not in loaded(tmp_path, template=template, function=function).function.environment
    (message,) = caplog.messages
    assert f"{tmp_path}/template.yaml:16: Resources.WineFunction.Properties.Environment.Variables.MODEL: " in message
    assert "`model` is exported by another stack" in message


TWO = TEMPLATE + "  Other: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: app.handler}}\n"


@pytest.mark.parametrize(
    ("template", "function", "told"),
    [
        (TWO, "", "template.yaml: it has several functions: WineFunction, Other. Write resource = "),
        (TEMPLATE, 'resource = "Win"', "template.yaml: it has no function `Win`. Its functions: WineFunction."),
        (TEMPLATE.replace("src/", "none/"), "", "template.yaml:9: Resources.WineFunction: its code: "),
        (TEMPLATE.replace("CodeUri: src/", "Runtime: nodejs22.x"), "", "WineFunction: Runtime: it is nodejs22.x."),
        (TEMPLATE.replace("CodeUri: src/", "InlineCode: x"), "", "its code: it is in the template."),
        ("Resources: {B: {Type: AWS::S3::Bucket}}", "", "template.yaml: it has no function."),
        (TEMPLATE, 'parameters = { A = "1" }', "template.yaml: it has no parameter `A`."),
        ("Resources: [\nA: 1", "", "template.yaml:3: it is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_template_names_the_template(tmp_path: Path, template: str, function: str, told: str) -> None:
    with pytest.raises(TemplateError) as caught:
        loaded(tmp_path, template=template, function=f'template = "template.yaml"\n{function}')
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("template = 1", "contract.toml:2: function.template: it has to be a string, not an integer."),
        ('template = "template.yaml"\nresourc = "F"', "contract.toml:3: function.resourc: there is no such key."),
    ],
)
def test_a_mistake_in_the_contract_names_the_contract(tmp_path: Path, function: str, told: str) -> None:
    with pytest.raises(ContractError) as caught:
        loaded(tmp_path, function=function)
    assert told in str(caught.value)


def test_a_contract_with_a_template_is_checked_in_a_process(tmp_path: Path, lambdaproof: RunTool) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    memory = '\n[[case]]\nname = "memory"\npayload = { alcohol = 1 }\nbody.memory = "1024"\n'
    done = lambdaproof("check", project(folder, rest=f"[checks]\nbad-input = false\n{CASES}{memory}"))
    assert 0 == done.returncode, done.stdout + done.stderr
    assert ["WineFunction    direct    console-test  rest", "  red           ok        ok            ok"] == [
        line.rstrip() for line in done.stdout.splitlines()[:2]
    ]


def test_a_failure_names_the_handlers_line_in_the_templates_folder(tmp_path: Path, lambdaproof: RunTool) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    project(folder)
    (folder / "src" / "app.py").write_text(CODE.replace('"body" in event', "False"))
    done = lambdaproof("check", "project")
    assert 1 == done.returncode, done.stderr
    assert "error E01 at /alcohol: KeyError: 'alcohol'" in done.stdout
    assert "project/src/app.py:8" in done.stdout


# --- a contract held to a template -----------------------------------------------------------------------------------

HELD = """
[function]
name = "held"
handler = "app.handler"
image = "localhost/held"
memory = 1024
environment = { BUCKET_NAME = "models", ONLY_HERE = "1" }

[[case]]
name = "one"
payload = {}
"""
DEPLOYED = """
Resources:
  Other: {Type: "AWS::Lambda::Function", Properties: {FunctionName: other, Handler: a.b, Runtime: python3.12}}
  Held:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: held
      PackageType: Image
      ImageUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/held:latest
      Timeout: 7
      Environment: {Variables: {BUCKET_NAME: models-of-production}}
      Events: {Any: {Type: HttpApi, Properties: {Path: /held, Method: post}}}
"""


@pytest.mark.parametrize("place", ["template.yaml", "deploy/template.yaml"])
def test_what_a_template_says_goes_over_what_the_contract_beside_or_above_it_says(tmp_path: Path, place: str) -> None:
    (tmp_path / "contract.toml").write_text(HELD)
    template = tmp_path / place
    template.parent.mkdir(exist_ok=True)
    template.write_text(DEPLOYED)
    found = loading.deployed(template)
    function, (route,) = found.function, found.routes
    assert (tmp_path / "contract.toml") == found.file
    assert (7, 128, {"BUCKET_NAME": "models-of-production"}) == (
        function.timeout,
        function.memory,
        function.environment,
    )
    assert ("localhost/held", "app.handler", None) == (function.image, function.handler, function.build)
    assert ("POST", "/held") == (route.method, route.path)
    assert ("direct", "http-v2") == found.accept
    assert ["one"] == [case.name for case in found.cases]


def test_a_contract_that_names_the_template_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(
        HELD.replace('name = "held"', 'template = "template.yaml"\nresource = "Held"', 1)
    )
    (tmp_path / "template.yaml").write_text(DEPLOYED)
    found = loading.deployed(tmp_path / "template.yaml")
    assert loading.load(tmp_path) == found
    assert {"BUCKET_NAME": "models", "ONLY_HERE": "1"} == found.function.environment


def test_a_template_without_a_contract_says_what_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "alone" / "terraform"
    folder.mkdir(parents=True)
    (folder / "main.tf").touch()
    with pytest.raises(
        UsageError, match=r'no contract.toml beside it or above it\.\s+Write a .* template = "terraform"'
    ):
        loading.deployed(folder)


def test_iris_is_what_its_terraform_deploys() -> None:
    own, found = loading.load(IRIS), loading.deployed(IRIS / "terraform")
    assert own.function == found.function
    assert [("POST", "/predict")] == [(route.method, route.path) for route in found.routes]
    assert ("direct", "console-test", "rest") == found.accept


ZIPPED = """
Resources:
  Zipped:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.11, CodeUri: build/function.zip, Layers: [!Ref Libraries]}
  Libraries:
    Type: AWS::Serverless::LayerVersion
    Properties: {LayerName: libraries, ContentUri: build/layer.zip}
"""


def test_code_that_is_an_archive_runs_as_it_is_shipped_with_its_layers(tmp_path: Path) -> None:
    (tmp_path / "sam").mkdir()
    (tmp_path / "sam" / "template.yaml").write_text(ZIPPED)
    case = '[[case]]\nname = "one"\npayload = {}\n'
    (tmp_path / "contract.toml").write_text(f'[function]\ntemplate = "sam/template.yaml"\n{case}')
    function = loading.load(tmp_path).function
    assert ("sam/build/function.zip", ("sam/build/layer.zip",)) == (function.zip, function.layers)
    (tmp_path / "contract.toml").write_text(f'[function]\ntemplate = "sam/template.yaml"\ncode = "src"\n{case}')
    function = loading.load(tmp_path).function
    assert ("src", None, ()) == (function.code, function.zip, function.layers)
