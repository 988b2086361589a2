"""R80-R93, R121-R124: the Invoke API, the runtime and the environment of a function."""

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
     "A payload that is not JSON gives 400 InvalidRequestContentException, an unknown function or qualifier 404 "
     "ResourceNotFoundException, throttling 429 TooManyRequestsException with a Reason and no Retry-After."),
    ("R87d", ANYWHERE, DOCUMENTED, _INVOKE_DOC,
     "A synchronous request may have 6 MB, an asynchronous one 1 MB; before 2025 that was 256 KB."),
    ("R87u", ANYWHERE, INFERRED, "no recording known",
     "A request is taken to be read before its function is looked for. Why a payload is not JSON is said in our words, "
     "and so are UnknownOperationException and ServiceException."),
    ("R88", ANYWHERE, INFERRED, "SAM CLI source; the Runtime Interface Emulator fails instead",
     "No payload is taken to be an empty object."),
    ("R89", ANYWHERE, RECORDED, _INVOKE,
     "LogType Tail returns the last 4 KB of the log as base64; the log has START, END and REPORT lines around the "
     "invocation's own."),
    ("R90", ANYWHERE, RECORDED, _INVOKE,
     "The client context is a base64 JSON object of at most 3,583 bytes, seen as context.client_context; another one "
     "gives 400 InvalidRequestContentException."),
    ("R90d", ANYWHERE, DOCUMENTED, _INVOKE_DOC,
     "Only synchronous invocations get the client context."),
    ("R90u", ANYWHERE, INFERRED, "no recording known",
     "A client context that is too long is taken to be refused like one that is no JSON object."),
    ("R91", ANYWHERE, RECORDED, "LocalStack AWS-validated test_introspection_invoke[python3.12]",
     "A Python function sees AWS's 29 environment variables, runs as sbx_user1051 in /var/task and may open 1,024 "
     "files; the emulator sets only a few of these."),
    ("R92", ANYWHERE, RECORDED, f"{_RIC}; {_RIE}",
     "The runtime leaves non-ASCII text unescaped only where AWS_EXECUTION_ENV names Python 3.12 or later; bytes go "
     "out raw and NaN as bare NaN, which is not JSON."),
    ("R93", ANYWHERE, RECORDED, f"LocalStack AWS-validated test_invocation_type_event_error; {_INVOKE_DOC}",
     "An asynchronous invocation that fails is tried up to two more times, with the same request id."),
    ("R93d", ANYWHERE, DOCUMENTED, "AWS docs: Lambda, error handling of asynchronous invocations",
     "It is tried again after one and after two minutes. An event that is throttled goes back to the queue, for up to "
     "six hours, and is tried again after one second, then more, up to five minutes."),
    ("R121", ANYWHERE, RECORDED, "LocalStack AWS-validated test_lambda_api.py; ex_aws pull request 442",
     "A function is named by its name, ARN or the end of one, and a version or alias. What is not valid gives 400 "
     "ValidationException with the value and the constraint, and a qualifier that differs from that of the name 400 "
     "InvalidParameterValueException."),
    ("R122", ANYWHERE, RECORDED, "error messages quoted in public repositories, 2018 to 2026",
     "A request that is too large gives 413 RequestEntityTooLargeException, which SDKs know by no class: Request must "
     "be smaller than 6291456 bytes for the InvokeFunction operation, or N byte payload is too large for the Event "
     "invocation type (limit 1048576 bytes)."),
    ("R123", ANYWHERE, RECORDED, "CloudWatch logs quoted in public repositories, 2024 to 2026",
     "The REPORT line of an invocation that Lambda ended says Status: timeout, or Status: error and Error Type. Since "
     "August 2025 the billed duration has the init duration in it, and is rounded up to milliseconds."),
    ("R124", ANYWHERE, RECORDED, "LocalStack AWS-validated test_lambda_destinations.py",
     "Destinations are told of an event with a record of version 1.0: requestContext (condition Success, "
     "RetriesExhausted or EventAgeExceeded, approximateInvokeCount), requestPayload, responseContext and "
     "responsePayload."),
)
# fmt: on
