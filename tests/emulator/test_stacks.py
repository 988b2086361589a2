"""What CloudFormation is given of a template: images by name, code in S3, and no more than LocalStack has."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lambda_contracts.errors import TemplateError
from lambda_emulator import templates
from lambda_emulator.stacks import packaging

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: { Type: AWS::Serverless::HttpApi }
  Code:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Events:
        Http: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /a, Method: get } }
        Rest: { Type: Api, Properties: { Path: /b, Method: get } }
  Plain:
    Type: AWS::Lambda::Function
    Properties: { Code: src, Handler: app.handler, Runtime: python3.12, Role: role }
  Image:
    Type: AWS::Serverless::Function
    Metadata: { DockerContext: src, DockerTag: v1 }
    Properties: { PackageType: Image }
Outputs:
  Http: { Value: !Sub "https://${Api}.execute-api.amazonaws.com" }
  Rest: { Value: !Ref ServerlessRestApi }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("handler = print\n")
    written = tmp_path / "template.yaml"
    written.write_text(TEMPLATE)
    return written


def test_code_is_uploaded_and_images_are_named(file: Path) -> None:
    uploaded: dict[str, bytes] = {}
    resources = packaging.packaged(templates.load(file), uploaded.__setitem__)["Resources"]
    first, second = uploaded
    assert {"Bucket": packaging.BUCKET, "Key": first} == resources["Code"]["Properties"]["CodeUri"]
    assert {"S3Bucket": packaging.BUCKET, "S3Key": second} == resources["Plain"]["Properties"]["Code"]
    assert "image:v1" == resources["Image"]["Properties"]["ImageUri"]
    assert "Metadata" not in resources["Image"]
    assert ["app.py"] == zipfile.ZipFile(BytesIO(uploaded[first])).namelist()


def test_the_same_files_make_the_same_archive(file: Path) -> None:
    function = templates.load(file).functions["Code"]
    before = packaging.zipped(function)
    (file.parent / "src" / "app.py").touch()
    assert before == packaging.zipped(function)


def test_code_that_is_not_there_is_told_with_its_line(file: Path) -> None:
    file.write_text(TEMPLATE.replace("CodeUri: src/", "CodeUri: missing/"))
    with pytest.raises(TemplateError, match=r"template.yaml:5: Code: .*missing does not exist"):
        packaging.packaged(templates.load(file), lambda *_: None)


def test_http_apis_are_left_out_with_what_names_them(file: Path) -> None:
    tree = packaging.packaged(templates.load(file), lambda *_: None)
    assert ["Api"] == packaging.without_http_apis(tree)
    assert "Api" not in tree["Resources"]
    assert ["Rest"] == [*tree["Resources"]["Code"]["Properties"]["Events"]]
    assert ["Rest"] == [*tree["Outputs"]]
    assert [] == packaging.without_http_apis(tree)
