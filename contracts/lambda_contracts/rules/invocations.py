"""R80-R93: the Invoke API, the runtime and the environment of a function."""

from __future__ import annotations

from lambda_contracts.rules.rule import ANYWHERE, DOCUMENTED, INFERRED, RECORDED, rows

_INVOKE = "LocalStack AWS-validated test_lambda.py"
_INVOKE_DOC = "AWS docs: Lambda API, Invoke"
_RIE = "measured on the Runtime Interface Emulator"
_RIC = "measured with awslambdaric 4.2.2"

# One row a rule: id, fronts, confidence, source, statement.
# fmt: off
INVOCATION_RULES = rows(
    ("R80", ANYWHERE, RECORDED, _INVOKE,
     "RequestResponse is answered with 200 and X-Amz-Executed-Version, Event with an empty 202, DryRun with an empty "
     "204."),
    ("R81", ANYWHERE, RECORDED, _INVOKE,
     "An exception in the handler is still a 200, with X-Amz-Function-Error Unhandled and errorMessage, errorType (the "
     "bare class name), requestId and stackTrace as payload."),
    ("R82", ANYWHERE, RECORDED, _RIC,
     "A failed init looks the same with an empty requestId; errorType is Runtime.ImportModuleError, "
     "Runtime.HandlerNotFound, or Runtime.MarshalError for a result that is not JSON."),
    ("R83", ANYWHERE, RECORDED, _INVOKE,
     "A timeout is a function error of type Sandbox.Timedout that names the request and the seconds; /tmp survives it, "
     "globals do not."),
    ("R84", ANYWHERE, RECORDED, _INVOKE,
     "A runtime that exits gives Runtime.ExitError, with the exit status unless that is 0."),
    ("R85", ANYWHERE, RECORDED, _INVOKE,
     "A handler that returns None gives the payload null with 200, which is no error."),
    ("R86", ANYWHERE, RECORDED, _INVOKE,
     "A result over 6,291,556 bytes is a function error of type Function.ResponseSizeTooLarge, and the next "
     "invocations still work."),
    ("R87", ANYWHERE, RECORDED, _INVOKE,
     "A payload that is not JSON gives 400 InvalidRequestContentException, an unknown function 404, throttling 429."),
    ("R87d", ANYWHERE, DOCUMENTED, _INVOKE_DOC,
     "A synchronous request over 6 MB gives 413 RequestTooLargeException; an asynchronous one may have 1 MB, and had "
     "256 KB before 2025."),
    ("R88", ANYWHERE, INFERRED, "SAM CLI source; the Runtime Interface Emulator fails instead",
     "No payload is taken to be an empty object."),
    ("R89", ANYWHERE, RECORDED, _INVOKE,
     "LogType Tail returns the last 4 KB of the log as base64; the log has START, END and REPORT lines around the "
     "invocation's own."),
    ("R90", ANYWHERE, RECORDED, _INVOKE,
     "The client context is base64 JSON of at most 3,583 bytes, seen as context.client_context."),
    ("R91", ANYWHERE, RECORDED, "LocalStack AWS-validated test_introspection_invoke[python3.12]",
     "A Python function sees AWS's 29 environment variables, runs as sbx_user1051 in /var/task and may open 1,024 "
     "files; the emulator sets only a few of these."),
    ("R92", ANYWHERE, RECORDED, f"{_RIC}; {_RIE}",
     "The runtime leaves non-ASCII text unescaped only where AWS_EXECUTION_ENV names Python 3.12 or later; bytes go "
     "out raw and NaN as bare NaN, which is not JSON."),
    ("R93", ANYWHERE, RECORDED, f"LocalStack AWS-validated test_invocation_type_event_error; {_INVOKE_DOC}",
     "An asynchronous invocation that fails is tried up to two more times."),
)
# fmt: on
