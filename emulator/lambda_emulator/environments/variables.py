"""The variables that Lambda sets for a function (R91), and that the RIE leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from lambda_emulator.definition import Definition

REGION = "us-east-1"
ACCOUNT = "123456789012"
CREDENTIALS = {
    # Invented, so that no handler under test ever signs with its developer's own keys.
    "AWS_ACCESS_KEY_ID": "AKIALAMBDAPROOF00000",
    "AWS_SECRET_ACCESS_KEY": "lambdaproof",
    "AWS_SESSION_TOKEN": "lambdaproof",
}


def function_arn(name: str) -> str:
    """Return the ARN that a function's context shows."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def of_lambda(
    function: Definition, *, execution_env: str, task_root: str, known: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return Lambda's own variables for a function whose code lies in `task_root`.

    `execution_env` is `AWS_Lambda_python3.x` for code, `AWS_Lambda_Image` for an image (AWS's base images replace it).
    `known` are those that somebody else has chosen, as LocalStack does credentials.
    """
    today = datetime.now(UTC)
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": execution_env,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{today:%Y/%m/%d}/[$LATEST]" + "0" * 32,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "LAMBDA_TASK_ROOT": task_root,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **known,
    }


def of_function(function: Definition, lambdas: Mapping[str, str], backend: Mapping[str, str]) -> dict[str, str]:
    """Return all variables a function sees: Lambda's, the backend's endpoint, then its own.

    Lambda refuses own variables with reserved names, so none of them can hide one of Lambda's here either.
    """
    return {**backend, **function.environment, **lambdas}
