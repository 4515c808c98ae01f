"""The operations of `bench/rivals`: what each call has to send, what it is answered, and what the caller has to read of it."""

import json
from typing import Any, Callable, NamedTuple

from .schemas import FLAT, INTEGER, STRING, document, obj, ref
from .wire import Answer, Request, Wrong, expect

JSON = "application/json"
FILE = {"type": "string", "format": "binary"}
BYTES = b"\x00\xff\r\n--x"


class Call(NamedTuple):
    """One call of an operation: `request` checks what was sent, and `read` is what the caller prints of the answer."""

    name: str
    request: Callable[[Request], None]
    answer: Answer = Answer(204)
    read: Any = None


class Operation(NamedTuple):
    """A case: `name` is its crate and the function of its calls in `callers`; `description` may also have the method."""

    title: str
    name: str
    description: dict
    calls: list
    schemas: dict = {}


def parameter(place, schema=STRING, **more):
    return {"name": "v", "in": place, "required": True, "schema": schema, **more}


def with_parameters(*parameters):
    return {"parameters": list(parameters)}


def with_body(media, schema, **more):
    return {"requestBody": {"required": True, "content": {media: {"schema": schema, **more}}}}


def with_responses(**responses):
    """The responses by status, as `s200=`; a schema, or None where there is no content."""
    described = {}
    for status, schema in responses.items():
        content = {} if schema is None else {"content": {JSON: {"schema": schema}}}
        described[status.removeprefix("s")] = {"description": "An answer", **content}
    return {"responses": described}


def with_media(media, schema):
    return {"responses": {"200": {"description": "An answer", "content": {media: {"schema": schema}}}}}


def as_json(status, value, **headers):
    return Answer(status, {"Content-Type": JSON, **headers}, json.dumps(value).encode())


def anything(request):
    """The case is about the answer."""


def once(request, answer=Answer(204), read=None):
    return [Call("", request, answer, read)]


def is_query(*pairs):
    return lambda request: expect("query", request.query(), list(pairs))


def is_path(*targets):
    return lambda request: expect("path", request.path(), *targets)


def is_deep_object(request):
    expect("query", request.query(), [("v[a]", "x y&z")])


def is_matrix(request):
    expect("path", request.path(), "/call/;v=1;v=2")


def is_pipe_delimited(request):
    expect("query", request.raw_query().replace("%7C", "|").replace("+", "%20"), "v=a|b%20c")


def is_cookie(value):
    def check(request):
        expect("cookies", request.cookies(), [("v", value)])

    return check


def is_json_parameter(request):
    expect("query names", [name for name, _ in request.query()], ["v"])
    expect("v", json.loads(request.query()[0][1]), {"a": "x y", "b": 1})


def is_query_and_header(request):
    expect("query", request.query(), [("v", "in the query")])
    expect("header v", request.header("v"), "in the header")


def is_form(request):
    expect("content type", request.media_type(), "application/x-www-form-urlencoded")
    expect("form", sorted(request.form()), [("a", "x y&z"), ("b", "1")])


def is_json_body(request):
    expect("content type", request.media_type(), JSON)
    expect("body", json.loads(request.body), {"a": "x", "b": 1})


def is_multipart_with_files(request):
    parts = request.parts()
    expect("names of parts", sorted(name for name, _, _ in parts), ["file", "meta", "more", "more"])
    expect("file", [body for name, _, body in parts if name == "file"], [BYTES])
    expect("more", [body for name, _, body in parts if name == "more"], [b"1", b"2"])
    meta = next((media, body) for name, media, body in parts if name == "meta")
    expect("content type of meta", meta[0], JSON)
    expect("meta", json.loads(meta[1]), {"a": "x", "b": 1})


def is_png(request):
    expect("parts", request.parts(), [("file", "image/png", BYTES)])


def is_multipart_of_texts(request):
    expect("parts", sorted((name, body) for name, _, body in request.parts()), [("a", b"x"), ("b", b"1")])


def is_bytes(request):
    expect("content type", request.media_type(), "application/octet-stream")
    expect("body", request.body, BYTES)


def is_any_media(request):
    expect("body", request.body, BYTES)


def is_header_array(request):
    expect("header v", (request.header("v") or "").replace(", ", ","), "a,b")


def is_empty(request):
    expect("body", request.body, b"")


FLAT_VALUE = {"a": "x", "b": 1}
ITEMS = [{"a": "x"}, {"a": "y", "b": 2}]
EVENTS = Answer(200, {"Content-Type": "text/event-stream"}, b"".join(b"data: " + json.dumps(item).encode() + b"\n\n" for item in ITEMS))
LINES = Answer(200, {"Content-Type": "application/x-ndjson"}, b"".join(json.dumps(item).encode() + b"\n" for item in ITEMS))
TEXT = 'two lines\nand a "quote"'
UUID = "6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"
TOTAL = {"X-Total": {"schema": INTEGER}}
SEVERAL_BODIES = {"requestBody": {"required": True, "content": {JSON: {"schema": FLAT}, "multipart/form-data": {"schema": FLAT}}}}
FILES = obj({"file": FILE, "more": {"type": "array", "items": FILE}, "meta": FLAT}, "file")
WITH_TOTAL = {"responses": {"200": {"description": "An answer", "headers": TOTAL, "content": {JSON: {"schema": FLAT}}}}}
HEAD_WITH_TOTAL = {"method": "head", "responses": {"200": {"description": "An answer", "headers": TOTAL}}}

OPERATIONS = [
    Operation("deepObject", "deep_object", with_parameters(parameter("query", obj({"a": STRING}), style="deepObject", explode=True)), once(is_deep_object)),
    Operation("matrix", "matrix", with_parameters(parameter("path", {"type": "array", "items": INTEGER}, style="matrix", explode=True)), once(is_matrix)),
    Operation("pipeDelimited", "pipe_delimited", with_parameters(parameter("query", {"type": "array", "items": STRING}, style="pipeDelimited", explode=False)), once(is_pipe_delimited)),
    Operation("query array, exploded", "query_array", with_parameters({**parameter("query", {"type": "array", "items": STRING}), "required": False}), [
        Call("two", is_query(("v", "a b"), ("v", "c&d"))),
        Call("none", is_query()),
    ]),
    Operation("header array", "header_array", with_parameters(parameter("header", {"type": "array", "items": STRING})), once(is_header_array)),
    Operation("cookie", "cookie", with_parameters(parameter("cookie")), once(is_cookie("abc"))),
    Operation("cookie with special characters", "cookie_special", with_parameters(parameter("cookie")), once(is_cookie("a b;c=d"))),
    Operation("path value with a slash", "path_slash", with_parameters(parameter("path")), once(is_path("/call/a%2Fb%20c"))),
    Operation("uuid in a path", "path_uuid", with_parameters(parameter("path", {"type": "string", "format": "uuid"})), once(is_path(f"/call/{UUID}"))),
    Operation("parameter with content", "parameter_content", with_parameters({"name": "v", "in": "query", "content": {JSON: {"schema": FLAT}}}), once(is_json_parameter)),
    Operation("one name in query and header", "query_and_header", with_parameters(parameter("query"), parameter("header")), once(is_query_and_header)),
    Operation("form", "form", with_body("application/x-www-form-urlencoded", FLAT), once(is_form)),
    Operation("multipart with files", "multipart_files", with_body("multipart/form-data", FILES), once(is_multipart_with_files)),
    Operation("multipart with an encoding", "multipart_encoding", with_body("multipart/form-data", obj({"file": FILE}, "file"), encoding={"file": {"contentType": "image/png"}}), once(is_png)),
    Operation("several media types of a body", "several_media", SEVERAL_BODIES, [Call("json", is_json_body), Call("multipart", is_multipart_of_texts)]),
    Operation("bytes", "bytes_body", with_body("application/octet-stream", FILE), once(is_bytes)),
    Operation("any media type of a body", "any_media", with_body("*/*", FILE), once(is_any_media)),
    Operation("text", "text", with_media("text/plain", STRING), once(anything, Answer(200, {"Content-Type": "text/plain"}, TEXT.encode()), TEXT)),
    Operation("event stream", "event_stream", with_media("text/event-stream", ref("Item")), once(anything, EVENTS, ITEMS), {"Item": FLAT}),
    Operation("lines of JSON", "json_lines", with_media("application/x-ndjson", ref("Item")), once(anything, LINES, ITEMS), {"Item": FLAT}),
    Operation("no content", "no_content", {"method": "delete", **with_responses(s204=None)}, once(is_empty)),
    Operation("several successes", "several_successes", with_responses(s200=FLAT, s202=STRING, s204=None), [
        Call("200", anything, as_json(200, FLAT_VALUE), {"200": FLAT_VALUE}),
        Call("202", anything, as_json(202, "later"), {"202": "later"}),
        Call("204", anything, Answer(204), {"204": None}),
    ]),
    Operation("several errors", "several_errors", with_responses(s204=None, s404=FLAT, s5XX=STRING), [
        Call("204", anything),
        Call("404", anything, as_json(404, FLAT_VALUE), {"404": FLAT_VALUE}),
        Call("503", anything, as_json(503, "later"), {"503": "later"}),
    ]),
    Operation("error with another body", "error_other_body", with_responses(s204=None, s404=FLAT), once(anything, Answer(404, {"Content-Type": "text/html"}, b"<p>no</p>"), {"404": "<p>no</p>"})),
    Operation("response headers", "response_headers", WITH_TOTAL, once(anything, as_json(200, FLAT_VALUE, **{"X-Total": "7"}), {"body": FLAT_VALUE, "total": 7})),
    Operation("HEAD", "head", HEAD_WITH_TOTAL, once(is_empty, Answer(200, {"X-Total": "7", "Content-Length": "5"}), {"total": 7})),
]


def method(operation):
    return operation.description.get("method", "post" if "requestBody" in operation.description else "get")


def path(operation):
    parameters = operation.description.get("parameters", [])
    return "/call/{v}" if any(parameter["in"] == "path" for parameter in parameters) else "/call"


def described(operation):
    """The document of an operation."""
    description = {"operationId": "call", "responses": {"204": {"description": "Done"}}, **operation.description}
    description.pop("method", None)
    return document(path(operation), method(operation), description, operation.schemas)


def check_request(operation, call, request):
    """Raises `Wrong` if a request is not what the call has to send."""
    expect("method", request.method, method(operation).upper())
    if path(operation) == "/call":
        expect("path", request.path(), "/call")
    try:
        call.request(request)
    except ValueError as error:
        raise Wrong(f"the request cannot be read: {error}") from None
