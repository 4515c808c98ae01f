"""Decodes each request without cogen, compares it with the value that was passed, and answers with a value: `judge.py CASES`.

It prints its port, and ends with its standard input. The decoders are those of the standard library and of jsonschema; the styles
of parameters are decoded as OpenAPI 3.1.1, "Style Values", and RFC 6570 define them.
"""

import json
import os
import sys
import threading
from decimal import Decimal
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, unquote_plus

import jsonschema


class Wrong(Exception):
    pass


def same(found, expected):
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[name], expected[name]) for name in found)
    return found == expected


def check(found, expected):
    if not same(found, expected):
        raise Wrong(f"found {found!r}, expected {expected!r}")


def is_text_of(text, value):
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, (int, float)):
        try:
            return Decimal(text) == Decimal(repr(value))
        except ArithmeticError:
            return False
    return text == value


def check_text(text, value):
    if text is None or not is_text_of(text, value):
        raise Wrong(f"found {text!r}, expected {value!r}")


def check_texts(texts, values):
    if len(texts) != len(values):
        raise Wrong(f"found {texts!r}, expected {values!r}")
    for text, value in zip(texts, values):
        check_text(text, value)


def check_members(pairs, value):
    found = dict(pairs)
    if len(found) != len(pairs) or found.keys() != value.keys():
        raise Wrong(f"found {pairs!r}, expected {value!r}")
    for name, part in value.items():
        check_text(found[name], part)


def separated(raw, separator, value, decode):
    """The elements of an array, or the alternating names and values of an object."""
    parts = [decode(part) for part in raw.split(separator)]
    if isinstance(value, dict):
        check_members(list(zip(parts[::2], parts[1::2])), value)
    else:
        check_texts(parts, value)


def pairs_of(raw, separator, decode):
    pairs = [part.partition("=") for part in raw.split(separator)]
    return [(decode(name), decode(text)) for name, _, text in pairs]


def written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else format(Decimal(repr(value)).normalize(), "f")


def check_path(raw, style, explode, value):
    if style == "label":
        if not raw.startswith("."):
            raise Wrong(f"no label: {raw!r}")
        raw = raw[1:]
        if isinstance(value, (list, dict)) and explode:
            # A point is also a character of values, so the elements cannot be distinguished.
            parts = value if isinstance(value, list) else [f"{name}={written(part)}" for name, part in value.items()]
            names = ".".join(map(written, parts))
            if isinstance(value, dict):
                return check(sorted(unquote(raw).split(".")), sorted(names.split(".")))
            return check(unquote(raw), names)
    elif style == "matrix":
        if isinstance(value, dict) and explode:
            return check_members(pairs_of(raw.removeprefix(";"), ";", unquote), value)
        if not isinstance(value, (list, dict)) or not explode:
            if not raw.startswith(";v="):
                raise Wrong(f"no matrix parameter: {raw!r}")
            raw = raw[3:]
        else:
            return check_texts([unquote(part.removeprefix("v=")) for part in raw.removeprefix(";").split(";")], value)
    if isinstance(value, dict) and explode:
        return check_members(pairs_of(raw, ",", unquote), value)
    if isinstance(value, (list, dict)):
        return separated(raw, ",", value, unquote)
    check_text(unquote(raw), value)


def check_query(raw, style, explode, value):
    if style == "form" and explode:
        pairs = parse_qsl(raw, keep_blank_values=True)
        if isinstance(value, dict):
            return check_members(pairs, value)
        texts = [text for name, text in pairs if name == "v"]
        return check_texts(texts, value if isinstance(value, list) else [value])
    if style == "deepObject":
        return check_members(parse_qsl(raw, keep_blank_values=True), {f"v[{name}]": part for name, part in value.items()})
    name, _, raw = raw.partition("=")
    if name != "v":
        raise Wrong(f"no parameter: {raw!r}")
    if not isinstance(value, (list, dict)):
        return check_text(unquote_plus(raw), value)
    separator = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "|"}[style]
    raw = raw.replace("%7C", "|") if separator == "|" else raw
    raw = raw.replace("+", "%20") if separator == "%20" else raw
    separated(raw, separator, value, unquote_plus)


def check_header(raw, explode, value):
    if raw is None:
        raise Wrong("no header")
    if isinstance(value, dict) and explode:
        return check_members(pairs_of(raw, ",", str.strip), value)
    if isinstance(value, (list, dict)):
        return separated(raw, ",", value, str.strip)
    check_text(raw, value)


def check_form(texts, value):
    """The texts of a name: an object is JSON, and an array of objects too, as one text or one for each element."""
    if isinstance(value, dict):
        check_texts(["1"] * len(texts), [1])
        return check(json.loads(texts[0]), value)
    if isinstance(value, list) and any(isinstance(part, (list, dict)) or part is None for part in value):
        decoded = [json.loads(text) for text in texts]
        return check(decoded[0] if len(decoded) == 1 and same(decoded[0], value) else decoded, value)
    check_texts(texts, value if isinstance(value, list) else [value])


def parts_of(content_type, body):
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=policy.HTTP)
    if not message.is_multipart():
        raise Wrong(f"not multipart: {content_type}")
    parts = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        parts.setdefault(name, []).append((part.get_payload(decode=True).decode(), part.get_content_type()))
    return parts


def judge(case, handler, body):
    part, value = case["part"], case.get("value")
    raw_path, _, query = handler.path.partition("?")
    content_type = handler.headers.get("content-type", "")
    if part == "parameter":
        location, style, explode = case["location"], case["style"], case["explode"]
        if location == "path":
            check_path(raw_path.split("/", 3)[3], style, explode, value)
        elif location == "query":
            check_query(query, style, explode, value)
        elif location == "header":
            raw = handler.headers.get("v")
            # What is beyond ASCII is UTF-8 in the bytes that `http.server` reads as Latin-1.
            check_header(raw and raw.encode("latin-1").decode(), explode, value)
        else:
            name, _, raw = handler.headers.get("cookie", "").partition("=")
            check(name, "v")
            check_text(unquote(raw), value)
    elif part == "content":
        check(json.loads(dict(parse_qsl(query))["v"]), value)
    elif part == "body":
        check(content_type.split(";")[0], "application/json")
        found = json.loads(body)
        check(found, value)
        if case["schema"] is not None:
            jsonschema.Draft202012Validator(case["schema"]).validate(found)
    elif part == "form":
        check(content_type.split(";")[0], "application/x-www-form-urlencoded")
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        for name, expected in value.items():
            check_form([text for key, text in pairs if key == name], expected)
    elif part == "multipart":
        parts = parts_of(content_type, body)
        for name, expected in value.items():
            found = parts.get(name, [])
            # How an array is sent whose schema is a union, a tuple or anything is not defined: JSON is one way.
            if case["nested"] and [kind for _, kind in found] == ["application/json"] and same(json.loads(found[0][0]), expected):
                continue
            if case["nested"] and isinstance(expected, list) and {kind for _, kind in found} == {"application/json"}:
                check([json.loads(text) for text, _ in found], expected)
                continue
            check_form([text for text, _ in found], expected)
            if isinstance(expected, dict):
                check({kind for _, kind in found}, {"application/json"})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet for each answer.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        case = CASES["/".join(self.path.partition("?")[0].split("/")[1:3])]
        status, answer, headers = case["status"], case["answer"], case["headers"]
        try:
            judge(case, self, body)
        except (Wrong, ValueError, KeyError, LookupError, jsonschema.ValidationError) as error:
            status, answer, headers = 422, f"{type(error).__name__}: {error}; {self.path} {dict(self.headers)} {body!r}", {}
        lines = status == 200 and case.get("lines")
        text = "".join(json.dumps(line) + "\n" for line in answer).encode() if lines else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/jsonl" if lines else "application/json")
        self.send_header("content-length", str(len(text)))
        for name, header in headers.items():
            self.send_header(name, header)
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        CASES = json.load(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()
