"""R130-R136: what Google's Cloud Functions do with a request, and with what a function returns."""

from __future__ import annotations

from lambda_contracts.rules.rule import CLOUD_FUNCTION, DOCUMENTED, INFERRED, RECORDED, rows

_FRAMEWORK = "functions-framework 3.10.2, run"
_HTTP_DOC = "Google docs: Cloud Run functions, HTTP functions"
_TIMEOUT_DOC = "Google docs: Cloud Run functions, function timeout"

# One row a rule: id, fronts, confidence, source, statement.
# fmt: off
CLOUD_FUNCTION_RULES = rows(
    ("R130", CLOUD_FUNCTION, DOCUMENTED, _HTTP_DOC,
     "An HTTP function on Google Cloud gets the request itself as a flask.Request: method, path, query, headers and "
     "body as the client sent them. There is no event, and every path leads to the function."),
    ("R131", CLOUD_FUNCTION, RECORDED, _FRAMEWORK,
     "What a function returns goes through Flask: an object or a list becomes JSON, text is text/html, a tuple may "
     "carry status and headers. statusCode in an object means nothing."),
    ("R132", CLOUD_FUNCTION, RECORDED, _FRAMEWORK,
     "A function that raises, or returns None or a number, gives 500 with X-Google-Status: crash and Flask's text; the "
     "instance lives on."),
    ("R133", CLOUD_FUNCTION, RECORDED, _FRAMEWORK,
     "/favicon.ico and /robots.txt give 404 without a call of the function."),
    ("R134", CLOUD_FUNCTION, DOCUMENTED, _TIMEOUT_DOC,
     "After the timeout, 60 s unless set and 3,600 s at most, the client gets 504; what the function answers later is "
     "discarded. Functions of the first generation give 408, after 540 s at most."),
    ("R135", CLOUD_FUNCTION, DOCUMENTED, "Google docs: Cloud Run functions, specifying dependencies in Python",
     "The build installs functions-framework where requirements.txt does not name it, and calls main.py."),
    ("R136", CLOUD_FUNCTION, INFERRED, "Google docs: Cloud Run troubleshooting; no recording",
     "A function whose process ends while it handles a request is taken to give 503."),
)
# fmt: on
