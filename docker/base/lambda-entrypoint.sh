#!/bin/sh
# Lambda sets AWS_LAMBDA_RUNTIME_API; everywhere else the emulator stands in for it. exec: signals reach the runtime.
if [ $# -ne 1 ]; then
    echo "lambda-entrypoint.sh takes one argument, the handler: for example app.handler" >&2
    exit 142
fi
export _HANDLER="$1"
if [ -z "${AWS_LAMBDA_RUNTIME_API}" ]; then
    exec /usr/local/bin/aws-lambda-rie python3 -m awslambdaric "$1"
fi
exec python3 -m awslambdaric "$1"
