"""A server on the loopback interface that records each request as it was sent, and answers as it is asked to."""

import email
import email.policy
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote


class Wrong(Exception):
    """What differs from what the case requires."""


def expect(what, found, *expected):
    """Raises `Wrong` unless what was found is one of what is expected."""
    if not any(found == one and type(found) is type(one) for one in expected):
        raise Wrong(f"{what}: {found!r}, expected {expected[0]!r}")


class Answer(NamedTuple):
    status: int
    headers: dict = {}
    body: bytes = b""


class Request(NamedTuple):
    method: str
    target: str
    headers: list
    body: bytes

    def path(self):
        """The path as it was sent, percent-encoded."""
        return self.target.partition("?")[0]

    def raw_query(self):
        return self.target.partition("?")[2]

    def query(self):
        return parse_qsl(self.raw_query(), keep_blank_values=True)

    def header(self, name):
        """The lines of a header, joined as RFC 9110 does; None if there is none."""
        found = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(found) if found else None

    def media_type(self):
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def cookies(self):
        """Names and values; a value is read with its percent-encoding or its quotes undone."""
        pairs = (cookie.strip().partition("=") for cookie in (self.header("cookie") or "").split(";") if cookie.strip())
        return [(name, unquote(value.strip('"'))) for name, _, value in pairs]

    def form(self):
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def parts(self):
        """The parts of a multipart body: name, media type (None if it has none) and bytes."""
        content_type = self.header("content-type") or ""
        if not content_type.startswith("multipart/form-data"):
            raise Wrong(f"content type: {content_type!r}, expected multipart/form-data")
        text = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + self.body
        message = email.message_from_bytes(text, policy=email.policy.HTTP)
        if not message.is_multipart():
            raise Wrong("the body is not multipart")
        found = []
        for part in message.iter_parts():
            media = part.get_content_type() if part["content-type"] else None
            found.append((part.get_param("name", header="content-disposition"), media, part.get_payload(decode=True)))
        return found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        target = self.requestline.split(" ")[1]
        self.server.requests.append(Request(self.command, target, self.headers.items(), self.read_body()))
        answer = self.server.answer
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers and answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = respond

    def read_body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A program that ends may reset its connection after the answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Recorder:
    """The server, in a thread of its own; `calls` of the script are one after the other."""

    def __enter__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def expect_call(self, answer):
        """Forgets what was recorded, and answers from now on with `answer`."""
        self.server.requests, self.server.answer = [], answer

    def requests(self):
        return self.server.requests
