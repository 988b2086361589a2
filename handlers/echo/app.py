from __future__ import annotations

from typing import Any

from proxy import BadRequest, payload, response


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Say what was said: `msg`, from the console's event or from the JSON of a web call."""
    try:
        said = payload(event)
        if not isinstance(said.get("msg"), str):
            raise BadRequest("msg must be a string.", "msg")
    except BadRequest as error:
        return response(400, str(error))
    return response(200, said["msg"])
