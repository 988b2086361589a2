"""Terraform's configurations as people write them, and what `terraform show -json` says of them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts import authorizing, cors, routing
from lambda_contracts.errors import TemplateError
from lambda_contracts.shapes import Shape
from lambda_emulator import templates
from lambda_emulator.loading import load, target
from lambda_emulator.templates import Template
from lambda_emulator.templates.intrinsics import Unresolved
from lambda_emulator.templates.reading import Place
from lambda_emulator.templates.terraform import hcl
from lambda_emulator.templates.terraform.expressions import Scope, evaluate

FUNCTION = """
resource "aws_lambda_function" "iris" {
  function_name = "iris"
  role          = aws_iam_role.lambda.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = data.archive_file.code.output_path
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/build/code.zip"
}
"""


def read(folder: Path, text: str, variables: Mapping[str, str] | None = None, **files: str) -> Template:
    """Write a configuration into a folder and load it; its APIs are such as a front can serve."""
    for name, content in {"main.tf": text, **{key.replace("__", "."): value for key, value in files.items()}}.items():
        (folder / name).write_text(textwrap.dedent(content))
    template = templates.load(folder, variables)
    for api in template.apis:
        routing.compile(api)
        authorizing.check(api)
        cors.check(api)
    return template


def routes(template: Template) -> list[tuple[str, str, str, str]]:
    return [
        (api.front, one.route.method, one.route.path, one.function) for api in template.apis for one in api.endpoints
    ]


def test_a_function_has_what_its_resource_says(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        variable "stage" { default = "dev" }
        locals {
          name = "wine-${var.stage}"
          common = { STAGE = upper(var.stage) }
        }
        resource "aws_s3_bucket" "models" { bucket = "${local.name}-models" }
        resource "aws_lambda_function" "wine" {
          function_name                  = local.name
          runtime                        = "python3.12"
          handler                        = "app.handler"
          filename                       = "${path.module}/build"
          timeout                        = var.stage == "prod" ? 30 : 10
          memory_size                    = 512 * 2
          architectures                  = ["arm64"]
          reserved_concurrent_executions = 5
          ephemeral_storage { size = 1024 }
          environment {
            variables = merge(local.common, { BUCKET = aws_s3_bucket.models.id, ARN = aws_s3_bucket.models.arn })
          }
        }
        """,
    )
    function = template.functions["aws_lambda_function.wine"]
    assert ("wine-dev", "app.handler", "python3.12") == (function.name, function.handler, function.runtime)
    assert (10, 1024, 1024, 5, "arm64") == (
        function.timeout,
        function.memory,
        function.ephemeral_storage,
        function.reserved_concurrency,
        function.architecture,
    )
    assert {"STAGE": "DEV", "BUCKET": "wine-dev-models", "ARN": "arn:aws:s3:::wine-dev-models"} == function.environment
    assert tmp_path / "build" == function.code
    assert () == template.notes


def test_an_archive_that_terraform_makes_is_the_folder_that_it_is_made_of(tmp_path: Path) -> None:
    assert tmp_path / "src" == read(tmp_path, FUNCTION).functions["aws_lambda_function.iris"].code


def test_an_image_has_its_name_and_its_command(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        resource "aws_ecr_repository" "iris" { name = "iris" }
        resource "aws_lambda_function" "iris" {
          function_name = "iris"
          package_type  = "Image"
          image_uri     = "${aws_ecr_repository.iris.repository_url}:latest"
          image_config { command = ["app.handler"] }
        }
        """,
    )
    function = template.functions["aws_lambda_function.iris"]
    assert function.image is not None
    assert "123456789012.dkr.ecr.us-east-1.amazonaws.com/iris:latest" == function.image.uri
    assert ("app.handler",) == function.image_config.command


def test_an_http_api_has_its_routes_stage_and_authorizer(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        FUNCTION
        + """
        resource "aws_apigatewayv2_api" "http" {
          name          = "http"
          protocol_type = "HTTP"
          cors_configuration {
            allow_origins = ["https://shop.example"]
            allow_methods = ["POST"]
          }
        }
        resource "aws_apigatewayv2_stage" "live" {
          api_id      = aws_apigatewayv2_api.http.id
          name        = "$default"
          auto_deploy = true
        }
        resource "aws_apigatewayv2_integration" "iris" {
          api_id                 = aws_apigatewayv2_api.http.id
          integration_type       = "AWS_PROXY"
          integration_uri        = aws_lambda_function.iris.invoke_arn
          payload_format_version = "2.0"
        }
        resource "aws_apigatewayv2_authorizer" "users" {
          api_id           = aws_apigatewayv2_api.http.id
          name             = "users"
          authorizer_type  = "JWT"
          identity_sources = ["$request.header.Authorization"]
          jwt_configuration {
            issuer   = "https://issuer.example"
            audience = ["shop"]
          }
        }
        resource "aws_apigatewayv2_route" "all" {
          for_each           = { predict = "POST /predict", item = "GET /items/{id}" }
          api_id             = aws_apigatewayv2_api.http.id
          route_key          = each.value
          target             = "integrations/${aws_apigatewayv2_integration.iris.id}"
          authorization_type = each.key == "item" ? "JWT" : "NONE"
          authorizer_id      = each.key == "item" ? aws_apigatewayv2_authorizer.users.id : null
        }
        """,
    )
    (api,) = template.apis
    assert [
        ("http-v2", "POST", "/predict", "aws_lambda_function.iris"),
        ("http-v2", "GET", "/items/{id}", "aws_lambda_function.iris"),
    ] == routes(template)
    assert [None, "aws_apigatewayv2_authorizer.users"] == [one.authorizer for one in api.endpoints]
    assert ("https://issuer.example", ("shop",)) == (
        api.authorizers["aws_apigatewayv2_authorizer.users"].issuer,
        api.authorizers["aws_apigatewayv2_authorizer.users"].audience,
    )
    assert api.cors is not None
    assert ("https://shop.example",) == api.cors.allow_origins
    assert () == template.notes


def test_an_integration_without_a_version_speaks_1_0_as_the_providers_default_does(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        FUNCTION
        + """
        resource "aws_apigatewayv2_api" "http" {
          name          = "http"
          protocol_type = "HTTP"
        }
        resource "aws_apigatewayv2_integration" "iris" {
          api_id           = aws_apigatewayv2_api.http.id
          integration_type = "AWS_PROXY"
          integration_uri  = aws_lambda_function.iris.arn
        }
        resource "aws_apigatewayv2_route" "one" {
          api_id    = aws_apigatewayv2_api.http.id
          route_key = "$default"
          target    = "integrations/${aws_apigatewayv2_integration.iris.id}"
        }
        """,
    )
    assert [("http-v1", "ANY", "$default", "aws_lambda_function.iris")] == routes(template)


REST = """
resource "aws_api_gateway_rest_api" "wine" {
  name               = "wine"
  binary_media_types = ["image/png"]
}
resource "aws_api_gateway_resource" "items" {
  rest_api_id = aws_api_gateway_rest_api.wine.id
  parent_id   = aws_api_gateway_rest_api.wine.root_resource_id
  path_part   = "items"
}
resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = aws_api_gateway_rest_api.wine.id
  parent_id   = aws_api_gateway_resource.items.id
  path_part   = "{proxy+}"
}
resource "aws_api_gateway_method" "proxy" {
  rest_api_id      = aws_api_gateway_rest_api.wine.id
  resource_id      = aws_api_gateway_resource.proxy.id
  http_method      = "ANY"
  authorization    = "NONE"
  api_key_required = true
}
resource "aws_api_gateway_integration" "proxy" {
  rest_api_id             = aws_api_gateway_rest_api.wine.id
  resource_id             = aws_api_gateway_method.proxy.resource_id
  http_method             = aws_api_gateway_method.proxy.http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = aws_lambda_function.iris.invoke_arn
}
resource "aws_api_gateway_deployment" "wine" {
  rest_api_id = aws_api_gateway_rest_api.wine.id
  triggers    = { redeployment = sha1(jsonencode(aws_api_gateway_integration.proxy)) }
}
resource "aws_api_gateway_stage" "dev" {
  rest_api_id   = aws_api_gateway_rest_api.wine.id
  deployment_id = aws_api_gateway_deployment.wine.id
  stage_name    = "dev"
  variables     = { shelf = "top" }
}
"""


def test_a_rest_api_has_its_resources_methods_and_stage(tmp_path: Path) -> None:
    template = read(tmp_path, FUNCTION + REST)
    (api,) = template.apis
    (endpoint,) = api.endpoints
    assert [("rest", "ANY", "/items/{proxy+}", "aws_lambda_function.iris")] == routes(template)
    assert ("dev", ("image/png",), {"shelf": "top"}) == (
        endpoint.route.stage,
        endpoint.route.binary_media_types,
        endpoint.route.stage_variables,
    )
    assert endpoint.api_key_required
    assert () == template.notes


def test_R14_an_integration_by_another_method_than_post_is_noted(tmp_path: Path) -> None:
    template = read(
        tmp_path, FUNCTION + REST.replace('integration_http_method = "POST"', 'integration_http_method = "GET"')
    )
    assert [
        "aws_api_gateway_method.proxy.Integration.integration_http_method: it has to be POST: with anything else AWS "
        "answers 500 (R14)."
    ] == [f"{note.key}: {note.text}" for note in template.notes]


def test_a_definition_in_openapi_is_read_where_it_is_written_as_an_object_or_lies_in_a_file(tmp_path: Path) -> None:
    integration = """{
      "x-amazon-apigateway-integration" = {
        type = "aws_proxy", httpMethod = "POST", uri = aws_lambda_function.iris.invoke_arn
      }
    }"""
    template = read(
        tmp_path,
        FUNCTION
        + f"""
        resource "aws_api_gateway_rest_api" "object" {{
          name = "object"
          body = jsonencode({{ openapi = "3.0.1", paths = {{ "/a" = {{ get = {integration} }} }} }})
        }}
        resource "aws_api_gateway_rest_api" "file" {{
          name = "file"
          body = templatefile("${{path.module}}/api.yaml", {{ uri = aws_lambda_function.iris.invoke_arn }})
        }}
        """,
        api__yaml="""
        openapi: 3.0.1
        paths:
          /b:
            post:
              x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "${uri}"}
        """,
    )
    assert [("GET", "/a"), ("POST", "/b")] == [(method, path) for _, method, path, _ in routes(template)]


def test_a_function_url_and_a_load_balancer_lead_to_functions(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        FUNCTION
        + """
        resource "aws_lambda_function_url" "iris" {
          function_name      = aws_lambda_function.iris.function_name
          authorization_type = "NONE"
          cors { allow_origins = ["*"] }
        }
        resource "aws_lb_target_group" "iris" {
          name        = "iris"
          target_type = "lambda"
          lambda_multi_value_headers_enabled = true
        }
        resource "aws_lb_target_group_attachment" "iris" {
          target_group_arn = aws_lb_target_group.iris.arn
          target_id        = aws_lambda_function.iris.arn
        }
        resource "aws_lb_listener" "http" {
          load_balancer_arn = aws_lb.front.arn
          default_action {
            type = "fixed-response"
            fixed_response {
              content_type = "text/plain"
            }
          }
        }
        resource "aws_lb_listener_rule" "predict" {
          listener_arn = aws_lb_listener.http.arn
          priority     = 10
          action {
            type             = "forward"
            target_group_arn = aws_lb_target_group.iris.arn
          }
          condition {
            path_pattern { values = ["/predict/*"] }
          }
          condition {
            http_request_method { values = ["POST"] }
          }
        }
        """,
    )
    assert [
        ("function-url", "ANY", "$default", "aws_lambda_function.iris"),
        ("alb-multi", "POST", "/predict/{proxy+}", "aws_lambda_function.iris"),
    ] == routes(template)


def test_triggers_are_read(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        FUNCTION
        + """
        resource "aws_sqs_queue" "orders" { name = "orders" }
        resource "aws_lambda_event_source_mapping" "orders" {
          event_source_arn = aws_sqs_queue.orders.arn
          function_name    = aws_lambda_function.iris.arn
          batch_size       = 5
        }
        resource "aws_s3_bucket" "videos" { bucket = "videos" }
        resource "aws_s3_bucket_notification" "videos" {
          bucket = aws_s3_bucket.videos.id
          lambda_function {
            lambda_function_arn = aws_lambda_function.iris.arn
            events              = ["s3:ObjectCreated:*"]
          }
        }
        resource "aws_cloudwatch_event_rule" "hourly" { schedule_expression = "rate(1 hour)" }
        resource "aws_cloudwatch_event_target" "hourly" {
          rule = aws_cloudwatch_event_rule.hourly.name
          arn  = aws_lambda_function.iris.arn
        }
        resource "aws_scheduler_schedule" "nightly" {
          schedule_expression = "cron(0 3 * * ? *)"
          state               = "DISABLED"
          flexible_time_window { mode = "OFF" }
          target {
            arn      = aws_lambda_function.iris.arn
            role_arn = aws_iam_role.scheduler.arn
          }
        }
        resource "aws_sns_topic" "news" { name = "news" }
        resource "aws_sns_topic_subscription" "news" {
          topic_arn = aws_sns_topic.news.arn
          protocol  = "lambda"
          endpoint  = aws_lambda_function.iris.arn
        }
        """,
    )
    queue, topic = "arn:aws:sqs:us-east-1:123456789012:orders", "arn:aws:sns:us-east-1:123456789012:news"
    assert {
        (Shape.SQS, queue, True),
        (Shape.S3, "videos", True),
        (Shape.SCHEDULE, "rate(1 hour)", True),
        (Shape.SCHEDULE, "cron(0 3 * * ? *)", False),
        (Shape.SNS, topic, True),
    } == {(one.shape, one.source, one.enabled) for one in template.triggers}
    assert {"aws_lambda_function.iris"} == {one.function for one in template.triggers}


MODULE = """
variable "name" { type = string }
variable "bucket" {}
variable "timeout" { default = 7 }
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/code.zip"
}
resource "aws_lambda_function" "this" {
  function_name = var.name
  handler       = "app.handler"
  filename      = data.archive_file.code.output_path
  timeout       = var.timeout
  environment {
    variables = { BUCKET = var.bucket, GREETING = file("${path.module}/greeting.txt") }
  }
}
output "name" { value = aws_lambda_function.this.function_name }
output "invoke_arn" { value = aws_lambda_function.this.invoke_arn }
"""


def test_a_module_in_a_folder_is_read_with_what_it_is_given_and_what_it_gives(tmp_path: Path) -> None:
    module = tmp_path / "modules" / "function"
    (module / "src").mkdir(parents=True)
    (module / "main.tf").write_text(MODULE)
    (module / "greeting.txt").write_text("hello")
    api = REST.replace("aws_lambda_function.iris.invoke_arn", "module.wine.invoke_arn")
    template = read(
        tmp_path,
        api
        + """
        resource "aws_s3_bucket" "models" { bucket = "models-of-${module.wine.name}" }
        module "wine" {
          source = "./modules/function"
          name   = "wine"
          bucket = "models"
        }
        module "many" {
          source   = "./modules/function"
          for_each = toset(["a", "b"])
          name     = each.key
          bucket   = aws_s3_bucket.models.id
        }
        module "beer" {
          source  = "./modules/function"
          name    = "beer"
          bucket  = aws_s3_bucket.models.id
          timeout = 9
        }
        """,
    )
    wine, beer = template.functions.values()
    assert ("module.wine.aws_lambda_function.this", "wine", 7, module / "src") == (
        wine.id,
        wine.name,
        wine.timeout,
        wine.code,
    )
    assert ("beer", 9, {"BUCKET": "models-of-wine", "GREETING": "hello"}) == (beer.name, beer.timeout, beer.environment)
    assert [("rest", "ANY", "/items/{proxy+}", "module.wine.aws_lambda_function.this")] == routes(template)
    assert ["module.many: a module with count or for_each is not read; `terraform show -json` has what is in it."] == [
        f"{note.key}: {note.text}" for note in template.notes
    ]


def test_a_module_that_calls_itself_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"main\.tf:1: module\.again leads back to itself"):
        read(tmp_path, 'module "again" {\n  source = "./"\n}\n')


# --- what is not known, and what is wrong ----------------------------------------------------------------------------


def test_what_terraform_alone_knows_is_noted_with_file_line_and_argument(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """\
        variable "key" { type = string }
        resource "aws_lambda_function" "iris" {
          function_name = "iris"
          handler       = "app.handler"
          filename      = "."
          environment {
            variables = {
              KEY  = var.key
              HOST = aws_db_instance.main.address
              OK   = "1"
            }
          }
        }
        module "network" { source = "terraform-aws-modules/vpc/aws" }
        """,
    )
    assert {"OK": "1"} == template.functions["aws_lambda_function.iris"].environment
    assert [
        f"{tmp_path}/main.tf:8: aws_lambda_function.iris.environment.variables.KEY: variable `key` has no default and "
        "is not given; it is read as if it were not there.",
        f"{tmp_path}/main.tf:9: aws_lambda_function.iris.environment.variables.HOST: there is no `aws_db_instance` in "
        "this folder; it is read as if it were not there.",
        f"{tmp_path}/main.tf:14: module.network: its source is not in a folder here, so it is not read; "
        "`terraform show -json` has what is in it.",
    ] == [str(note) for note in template.notes]


def test_a_name_that_is_not_known_and_a_part_without_its_whole_are_noted(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """\
        resource "aws_lambda_function" "iris" {
          function_name = "iris-${random_id.suffix.hex}"
          filename      = "."
        }
        resource "aws_s3_bucket_notification" "videos" {
          bucket = "of-another-configuration"
          lambda_function {
            lambda_function_arn = aws_lambda_function.iris.arn
            events              = ["s3:ObjectCreated:*"]
          }
        }
        """,
    )
    assert "iris" == template.functions["aws_lambda_function.iris"].name
    assert () == template.triggers
    assert [
        "aws_lambda_function.iris.function_name: there is no `random_id` in this folder; it is called `iris` here.",
        "aws_s3_bucket_notification.videos: the aws_s3_bucket that it belongs to is not here; it is left out.",
    ] == [f"{note.key}: {note.text}" for note in template.notes]


def test_a_wrong_value_is_told_in_terraforms_words(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"main\.tf:4: aws_lambda_function\.iris\.timeout: it cannot be 1000"):
        read(
            tmp_path,
            """\
            resource "aws_lambda_function" "iris" {
              function_name = "iris"
              filename      = "."
              timeout       = 1000
            }
            """,
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('resource "aws_lambda_function" {\n}\n', r"main\.tf:1: a block `resource` has 2 labels, not 1"),
        ("locals {\n  a = 1 +\n}\n", r"main\.tf:[23]: it is not HCL"),
        (
            'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_sqs_queue" "q" {\n  name = local.a\n}\n',
            r"local\.a leads back to itself",
        ),
        (
            'variable "a" {\n  default = var.a\n}\nlocals {}\nresource "aws_sqs_queue" "q" {\n  name = var.a\n}\n',
            "var.a leads",
        ),
        ('resource "aws_sqs_queue" "q" {\n  count = length(aws_sqs_queue.q)\n}\n', "aws_sqs_queue.q leads back"),
    ],
)
def test_what_terraform_would_refuse_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TemplateError, match=told):
        read(tmp_path, text)


def test_variables_come_from_the_contract_then_tfvars_then_defaults(tmp_path: Path) -> None:
    text = """
    variable "a" { default = "default" }
    variable "b" { default = "default" }
    variable "c" { default = "default" }
    variable "d" { default = "default" }
    resource "aws_lambda_function" "one" {
      function_name = join("-", [var.a, var.b, var.c, var.d])
      filename      = "."
    }
    """
    template = read(
        tmp_path,
        text,
        {"a": "given"},
        terraform__tfvars='a = "file"\nb = "file"\nc = "file"\n',
        x__auto__tfvars__json=json.dumps({"c": "auto"}),
    )
    assert "given-file-auto-default" == template.functions["aws_lambda_function.one"].name
    with pytest.raises(TemplateError, match=r"no variable `e`. Its variables: a, b, c, d"):
        templates.load(tmp_path, {"e": "1"})


@pytest.mark.parametrize(
    ("count", "names"), [("count = 2", ["f-0", "f-1"]), ('for_each = toset(["b", "a"])', ["f-a", "f-b"])]
)
def test_each_of_count_and_for_each_is_a_function(tmp_path: Path, count: str, names: list[str]) -> None:
    key = "count.index" if "count" in count else "each.key"
    text = f"""
    resource "aws_lambda_function" "f" {{
      {count}
      function_name = "f-${{{key}}}"
      filename      = "."
    }}
    """
    assert names == [one.name for one in read(tmp_path, text).functions.values()]


EXPRESSIONS: Mapping[str, Any] = {
    '"a${1 + 2}b"': "a3b",
    '"$${a} %%{b} \\"q\\" \\u00e9"': '${a} %{b} "q" é',
    "[for one in [1, 2, 3] : one * 2 if one != 2]": [2, 6],
    "{ for key, value in { a = 1, b = 2 } : upper(key) => value }": {"A": 1, "B": 2},
    '{ a = 1, "b": 2, (lower("C")) = 3 }': {"a": 1, "b": 2, "c": 3},
    "true && !false || false": True,
    "1 < 2 ? -1 : 1": -1,
    '{ a = [{ b = "x" }] }.a[0].b': "x",
    '{ a = [{ b = "x" }, { b = "y" }] }.a[*].b': ["x", "y"],
    'format("%s-%d", "a", 1)': "a-1",
    'try(var.nothing, "else")': "else",
    "concat([[1], [2]]...)": [1, 2],
    'jsonencode({ a = [true, null, "x"] })': '{"a": [true, null, "x"]}',
    'lookup({ a = 1 }, "b", 2)': 2,
    "10 / 4": 2.5,
    '<<-EOT\n    hello ${upper("x")}\n      there\n  EOT\n': "hello X\n  there\n",
}


@pytest.mark.parametrize("written", EXPRESSIONS, ids=str)
def test_an_expression_has_its_value(written: str) -> None:
    file = Path("main.tf")
    (block,) = [hcl._body(hcl.parse(f"a = {written}\n", file), "", (), Place(file, 1))]
    assert EXPRESSIONS[written] == evaluate(block.arguments["a"], Scope({}, Place(file, 1)))


def test_resources_may_be_counted_by_other_resources_and_odd_counts_are_noted(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        resource "aws_lambda_function" "b" {
          for_each      = aws_lambda_function.a
          function_name = "b-${each.value.function_name}"
          filename      = "."
        }
        resource "aws_lambda_function" "a" {
          for_each      = jsondecode("{\\"x\\": 1, \\"y\\": 2}")
          function_name = each.key
          filename      = "."
        }
        resource "aws_lambda_function" "c" {
          count    = "many"
          filename = "."
        }
        resource "aws_lambda_function" "d" {
          for_each = range(100000)
          filename = "."
        }
        """,
    )
    assert ["b-x", "b-y", "x", "y", "c-0"] == [one.name for one in template.functions.values()]
    assert ["aws_lambda_function.c.count", "aws_lambda_function.d.for_each"] == [note.key for note in template.notes]


@pytest.mark.parametrize(
    "written",
    [
        "uuid()",
        'templatefile("nothing", {})',
        'templatefile("main.tf", 1)',
        'file("nothing")',
        "aws_x.y.z",
        '"%{ if true }x%{ endif }"',
        '"a" + 1',
        "[1][3]",
        "lower(1)",
    ],
)
def test_what_cannot_be_known_is_unresolved_and_never_guessed(written: str) -> None:
    file = Path("main.tf")
    block = hcl._body(hcl.parse(f"a = {written}\n", file), "", (), Place(file, 1))
    assert isinstance(evaluate(block.arguments["a"], Scope({}, Place(file, 1))), Unresolved)


# --- terraform show -json --------------------------------------------------------------------------------------------

VALUES: Mapping[str, Mapping[str, Any]] = {
    "aws_lambda_function.iris": {
        "function_name": "iris", "handler": "app.handler", "runtime": "python3.12", "timeout": 9,
        "filename": "build/code.zip", "environment": [{"variables": {"A": "1"}}],
    },
    "aws_apigatewayv2_api.http": {"name": "http", "protocol_type": "HTTP"},
    "aws_apigatewayv2_integration.iris": {"integration_type": "AWS_PROXY", "payload_format_version": "2.0"},
    "aws_apigatewayv2_route.one": {"route_key": "POST /predict", "authorization_type": "NONE"},
}  # fmt: skip
MADE_UP = {
    "aws_lambda_function.iris": {
        "arn": "arn:aws:lambda:eu-west-1:999988887777:function:iris",
        "invoke_arn": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:eu-west-1:999988887777:function:iris/invocations",
    },
    "aws_apigatewayv2_api.http": {"id": "x1y2z3"},
    "aws_apigatewayv2_integration.iris": {
        "id": "i1i1i1",
        "api_id": "x1y2z3",
        "integration_uri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:eu-west-1:999988887777:function:iris/invocations",
    },
    "aws_apigatewayv2_route.one": {"api_id": "x1y2z3", "target": "integrations/i1i1i1"},
}
REFERENCES = {
    "aws_apigatewayv2_integration.iris": {
        "api_id": ["aws_apigatewayv2_api.http.id", "aws_apigatewayv2_api.http"],
        "integration_uri": ["aws_lambda_function.iris.invoke_arn", "aws_lambda_function.iris"],
    },
    "aws_apigatewayv2_route.one": {
        "api_id": ["aws_apigatewayv2_api.http.id", "aws_apigatewayv2_api.http"],
        "target": ["aws_apigatewayv2_integration.iris.id", "aws_apigatewayv2_integration.iris"],
    },
}
ARCHIVE = {
    "address": "data.archive_file.code", "mode": "data", "type": "archive_file", "name": "code",
    "values": {"source_dir": "src", "output_path": "build/code.zip"},
}  # fmt: skip


def shown(prefix: str, values: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "address": prefix + address, "mode": "managed", "type": address.split(".")[0],
            "name": address.split(".")[1], "values": one,
        }
        for address, one in values.items()
    ]  # fmt: skip


def plan() -> dict[str, Any]:
    expressions = [
        {"address": address, "expressions": {key: {"references": found} for key, found in asked.items()}}
        for address, asked in REFERENCES.items()
    ]
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"resources": shown("module.api.", VALUES)}]}},
        "prior_state": {"values": {"root_module": {"child_modules": [{"resources": [ARCHIVE]}]}}},
        "configuration": {"root_module": {"module_calls": {"api": {"module": {"resources": expressions}}}}},
    }


def state() -> dict[str, Any]:
    values = {address: {**one, **MADE_UP[address]} for address, one in VALUES.items()}
    return {"format_version": "1.0", "values": {"root_module": {"resources": [*shown("", values), ARCHIVE]}}}


@pytest.mark.parametrize(("said", "prefix"), [(plan(), "module.api."), (state(), "")], ids=["plan", "state"])
def test_a_plan_and_a_state_have_the_same_functions_and_routes(
    tmp_path: Path, said: dict[str, Any], prefix: str
) -> None:
    (tmp_path / "shown.json").write_text(json.dumps(said))
    template = templates.load(tmp_path / "shown.json")
    function = template.functions[f"{prefix}aws_lambda_function.iris"]
    assert ("iris", 9, {"A": "1"}, tmp_path / "src") == (
        function.name,
        function.timeout,
        function.environment,
        function.code,
    )
    assert [("http-v2", "POST", "/predict", f"{prefix}aws_lambda_function.iris")] == routes(template)
    assert () == template.notes


# --- contracts and folders -------------------------------------------------------------------------------------------


def test_what_is_no_output_of_terraform_show_is_told(tmp_path: Path) -> None:
    wrong: tuple[object, ...] = (
        {"root_module": {"resources": [{"mode": "managed"}]}},
        {"root_module": {"resources": 7}},
        [],
    )
    for values in wrong:
        (tmp_path / "shown.json").write_text(json.dumps({"format_version": "1.0", "values": values}))
        with pytest.raises(TemplateError, match=r"shown\.json: (it is not what `terraform show -json`|Resources: it)"):
            templates.load(tmp_path / "shown.json")


@pytest.mark.parametrize("text", ["", "# nothing\n", "terraform {}\n"])
def test_a_folder_without_resources_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError, match="it has no resource"):
        read(tmp_path, text)


def test_a_contract_names_a_folder_of_terraforms_below_or_its_own(tmp_path: Path) -> None:
    contract = '[function]\ntemplate = "{}"\n\n[[case]]\nname = "one"\npayload = {{}}\nstatus = 200\n'
    infrastructure = tmp_path / "terraform"
    (infrastructure / "src").mkdir(parents=True)
    (infrastructure / "main.tf").write_text(FUNCTION)
    for folder, named in ((tmp_path, "terraform/"), (infrastructure, ".")):
        (folder / "contract.toml").write_text(contract.format(named))
        found = load(folder)
        assert ("iris", "app.handler", infrastructure / "src") == (
            found.function.name,
            found.function.handler,
            found.code,
        )


def test_a_folder_of_terraforms_is_served_without_a_contract(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "main.tf").write_text(FUNCTION + REST)
    found = target(tmp_path)
    assert ["iris"] == [one.function.name for one in found.contracts]
    assert [("wine", "iris")] == [(api.name, api.endpoints[0].function) for api in found.apis]
