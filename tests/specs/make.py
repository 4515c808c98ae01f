#!/usr/bin/env python3
"""Writes the documents that are too regular to write by hand: `python3 tests/specs/make.py`.

ok/sixty-scopes.yaml, ok/names-hostile.json, ok/names-schemes.json, ok/docs-hostile.json and the deep and
encoded files of bad/. What it writes is checked in; a test need not run it.
"""

import gzip
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
OK = {"204": {"description": "ok"}}


def write(name, document):
    with open(os.path.join(HERE, "ok", name), "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


def api(title, **rest):
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1.0.0"}, "servers": [{"url": "https://api.example.com"}], **rest}


def schema(name):
    """A reference to a schema: JSON pointer escapes first, those of a URI fragment after."""
    name = name.replace("~", "~0").replace("/", "~1").replace("%", "%25")
    return {"$ref": "#/components/schemas/" + name.replace("#", "%23").replace('"', "%22").replace(" ", "%20")}


# ---------------------------------------------------------------- sixty scopes

AREAS = "accounts billing carts devices events files groups hooks invoices jobs keys labels members notes orders".split()


def sixty_scopes():
    def operation(name, scopes):
        return f'{{ operationId: {name}, responses: {{ "200": {{ description: ok }} }}, security: [{{ pool: [{", ".join(scopes)}] }}] }}'

    lines = [
        "# Sixty scopes in one API: requirement traits, `grant!` and the messages have to stay readable, and fast to compile.",
        "openapi: 3.0.1",
        'info: { title: sixty scopes, version: "1" }',
        "servers: [{ url: https://s1s2s3s4s5.execute-api.us-east-1.amazonaws.com/p }]",
        "paths:",
    ]
    for area in AREAS:
        read, write_, admin, audit = (f"{area}/{s}" for s in ("read", "write", "admin", "audit"))
        lines += [
            f"  /{area}:",
            f"    get: {operation('list_' + area, [read, write_, admin])}",
            f"    post: {operation('create_' + area, [write_, admin])}",
            f"    delete: {operation('clear_' + area, [admin])}",
            f"    put: {operation('audit_' + area, [audit])}",
        ]
    every = [f"{area}/{s}" for area in AREAS for s in ("read", "write", "admin", "audit")]
    lines += [
        "  /everything:",
        f"    get: {operation('everything', every)}",
        "components:",
        "  securitySchemes:",
        "    pool:",
        "      type: apiKey",
        "      name: Authorization",
        "      in: header",
        "      x-amazon-apigateway-authtype: cognito_user_pools",
        "      x-amazon-apigateway-authorizer:",
        "        type: cognito_user_pools",
        "        providerARNs: [arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Sixty0001]",
    ]
    with open(os.path.join(HERE, "ok", "sixty-scopes.yaml"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


# ---------------------------------------------------------------- names

KEYWORDS = """as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub
ref return self Self static struct super trait true type unsafe use where while async await dyn abstract become box
do final macro override priv typeof unsized virtual yield try gen union raw safe auto default macro_rules""".split()
ODD = [
    *["_", "__", "r#x", "r#type", " ", "1a", "9", "a b", "a.b", "a-b", "a/b", "a\\b", "$ref2", "@type", "#x", "{{"],
    *['a"b', "a'b", "a\nb", "a\tb", "é", "日本語", "🚀", "ـRTLـ", "a\u200db", "a\u200cb", "zwj\u200d", "x" * 300],
    *["Option", "Result", "String", "Vec", "Box", "Client", "Some", "None", "Ok", "Err", "Default", "Clone"],
    *["drop", "fmt", "new", "build", "send", "rt", "core", "std", "types", "auth", "scopes", "operations", "client"],
    *["serde", "i64", "u8", "bool", "str", "main", "cogen_runtime"],
]
CLASHES = ["foo-bar", "fooBar", "foo_bar", "FooBar", "FOO_BAR", "foo bar", "foo.bar"]
PATHS = """/ //double /trailing/ /a%20b /é /with.dots.json /~user /:colon /a:verb /{id} /{id}/ /{id}.json /pets/{pet-id}
/pets/{pet_id}/x /pets/{petId}/y /UPPER /upper /v1.2/things /a/b /a-b /a_b""".split()


def names():
    every = KEYWORDS + ODD + CLASHES
    text = {"type": "string"}

    def parameter(name, where, required=False):
        return {"name": name, "in": where, "required": required, "schema": text}

    def answer(body):
        return {"description": "ok", "content": {"application/json": {"schema": body}}}

    schemas = {n: {"type": "object", "properties": {"value": text}} for n in every}
    schemas["AllProperties"] = {"type": "object", "required": ["type", "self", "foo-bar"], "properties": {n: text for n in [*every, ""]}}
    schemas["AllSchemas"] = {"type": "object", "properties": {f"p{i}": schema(n) for i, n in enumerate(every)}}
    schemas["AllValues"] = {"type": "string", "enum": [*every, ""]}
    paths = {f"/op/{i}": {"get": {"operationId": n, "tags": [n], "responses": OK}} for i, n in enumerate(every)}
    paths["/all"] = {
        "post": {
            "operationId": "all",
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema("AllProperties")}}},
            "responses": {"200": answer(schema("AllSchemas")), "400": answer(schema("AllValues"))},
        }
    }
    headers = dict.fromkeys(n.lower() for n in every if n.isascii() and all(c.isalnum() or c in "-._" for c in n))
    paths["/params"] = {
        "get": {
            "operationId": "parameters",
            "parameters": [parameter(n, "query") for n in every] + [parameter(n, "header") for n in headers],
            "responses": OK,
        }
    }
    required = [("type", "path"), ("self", "path"), ("fn", "query"), ("Type", "query"), ("TYPE", "query"), ("super", "query")]
    paths["/required-params/{type}/{self}"] = {
        "get": {"operationId": "requiredParameters", "parameters": [parameter(n, w, True) for n, w in required], "responses": OK}
    }
    for path in [*PATHS, "/a b"]:
        paths[path] = {"get": {"responses": OK}}
    write("names-hostile.json", api("names: every keyword, clash and odd letter", paths=paths, components={"schemas": schemas}))


SCHEMES = ["aws.auth.sigv4", "TI-Authorizer", "1starts-with-digit", "a b", "Client", "Api", "Missing", "self", "Option", "fooBar", "foo_bar", "日本"]
SCOPES = ["a/read", "a-read", "a_read", "A/READ", "https://x.example.com/api/read", "*", "urn:x:y", "1", "self", "Self", "é"]


def scheme_names():
    schemes = {n: {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools"} for n in SCHEMES}
    paths = {
        f"/s{i}": {
            "get": {"responses": OK, "security": [{n: []}]},
            "post": {"responses": OK, "security": [{n: SCOPES[: i + 1]}]},
        }
        for i, n in enumerate(SCHEMES)
    }
    write("names-schemes.json", api("names of schemes and scopes", paths=paths, components={"securitySchemes": schemes}))


# ---------------------------------------------------------------- words

WORDS = {
    "fence": 'before\n```\nstd::fs::write("/tmp/written", "x").unwrap();\n```\nafter',
    "tilde": "~~~rust\npanic!();\n~~~",
    "indent": 'text\n\n    panic!("indented");\n',
    "quoteindent": "> \n>     panic!();\n",
    "listindent": "- item\n\n      panic!();\n1. one\n\n       panic!();",
    "closing": "```text\n```\n```rust\npanic!();\n```",
    "inlinefence": "a ``` b ``` c `unclosed",
    "script": "<script>alert(1)</script> <img src=x onerror=alert(1)> <b>bold</b>",
    "link": "[click](javascript:alert(1)) [x]: https://evil.example.com\n\n[x]: javascript:alert(1)\n![img](http://evil)",
    "intradoc": "[Vec] and [`Option`] and [nothing::Here] and [text][Vec]",
    "attr": '"] #![allow(warnings)] pub fn evil() {} #[doc = "',
    "rawend": '"# "## "### r#"x"#',
    "comment": "*/ /* // /// //! end",
    "slash": "/ leading slash\n/// triple\n//! bang",
    "backslash": "\\ \\n \\u{202e} \\",
    "cr": "one\rtwo\r\nthree\n\rfour",
    "controls": "nul\u0000 esc\u001b[31mred\u001b[0m bell\u0007 del\u007f c1\u009b31m",
    "separators": "line\u2028paragraph\u2029next\u0085nel\u000bvt\u000cff",
    "bidi": "a\u202eevil\u202c \u2066isolate\u2069 \u200frlm",
    "bom": "\ufeffbom inside\ufeff",
    "zerowidth": "a\u200bb\u200cc\u200dd",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "footnote": "text[^1]\n\n[^1]: note",
    "html": "<details><summary>s</summary>x</details> &lt; &amp; <!-- comment -->",
    "url": "see http://example.com/a_b_c and <https://example.com> and user@example.com",
    "interp": "{{ x }} #x $crate ${x} %s",
    "emoji": "🚀 ünïcode 日本語",
    "empty": "",
    "spaces": "   \n\t\n  ",
    "long": "word " * 200,
    "hashes": "# Heading\n## Another\n# Safety\n# Panics",
    "setext": "Heading\n=======\nOther\n---",
    "lazy": "> quote\nlazy\n    panic!();",
}


def words():
    paths, schemas = {}, {}
    for key, text in WORDS.items():
        paths["/" + key] = {
            "get": {
                "operationId": "get_" + key,
                "summary": text,
                "description": text,
                "tags": [key],
                "parameters": [{"name": "q", "in": "query", "description": text, "schema": {"type": "string", "default": text}}],
                "responses": {
                    "200": {
                        "description": text,
                        "headers": {"X-H": {"description": text, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": schema("S_" + key)}},
                    },
                    "400": {"description": text},
                },
                "security": [{"key_" + key: []}],
            }
        }
        properties = {
            "p": {"type": "string", "description": text, "example": text, "default": text},
            "e": {"type": "string", "enum": ["a"], "description": text},
            text: {"type": "integer", "description": "a property of this name"},
        }
        if text:
            properties["v"] = {"type": "string", "enum": [text, text + "2"]}
        schemas["S_" + key] = {"type": "object", "title": text, "description": text, "properties": properties}
    document = api(WORDS["attr"] + WORDS["script"], paths=paths)
    document["info"] |= {
        "description": "\n\n".join(WORDS.values()),
        "version": '1"\n[dependencies]\nevil = "1"',
        "termsOfService": WORDS["link"],
        "contact": {"name": WORDS["attr"]},
        "license": {"name": 'MIT"\nbuild = "evil.rs'},
    }
    document["servers"][0]["description"] = WORDS["comment"]
    document["externalDocs"] = {"url": "javascript:alert(1)", "description": WORDS["script"]}
    document["tags"] = [{"name": k, "description": v} for k, v in WORDS.items()]
    keys = {"key_" + k: {"type": "apiKey", "in": "header", "name": "X-Key-" + k, "description": v} for k, v in WORDS.items()}
    document["components"] = {"schemas": schemas, "securitySchemes": keys}
    write("docs-hostile.json", document)


# ---------------------------------------------------------------- files that are none


def bad():
    files = {
        "deep.json": b'{"openapi":"3.0.3","x":' + b"[" * 20000 + b"]" * 20000 + b',"paths":{}}\n',
        "deep.yaml": b"openapi: 3.0.3\nx: " + b"[" * 20000 + b"]" * 20000 + b"\n",
        "flat-aliases.yaml": b"openapi: 3.0.3\nx: &x [" + b",".join([b"y"] * 200) + b"]\nlist: [" + b", ".join([b"*x"] * 2000) + b"]\n",
        "utf-16.yaml": "openapi: 3.0.3\npaths: {}\n".encode("utf-16"),
        "gzip.yaml": gzip.compress(b"openapi: 3.0.3\n", mtime=0),
    }
    for name, content in files.items():
        with open(os.path.join(HERE, "bad", name), "wb") as file:
            file.write(content)


if __name__ == "__main__":
    sixty_scopes()
    names()
    scheme_names()
    words()
    bad()
