terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "image_tag" {
  description = "What was pushed: docker push <repository>:<tag>, then apply."
  type        = string
  default     = "latest"
}

# The image, and the model.

resource "aws_ecr_repository" "iris" {
  name         = "iris"
  force_delete = true
}

resource "aws_s3_bucket" "models" {
  bucket        = "models"
  force_destroy = true
}

# The function, which may read the model and write its log.

resource "aws_iam_role" "iris" {
  name = "iris"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "log" {
  role       = aws_iam_role.iris.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "model" {
  name = "read-the-model"
  role = aws_iam_role.iris.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${aws_s3_bucket.models.arn}/*"
    }]
  })
}

resource "aws_lambda_function" "iris" {
  function_name = "iris"
  role          = aws_iam_role.iris.arn
  package_type  = "Image"
  image_uri     = "${aws_ecr_repository.iris.repository_url}:${var.image_tag}"
  timeout       = 10
  memory_size   = 1024

  environment {
    variables = {
      BUCKET_NAME = aws_s3_bucket.models.bucket
    }
  }
}

# The REST API before it.

resource "aws_api_gateway_rest_api" "iris" {
  name = "iris"
}

resource "aws_api_gateway_resource" "predict" {
  rest_api_id = aws_api_gateway_rest_api.iris.id
  parent_id   = aws_api_gateway_rest_api.iris.root_resource_id
  path_part   = "predict"
}

resource "aws_api_gateway_method" "predict" {
  rest_api_id   = aws_api_gateway_rest_api.iris.id
  resource_id   = aws_api_gateway_resource.predict.id
  http_method   = "POST"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "predict" {
  rest_api_id             = aws_api_gateway_rest_api.iris.id
  resource_id             = aws_api_gateway_resource.predict.id
  http_method             = aws_api_gateway_method.predict.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # Lambda's own API takes nothing else, whatever the client's method is
  uri                     = aws_lambda_function.iris.invoke_arn
}

resource "aws_api_gateway_deployment" "iris" {
  rest_api_id = aws_api_gateway_rest_api.iris.id
  depends_on  = [aws_api_gateway_integration.predict]
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.iris.id
  deployment_id = aws_api_gateway_deployment.iris.id
  stage_name    = "prod"
}

resource "aws_lambda_permission" "api" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.iris.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.iris.execution_arn}/*/POST/predict"
}

output "url" {
  value = "${aws_api_gateway_stage.prod.invoke_url}/predict"
}
