"""The table, part two: what is no HTTP request. Events of triggers, sockets and authorizers.

The rule of a row here is the page of AWS's documentation that says it, by its file name.
"""

from __future__ import annotations

from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Kind, Row, always, changed, documented, or_absent, or_empty, or_null, sign

_ANY = Kind.ANY
_FLAG = Kind.FLAG
_FREE = Kind.FREE
_INTEGER = Kind.INTEGER
_LIST = Kind.LIST
_NUMBER = Kind.NUMBER
_OBJECT = Kind.OBJECT
_TEXT = Kind.TEXT
_TEXTS = Kind.TEXTS
_TEXT_LIST = Kind.TEXT_LIST
_TEXT_LISTS = Kind.TEXT_LISTS

_S3_PAGE = "notification-content-structure"
S3 = documented(
    always("/Records", _LIST, _S3_PAGE),
    always("/Records/*", _OBJECT, _S3_PAGE),
    always("/Records/*/eventVersion", _TEXT, _S3_PAGE),
    sign("/Records/*/eventSource", _TEXT, _S3_PAGE, "aws:s3"),
    always("/Records/*/awsRegion", _TEXT, _S3_PAGE),
    always("/Records/*/eventTime", _TEXT, _S3_PAGE, "ISO 8601, milliseconds, UTC"),
    always("/Records/*/eventName", _TEXT, _S3_PAGE, "like `ObjectCreated:Put`, without `s3:`"),
    always("/Records/*/userIdentity", _FREE, _S3_PAGE),
    always("/Records/*/requestParameters", _FREE, _S3_PAGE),
    always("/Records/*/responseElements", _FREE, _S3_PAGE),
    sign("/Records/*/s3", _OBJECT, _S3_PAGE),
    always("/Records/*/s3/s3SchemaVersion", _TEXT, _S3_PAGE),
    always("/Records/*/s3/configurationId", _TEXT, _S3_PAGE),
    always("/Records/*/s3/bucket", _OBJECT, _S3_PAGE),
    always("/Records/*/s3/bucket/name", _TEXT, _S3_PAGE),
    always("/Records/*/s3/bucket/ownerIdentity", _FREE, _S3_PAGE),
    always("/Records/*/s3/bucket/arn", _TEXT, _S3_PAGE),
    always("/Records/*/s3/object", _OBJECT, _S3_PAGE),
    always("/Records/*/s3/object/key", _TEXT, "E31", "URL-encoded, a space is `+`"),
    or_absent("/Records/*/s3/object/size", _INTEGER, _S3_PAGE, "bytes; not for a removal"),
    or_absent("/Records/*/s3/object/eTag", _TEXT, _S3_PAGE, "not for a removal"),
    or_absent("/Records/*/s3/object/versionId", _TEXT, _S3_PAGE, "with versioning"),
    or_absent("/Records/*/s3/object/sequencer", _TEXT, _S3_PAGE),
    *(
        or_absent(f"/Records/*/{key}", _FREE, _S3_PAGE)
        for key in (
            "glacierEventData",
            "replicationEventData",
            "intelligentTieringEventData",
            "lifecycleEventData",
        )
    ),
)

_BUS_PAGE = "eb-events-structure"
EVENTBRIDGE = documented(
    always("/version", _TEXT, _BUS_PAGE, "`0`"),
    always("/id", _TEXT, _BUS_PAGE, "a UUID"),
    sign("/detail-type", _TEXT, _BUS_PAGE),
    always("/source", _TEXT, _BUS_PAGE),
    always("/account", _TEXT, _BUS_PAGE),
    always("/time", _TEXT, _BUS_PAGE, "ISO 8601, seconds, UTC"),
    always("/region", _TEXT, _BUS_PAGE),
    or_empty("/resources", _TEXT_LIST, _BUS_PAGE),
    always("/detail", _ANY, _BUS_PAGE),
    or_absent("/replay-name", _TEXT, _BUS_PAGE, "when an archive is replayed"),
)

SCHEDULE = changed(
    EVENTBRIDGE,
    *documented(
        sign("/detail-type", _TEXT, "eb-run-lambda-schedule", "Scheduled Event"),
        sign("/source", _TEXT, "eb-run-lambda-schedule", "aws.events", "aws.scheduler"),
        or_empty("/detail", _ANY, "eb-run-lambda-schedule", "`{}`; EventBridge Scheduler sends it as a string"),
    ),
)

_SQS_PAGE = "with-sqs"
SQS = documented(
    always("/Records", _LIST, _SQS_PAGE),
    always("/Records/*", _OBJECT, _SQS_PAGE),
    always("/Records/*/messageId", _TEXT, _SQS_PAGE),
    always("/Records/*/receiptHandle", _TEXT, _SQS_PAGE),
    sign("/Records/*/body", _TEXT, _SQS_PAGE, note="may hold a wrapped event (E32)"),
    always("/Records/*/attributes", _TEXTS, _SQS_PAGE),
    or_empty("/Records/*/messageAttributes", _FREE, _SQS_PAGE),
    or_absent("/Records/*/md5OfMessageAttributes", _TEXT, _SQS_PAGE),
    always("/Records/*/md5OfBody", _TEXT, _SQS_PAGE),
    sign("/Records/*/eventSource", _TEXT, _SQS_PAGE, "aws:sqs"),
    always("/Records/*/eventSourceARN", _TEXT, _SQS_PAGE),
    always("/Records/*/awsRegion", _TEXT, _SQS_PAGE),
)

_SNS_PAGE = "with-sns"
SNS = documented(
    always("/Records", _LIST, _SNS_PAGE),
    always("/Records/*", _OBJECT, _SNS_PAGE),
    always("/Records/*/EventVersion", _TEXT, _SNS_PAGE),
    always("/Records/*/EventSubscriptionArn", _TEXT, _SNS_PAGE),
    sign("/Records/*/EventSource", _TEXT, _SNS_PAGE, "aws:sns"),
    sign("/Records/*/Sns", _OBJECT, _SNS_PAGE),
    always("/Records/*/Sns/SignatureVersion", _TEXT, _SNS_PAGE),
    always("/Records/*/Sns/Timestamp", _TEXT, _SNS_PAGE, "ISO 8601, milliseconds, UTC"),
    always("/Records/*/Sns/Signature", _TEXT, _SNS_PAGE),
    *(or_absent(f"/Records/*/Sns/{key}", _TEXT, _SNS_PAGE) for key in ("SigningCertUrl", "SigningCertURL")),
    always("/Records/*/Sns/MessageId", _TEXT, _SNS_PAGE),
    always("/Records/*/Sns/Message", _TEXT, _SNS_PAGE, "may hold a wrapped event (E32)"),
    or_empty("/Records/*/Sns/MessageAttributes", _FREE, _SNS_PAGE),
    always("/Records/*/Sns/Type", _TEXT, _SNS_PAGE, "`Notification`"),
    *(or_absent(f"/Records/*/Sns/{key}", _TEXT, _SNS_PAGE) for key in ("UnsubscribeUrl", "UnsubscribeURL")),
    always("/Records/*/Sns/TopicArn", _TEXT, _SNS_PAGE),
    or_null("/Records/*/Sns/Subject", _TEXT, _SNS_PAGE),
)

_DYNAMODB_PAGE = "with-ddb"
DYNAMODB = documented(
    always("/Records", _LIST, _DYNAMODB_PAGE),
    always("/Records/*", _OBJECT, _DYNAMODB_PAGE),
    always("/Records/*/eventID", _TEXT, _DYNAMODB_PAGE),
    always("/Records/*/eventName", _TEXT, _DYNAMODB_PAGE, "`INSERT`, `MODIFY` or `REMOVE`"),
    always("/Records/*/eventVersion", _TEXT, _DYNAMODB_PAGE),
    sign("/Records/*/eventSource", _TEXT, _DYNAMODB_PAGE, "aws:dynamodb"),
    always("/Records/*/awsRegion", _TEXT, _DYNAMODB_PAGE),
    sign("/Records/*/dynamodb", _OBJECT, _DYNAMODB_PAGE),
    or_absent("/Records/*/dynamodb/ApproximateCreationDateTime", _NUMBER, _DYNAMODB_PAGE, "seconds"),
    always("/Records/*/dynamodb/Keys", _FREE, _DYNAMODB_PAGE, "typed values, numbers are strings"),
    or_absent("/Records/*/dynamodb/NewImage", _FREE, _DYNAMODB_PAGE, "by the stream's view type"),
    or_absent("/Records/*/dynamodb/OldImage", _FREE, _DYNAMODB_PAGE, "by the stream's view type"),
    always("/Records/*/dynamodb/SequenceNumber", _TEXT, _DYNAMODB_PAGE),
    always("/Records/*/dynamodb/SizeBytes", _INTEGER, _DYNAMODB_PAGE),
    always("/Records/*/dynamodb/StreamViewType", _TEXT, _DYNAMODB_PAGE),
    always("/Records/*/eventSourceARN", _TEXT, _DYNAMODB_PAGE),
    or_absent("/Records/*/userIdentity", _FREE, _DYNAMODB_PAGE, "when an item expired"),
    *(
        or_absent(f"/{key}", _ANY, "services-ddb-windows", "with a tumbling window")
        for key in ("window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly")
    ),
)

_KINESIS_PAGE = "with-kinesis"
KINESIS = documented(
    always("/Records", _LIST, _KINESIS_PAGE),
    always("/Records/*", _OBJECT, _KINESIS_PAGE),
    sign("/Records/*/kinesis", _OBJECT, _KINESIS_PAGE),
    always("/Records/*/kinesis/kinesisSchemaVersion", _TEXT, _KINESIS_PAGE),
    always("/Records/*/kinesis/partitionKey", _TEXT, _KINESIS_PAGE),
    always("/Records/*/kinesis/sequenceNumber", _TEXT, _KINESIS_PAGE),
    or_empty("/Records/*/kinesis/data", _TEXT, _KINESIS_PAGE, "base64"),
    or_absent("/Records/*/kinesis/encryptionType", _TEXT, _KINESIS_PAGE),
    always("/Records/*/kinesis/approximateArrivalTimestamp", _NUMBER, _KINESIS_PAGE, "seconds"),
    sign("/Records/*/eventSource", _TEXT, _KINESIS_PAGE, "aws:kinesis"),
    always("/Records/*/eventVersion", _TEXT, _KINESIS_PAGE),
    always("/Records/*/eventID", _TEXT, _KINESIS_PAGE),
    always("/Records/*/eventName", _TEXT, _KINESIS_PAGE, "`aws:kinesis:record`"),
    always("/Records/*/invokeIdentityArn", _TEXT, _KINESIS_PAGE),
    always("/Records/*/awsRegion", _TEXT, _KINESIS_PAGE),
    always("/Records/*/eventSourceARN", _TEXT, _KINESIS_PAGE),
    *(
        or_absent(f"/{key}", _ANY, "services-kinesis-windows", "with a tumbling window")
        for key in ("window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly")
    ),
)

_SOCKET_PAGE = "apigateway-websocket-api-mapping-template-reference"
WEBSOCKET = documented(
    or_absent("/headers", _TEXTS, _SOCKET_PAGE, "on $connect and $disconnect"),
    or_absent("/multiValueHeaders", _TEXT_LISTS, _SOCKET_PAGE, "on $connect and $disconnect"),
    or_absent("/queryStringParameters", _TEXTS, _SOCKET_PAGE, "on $connect"),
    or_absent("/multiValueQueryStringParameters", _TEXT_LISTS, _SOCKET_PAGE, "on $connect"),
    or_absent("/stageVariables", _TEXTS, _SOCKET_PAGE),
    always("/requestContext", _OBJECT, _SOCKET_PAGE),
    always("/requestContext/routeKey", _TEXT, _SOCKET_PAGE),
    always("/requestContext/eventType", _TEXT, _SOCKET_PAGE, "`CONNECT`, `MESSAGE` or `DISCONNECT`"),
    always("/requestContext/extendedRequestId", _TEXT, _SOCKET_PAGE),
    always("/requestContext/requestTime", _TEXT, _SOCKET_PAGE),
    sign("/requestContext/messageDirection", _TEXT, _SOCKET_PAGE, "IN"),
    always("/requestContext/stage", _TEXT, _SOCKET_PAGE),
    always("/requestContext/connectedAt", _INTEGER, _SOCKET_PAGE, "milliseconds"),
    always("/requestContext/requestTimeEpoch", _INTEGER, _SOCKET_PAGE, "milliseconds"),
    always("/requestContext/identity", _FREE, _SOCKET_PAGE),
    always("/requestContext/requestId", _TEXT, _SOCKET_PAGE),
    always("/requestContext/domainName", _TEXT, _SOCKET_PAGE),
    sign("/requestContext/connectionId", _TEXT, _SOCKET_PAGE),
    always("/requestContext/apiId", _TEXT, _SOCKET_PAGE),
    or_absent("/requestContext/messageId", _TEXT, _SOCKET_PAGE, "on a message"),
    or_absent("/requestContext/disconnectStatusCode", _INTEGER, _SOCKET_PAGE, "on $disconnect"),
    or_absent("/requestContext/disconnectReason", _TEXT, _SOCKET_PAGE, "on $disconnect"),
    or_absent("/requestContext/authorizer", _FREE, _SOCKET_PAGE),
    or_absent("/body", _TEXT, _SOCKET_PAGE, "on a message"),
    always("/isBase64Encoded", _FLAG, _SOCKET_PAGE),
)

_LAMBDA_AUTHORIZER_PAGE = "apigateway-use-lambda-authorizer"
AUTHORIZER_TOKEN = documented(
    sign("/type", _TEXT, _LAMBDA_AUTHORIZER_PAGE, "TOKEN"),
    sign("/methodArn", _TEXT, _LAMBDA_AUTHORIZER_PAGE),
    always("/authorizationToken", _TEXT, _LAMBDA_AUTHORIZER_PAGE),
)

AUTHORIZER_REQUEST = documented(
    sign("/type", _TEXT, _LAMBDA_AUTHORIZER_PAGE, "REQUEST"),
    sign("/methodArn", _TEXT, _LAMBDA_AUTHORIZER_PAGE),
    or_absent("/version", _TEXT, "http-api-lambda-authorizer", "`1.0` from an HTTP API"),
    or_absent("/identitySource", _TEXT, "http-api-lambda-authorizer", "from an HTTP API"),
    or_absent("/authorizationToken", _TEXT, "http-api-lambda-authorizer", "from an HTTP API"),
    or_absent("/resource", _TEXT, _LAMBDA_AUTHORIZER_PAGE, "not from a WebSocket API"),
    or_absent("/path", _TEXT, _LAMBDA_AUTHORIZER_PAGE, "not from a WebSocket API"),
    or_absent("/httpMethod", _TEXT, _LAMBDA_AUTHORIZER_PAGE, "not from a WebSocket API"),
    or_null("/headers", _TEXTS, _LAMBDA_AUTHORIZER_PAGE),
    or_absent("/multiValueHeaders", _TEXT_LISTS, _LAMBDA_AUTHORIZER_PAGE),
    or_null("/queryStringParameters", _TEXTS, _LAMBDA_AUTHORIZER_PAGE),
    or_absent("/multiValueQueryStringParameters", _TEXT_LISTS, _LAMBDA_AUTHORIZER_PAGE),
    or_absent("/pathParameters", _TEXTS, _LAMBDA_AUTHORIZER_PAGE, "not from a WebSocket API"),
    or_null("/stageVariables", _TEXTS, _LAMBDA_AUTHORIZER_PAGE),
    always("/requestContext", _FREE, _LAMBDA_AUTHORIZER_PAGE),
)

_HTTP_AUTHORIZER_PAGE = "http-api-lambda-authorizer"
AUTHORIZER_V2 = documented(
    sign("/version", _TEXT, _HTTP_AUTHORIZER_PAGE, "2.0"),
    sign("/type", _TEXT, _HTTP_AUTHORIZER_PAGE, "REQUEST"),
    sign("/routeArn", _TEXT, _HTTP_AUTHORIZER_PAGE),
    or_null("/identitySource", _TEXT_LIST, _HTTP_AUTHORIZER_PAGE),
    always("/routeKey", _TEXT, _HTTP_AUTHORIZER_PAGE),
    always("/rawPath", _TEXT, _HTTP_AUTHORIZER_PAGE),
    or_empty("/rawQueryString", _TEXT, _HTTP_AUTHORIZER_PAGE),
    or_absent("/cookies", _TEXT_LIST, _HTTP_AUTHORIZER_PAGE),
    always("/headers", _TEXTS, _HTTP_AUTHORIZER_PAGE),
    or_absent("/queryStringParameters", _TEXTS, _HTTP_AUTHORIZER_PAGE),
    always("/requestContext", _FREE, _HTTP_AUTHORIZER_PAGE),
    or_absent("/pathParameters", _TEXTS, _HTTP_AUTHORIZER_PAGE),
    or_absent("/stageVariables", _TEXTS, _HTTP_AUTHORIZER_PAGE),
)

TRIGGERS: dict[Shape, tuple[Row, ...]] = {
    Shape.WEBSOCKET: WEBSOCKET,
    Shape.AUTHORIZER_REQUEST: AUTHORIZER_REQUEST,
    Shape.AUTHORIZER_TOKEN: AUTHORIZER_TOKEN,
    Shape.AUTHORIZER_V2: AUTHORIZER_V2,
    Shape.S3: S3,
    Shape.SCHEDULE: SCHEDULE,
    Shape.EVENTBRIDGE: EVENTBRIDGE,
    Shape.SQS: SQS,
    Shape.SNS: SNS,
    Shape.DYNAMODB: DYNAMODB,
    Shape.KINESIS: KINESIS,
}
