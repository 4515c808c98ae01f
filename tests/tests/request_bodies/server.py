"""An HTTP server that answers each request with what Werkzeug and the standard library read in its body.

It prints its port. Forms and `multipart/form-data` are read by Werkzeug, other multipart types by `email`.
"""

import email.parser
import email.policy
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header


def part(stored):
    data = stored.stream.read()
    return {
        "name": stored.name,
        "file": stored.filename,
        "type": stored.content_type,
        "headers": {k: v for k, v in stored.headers.items() if k.lower().startswith("x-")},
        "text": data.decode("utf-8", "replace"),
    }


def read(media_type, options, content_type, body):
    if media_type == "application/json":
        return json.loads(body)
    if media_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        parser = FormDataParser(silent=False)
        _, form, files = parser.parse(BytesIO(body), media_type, len(body), options)
        fields = [{"name": k, "text": v} for k, v in form.items(multi=True)]
        return {"fields": fields, "files": [part(f) for _, f in files.items(multi=True)]}
    if media_type.startswith("multipart/"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        return [
            {
                "name": p.get_param("name", header="content-disposition"),
                "type": p.get_content_type(),
                "text": p.get_payload(decode=True).decode(),
            }
            for p in message.iter_parts()
        ]
    return body.decode("utf-8", "replace")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        content_type = self.headers.get("content-type", "")
        media_type, options = parse_options_header(content_type)
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        seen = {"media_type": media_type, "type": options.get("type"), "body": read(media_type, options, content_type, body)}
        # What Python's media type parser does not show: how parts are labelled.
        seen["labels"] = [line.decode() for line in body.split(b"\r\n") if line.lower().startswith(b"content-type:")]
        text = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
