"""The table, part three: the request of a Google Cloud Function, which gets no event but the HTTP request itself.

Written down as JSON it is compared, recorded and shown like the events of Lambda's shapes.
"""

from __future__ import annotations

from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Kind, Row, always, documented, or_empty, sign

_RULE = "R130"

CLOUD: dict[Shape, tuple[Row, ...]] = {
    Shape.CLOUD_FUNCTION: documented(
        sign("/method", Kind.TEXT, _RULE),
        sign("/url", Kind.TEXT, _RULE, "/*", note="path and query as on the request line"),
        or_empty("/headers", Kind.TEXT_LISTS, _RULE, "names as the client wrote them"),
        or_empty("/body", Kind.TEXT, _RULE),
        always("/isBase64Encoded", Kind.FLAG, _RULE, "for a body that is not UTF-8"),
    )
}
