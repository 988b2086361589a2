"""Templates: what is read as YAML and JSON, what the intrinsic functions give, and which functions come of it."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.errors import TemplateError
from lambda_emulator.errors import ExtraMissing
from lambda_emulator.templates import Function, Image, load
from templates import read, refused, written

SAM = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: A wine classifier

Globals:
  Function:
    Timeout: 10
    Runtime: python3.12
    Environment:
      Variables:
        LOG_LEVEL: INFO
        STAGE: !Ref Stage

Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]

Resources:
  WineFunction:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub wine-${Stage}
      CodeUri: src/
      Handler: app.handler
      MemorySize: 1024
      Architectures: [arm64]
      EphemeralStorage:
        Size: 1024
      ReservedConcurrentExecutions: 5
      Layers:
        - !Ref Numbers
      Environment:
        Variables:
          LOG_LEVEL: DEBUG
          BUCKET: !Ref Models
          QUEUE_ARN: !GetAtt Late.Arn
          DEBUG: true
          LIMIT: 3
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig:
          OnFailure:
            Type: SQS
            Destination: !GetAtt Late.Arn
      DeadLetterQueue:
        Type: SQS
        TargetArn: !GetAtt Late.Arn
      Policies:
        - S3ReadPolicy:
            BucketName: !Ref Models

  Numbers:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layers/numbers
  Models:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Join ['-', [models, !Ref 'AWS::AccountId', !Ref 'AWS::Region']]
  Late:
    Type: AWS::SQS::Queue
"""


def only(template: Any) -> Function:
    (function,) = template.functions.values()
    assert isinstance(function, Function)
    return function


def function_of(folder: Path, properties: str, rest: str = "", **keys: Any) -> Function:
    """The function of a template with these properties, and with more sections."""
    body = "\n".join(f"      {line}" for line in properties.strip().splitlines())
    return only(
        read(
            folder, f"{rest}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n{body}\n", **keys
        )
    )


def environment_of(folder: Path, value: str, rest: str = "", **keys: Any) -> str | None:
    """What a variable is when it is written so in a template."""
    text = f"Handler: app.handler\nEnvironment:\n  Variables:\n    IT: {value}"
    return function_of(folder, text, rest, **keys).environment.get("IT")


def test_a_sam_function_is_read_with_globals_and_functions_resolved(tmp_path: Path) -> None:
    template = read(tmp_path, SAM)
    function = only(template)
    assert ("WineFunction", "wine-dev") == (function.id, function.name)
    assert ("app.handler", "python3.12", tmp_path / "src") == (function.handler, function.runtime, function.code)
    assert (10, 1024, 1024) == (function.timeout, function.memory, function.ephemeral_storage)
    assert ("arm64", 5, (tmp_path / "layers/numbers",)) == (
        function.architecture,
        function.reserved_concurrency,
        function.layers,
    )
    queue = "arn:aws:sqs:us-east-1:123456789012:Late"
    assert {
        "LOG_LEVEL": "DEBUG",
        "STAGE": "dev",
        "BUCKET": "models-123456789012-us-east-1",
        "QUEUE_ARN": queue,
        "DEBUG": "true",
        "LIMIT": "3",
    } == dict(function.environment)
    assert (0, queue, queue) == (
        function.asynchronous.retries,
        function.asynchronous.on_failure,
        function.dead_letter,
    )
    assert () == template.notes


def test_parameters_that_are_given_take_the_place_of_defaults(tmp_path: Path) -> None:
    assert "wine-prod" == only(read(tmp_path, SAM, {"Stage": "prod"})).name


def test_lambdas_defaults_stand_where_a_template_says_nothing(tmp_path: Path) -> None:
    function = function_of(tmp_path, "Handler: app.handler")
    assert (3, 128, 512) == (function.timeout, function.memory, function.ephemeral_storage)
    assert (tmp_path, "x86_64", None) == (function.code, function.architecture, function.reserved_concurrency)
    assert (2, 21_600) == (function.asynchronous.retries, function.asynchronous.maximum_age)


CLOUDFORMATION: dict[str, Any] = {
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role"},
        "Inline": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "index.handler",
                "Runtime": "python3.12",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
            },
        },
        "Uploaded": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "app.handler",
                "Code": {"S3Bucket": "code", "S3Key": "function.zip"},
                "DeadLetterConfig": {"TargetArn": "arn:aws:sns:us-east-1:123456789012:late"},
                "Environment": {"Variables": {"ROLE": {"Fn::GetAtt": "Role.Arn"}}},
            },
        },
        "Asset": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Handler": "app.handler", "Code": {"S3Bucket": {"Fn::Sub": "cdk-${AWS::Region}"}}},
            "Metadata": {"aws:asset:path": "asset.0123", "aws:asset:property": "Code"},
        },
    }
}


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["one line", "spaces", "tabs"])
def test_a_cloudformation_template_in_json_is_read(tmp_path: Path, indent: int | str | None) -> None:
    template = read(tmp_path, json.dumps(CLOUDFORMATION, indent=indent), name="stack.json")
    inline, uploaded, asset = template.functions.values()
    assert ("index.handler", "def handler(event, context):\n    return 1\n", None) == (
        inline.handler,
        inline.inline,
        inline.code,
    )
    assert (None, "arn:aws:sns:us-east-1:123456789012:late") == (uploaded.code, uploaded.dead_letter)
    assert {"ROLE": "arn:aws:iam::123456789012:role/Role"} == dict(uploaded.environment)
    assert tmp_path / "asset.0123" == asset.code
    (note,) = template.notes
    assert ("Resources.Uploaded.Properties.Code", "the code lies in S3, not on this machine.") == (note.key, note.text)


def test_an_image_is_read_with_what_builds_it(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              PackageType: Image
              ImageConfig:
                Command: [app.handler]
                EntryPoint: ["/lambda-entrypoint.sh"]
                WorkingDirectory: /opt/app
            Metadata:
              Dockerfile: Dockerfile.lambda
              DockerContext: ./src
              DockerTag: v1
              DockerBuildTarget: final
              DockerBuildArgs:
                MODEL: small
          Pushed:
            Type: AWS::Lambda::Function
            Properties:
              PackageType: Image
              Code:
                ImageUri: !Sub ${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/wine:1
        """,
    )
    built, pushed = template.functions.values()
    assert built.image == Image(
        uri="f:v1",
        context=tmp_path / "src",
        dockerfile="Dockerfile.lambda",
        target="final",
        build_arguments={"MODEL": "small"},
    )
    assert (("app.handler",), ("/lambda-entrypoint.sh",), "/opt/app") == (
        built.image_config.command,
        built.image_config.entry_point,
        built.image_config.working_directory,
    )
    assert pushed.image == Image(uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/wine:1")
    assert built.code is None


REST = """
Parameters:
  Stage: {Type: String, Default: dev}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Bare: {Type: String}
Mappings:
  Sizes:
    dev: {Memory: 256}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Equals [1, "1"]]
  Either: !Or [!Condition IsProd, !Condition Both]
  Unknown: !Equals [!Ref Bare, x]
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Stage", "dev"),
        ("{Ref: Stage}", "dev"),
        ("!Ref AWS::StackName", "lambdaproof"),
        ("!Sub '${Stage}-${AWS::Partition}-${!Kept}'", "dev-aws-${Kept}"),
        ("!Sub ['${A}/${Stage}', {A: !Ref AWS::Region}]", "us-east-1/dev"),
        ("!Sub '${F.Arn}'", "arn:aws:lambda:us-east-1:123456789012:function:F"),
        ("!GetAtt F.Arn", "arn:aws:lambda:us-east-1:123456789012:function:F"),
        ("{'Fn::GetAtt': [F, Arn]}", "arn:aws:lambda:us-east-1:123456789012:function:F"),
        ("!Ref F", "F"),
        ("!Join [',', [a, !Ref Stage]]", "a,dev"),
        ("!Join ['-', !Ref Names]", "a-b"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select ['0', !Split ['/', 'x/y']]", "x"),
        ("!FindInMap [Sizes, !Ref Stage, Memory]", "256"),
        ("!FindInMap [Sizes, prod, Memory, {DefaultValue: 1}]", "1"),
        ("!If [IsDev, yes-dev, no-dev]", "yes-dev"),
        ("!If [IsProd, yes-prod, no-prod]", "no-prod"),
        ("!If [Either, yes, 'no']", "true"),
        ("!If [IsDev, !Ref AWS::NoValue, x]", None),
        ("2012-10-17", "2012-10-17"),
        ("1.10", "1.1"),
        ("!Ref Bare", None),
        ("!Sub 'https://${Bare}'", None),
        ("!If [Unknown, a, b]", None),
        ("!ImportValue shared-table", None),
        ("!GetAtt F.SnapStartResponse", None),
        ("'{{resolve:ssm:/db/host}}'", None),
        ("!Base64 text", None),
    ],
)
def test_intrinsic_functions_give_what_cloudformation_gives(tmp_path: Path, value: str, expected: str | None) -> None:
    assert expected == environment_of(tmp_path, value, REST)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("!Ref Bare", "parameter `Bare` has no default and is not given"),
        ("!ImportValue shared-table", "`shared-table` is exported by another stack"),
        ("!GetAtt Other.Thing", "`Other.Thing` is known when the stack is made"),
        ("'{{resolve:ssm:/db/host}}'", "`{{resolve:ssm:/db/host}}` is looked up when the stack is made"),
    ],
)
def test_what_is_not_known_here_is_noted_with_its_line_and_key(tmp_path: Path, value: str, told: str) -> None:
    text = f"Environment:\n  Variables:\n    IT: {value}"
    body = "\n".join(f"      {line}" for line in text.splitlines())
    rest = (
        "Parameters:\n  Bare: {Type: String}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
    )
    (note,) = read(tmp_path, rest + body).notes
    key = "Resources.F.Properties.Environment.Variables.IT"
    assert f"{tmp_path}/template.yaml:9: {key}: {told}; it is read as if it were not there." == str(note)


def test_a_resource_whose_condition_does_not_hold_is_left_out(tmp_path: Path) -> None:
    text = """
        Parameters:
          Stage: {Type: String, Default: dev}
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
        Resources:
          F: {Type: AWS::Serverless::Function, Condition: IsProd}
          G: {Type: AWS::Serverless::Function}
        """
    assert ["G"] == list(read(tmp_path, text).functions)
    assert ["F", "G"] == list(read(tmp_path, text, {"Stage": "prod"}).functions)


def test_anchors_and_merged_keys_are_read(tmp_path: Path) -> None:
    text = """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties: &shared
              Handler: app.handler
              Timeout: 7
          G:
            Type: AWS::Serverless::Function
            Properties:
              <<: *shared
              Timeout: 8
        """
    first, second = read(tmp_path, text).functions.values()
    assert ("app.handler", 7, "app.handler", 8) == (first.handler, first.timeout, second.handler, second.timeout)


FUNCTION = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      "


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("Resources:\n\tF: 1\n", 2, "Indent with spaces: YAML takes no tabs."),
        ("Resources:\n  F: [1\n  G: 2\n", 3, "it is not YAML"),
        ("Resources: {}\nA: 1\nA: 2\n", 3, "`A` is there twice, first on line 2. Keep one of them."),
        ("Resources:\n  F: !Sup x\n", 2, "there is no tag `!Sup`. Did you mean `!Sub`?"),
        ("Resources: *none\n", 1, "it is not YAML: found undefined alias"),
        ("A: 1\x00\n", 1, "it is not YAML"),
        ("- a\n", None, "it holds no object"),
        ("", None, "it holds no object"),
        ("A: 1\n", None, "Resources: it has no resources."),
        ("Resources:\n  F:\n    Properties: {}\n", 2, "Resources.F.Type: it is missing."),
        ("Resources:\n  F: 1\n", 2, "Resources.F: it has to be an object."),
        (FUNCTION + "Timeout: 1000", 5, "Properties.Timeout: it cannot be 1000. AWS takes 1 to 900."),
        (FUNCTION + "MemorySize: 64", 5, "Properties.MemorySize: it cannot be 64. AWS takes 128 to 10240."),
        (FUNCTION + "MemorySize: big", 5, "it has to be a whole number, not `big`."),
        (FUNCTION + "Handler: [a]", 5, "Properties.Handler: it has to be a text."),
        (FUNCTION + "Environment: a", 5, "Properties.Environment: it has to be an object."),
        (FUNCTION + "Handler: !Select [3, [a]]", 5, "there is no value 3"),
        (FUNCTION + "Handler: !If [Nope, a, b]", 5, "there is no condition `Nope`."),
        (FUNCTION + "Handler: !FindInMap [A, b, c]", 5, "there is no A / b / c under Mappings."),
        (FUNCTION + "Handler: !Join [a]", 5, "Fn::Join: it needs a list of two values."),
        (FUNCTION + "FunctionName: !Ref F", 5, "resource F leads back to itself."),
        ("Globals:\n  Function:\n    Timeout: 0\n" + FUNCTION + "Handler: a", 3, "Properties.Timeout: it cannot be 0."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, told: str) -> None:
    error = refused(tmp_path, text)
    assert line == error.line
    assert told in str(error)


def test_json_that_is_cut_off_is_told_as_json(tmp_path: Path) -> None:
    error = refused(tmp_path, '{\n  "Resources": {\n', name="stack.json")
    assert (3, True) == (error.line, "it is not JSON" in str(error))


def test_values_nested_too_deeply_are_refused(tmp_path: Path) -> None:
    assert "nested too deeply" in str(refused(tmp_path, "A: " + "[" * 5000 + "]" * 5000))


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"Stag": "dev"}, "it has no parameter `Stag`. Its parameters: Stage."),
        ({"Stage": "test"}, "Stage: it cannot be `test`. Allowed: dev, prod."),
    ],
)
def test_a_parameter_that_the_template_does_not_take_is_refused(
    tmp_path: Path, parameters: dict[str, str], told: str
) -> None:
    assert told in str(refused(tmp_path, SAM, parameters))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"there is no such file\. Name the template"):
        load(tmp_path / "none.yaml")


def test_without_pyyaml_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **keys: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return found(name, *rest, **keys)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExtraMissing, match=r"pip install 'lambdaproof\[templates\]'"):
        load(written(tmp_path, SAM))
