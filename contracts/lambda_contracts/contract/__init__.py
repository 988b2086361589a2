"""`contract.toml`, the file beside a handler: read, checked, and as frozen objects."""

from __future__ import annotations

from lambda_contracts.contract.cases import ACCEPTED, CASE_SHAPES, Case, Shapes
from lambda_contracts.contract.cloud_function import CloudFunction
from lambda_contracts.contract.contract import Contract
from lambda_contracts.contract.document import Budget, Document, Fuzz, json_schema
from lambda_contracts.contract.function import Function
from lambda_contracts.contract.lines import line_of
from lambda_contracts.contract.loading import FILE_NAME, TemplateReader, load, parse
from lambda_contracts.contract.routes import AuthorizerTable, CorsTable, RouteTable
from lambda_contracts.contract.setup import DynamoTable, Setup, TableKey

__all__ = [
    "ACCEPTED",
    "CASE_SHAPES",
    "FILE_NAME",
    "AuthorizerTable",
    "Budget",
    "Case",
    "CloudFunction",
    "Contract",
    "CorsTable",
    "Document",
    "DynamoTable",
    "Function",
    "Fuzz",
    "RouteTable",
    "Setup",
    "Shapes",
    "TableKey",
    "TemplateReader",
    "json_schema",
    "line_of",
    "load",
    "parse",
]
