#!/usr/bin/env python3
"""An independent reading of what `cogen inspect --format json` prints.

It shares no code with the generator: it reads a document with PyYAML or `json` and applies the rules for
security of Amazon API Gateway and of OpenAPI as they are written down in README.md ("inspect"). What it
prints has the same form, but for `name`, which is null here (names are the generator's own choice), and
for the wording of `errors`.

    inspect.py DOCUMENT          one JSON object a line; exit status 1 if an operation has errors
    inspect.py --compare DOCUMENT COGEN-OUTPUT
                                 compares with a file of cogen's output; prints each difference
"""

import json
import re
import sys

import yaml

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]
ANY = "x-amazon-apigateway-any-method"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTHTYPE = "x-amazon-apigateway-authtype"
TOKEN_KINDS = ("cognito_user_pools", "jwt", "oauth2", "openid_connect")
NO_SOURCES = ("iam", "oauth2", "openid_connect", "bearer", "basic")


class Refused(Exception):
    """The whole document can't be read."""


class Wrong(Exception):
    """The security of one operation can't be read."""


# ---------------------------------------------------------------- reading


def unique(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise Refused(f"duplicate key {key!r}")
        found[key] = value
    return found


def scalar(event):
    """A scalar by the core schema of YAML 1.2: `no`, `on` and dates are strings."""
    text = event.value
    if event.style is not None or event.tag == "tag:yaml.org,2002:str":
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


def intrinsic(tag, value):
    """`!GetAtt X` is the short form of `{"Fn::GetAtt": "X"}`."""
    name = tag[1:]
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


def yaml_value(events, event):
    if isinstance(event, yaml.AliasEvent):
        raise Refused("YAML aliases are not read")
    tag = event.tag if event.tag and event.tag.startswith("!") and len(event.tag) > 1 else None
    if isinstance(event, yaml.ScalarEvent):
        value = event.value if tag else scalar(event)
    elif isinstance(event, yaml.SequenceStartEvent):
        value = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            value.append(yaml_value(events, inner))
    else:
        pairs = []
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise Refused("a key that is not a scalar")
            pairs.append((key.value, yaml_value(events, next(events))))
        value = unique(pairs)
    return intrinsic(tag, value) if tag else value


def read(data):
    text = data.decode("utf-8-sig")
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text, object_pairs_hook=unique)
        except json.JSONDecodeError:
            pass  # a template, perhaps, that is still YAML
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = (e for e in yaml.parse(text, Loader=loader) if not isinstance(e, (yaml.StreamStartEvent, yaml.DocumentEndEvent)))
        if not isinstance(next(events), yaml.DocumentStartEvent):
            raise Refused("an empty file")
        value = yaml_value(events, next(events))
        if isinstance(next(events), yaml.DocumentStartEvent):
            raise Refused("several YAML documents in one file")
    except yaml.YAMLError as error:
        raise Refused(str(error)) from error
    return value


def has_extension(value):
    """Whether an object has an extension of the gateway itself."""
    return isinstance(value, dict) and any(k.startswith("x-amazon-apigateway-") for k in value)


def operations_of(item):
    """The operations of a path item with their methods: its own, then those of `additionalOperations` (OpenAPI 3.2)."""
    for key, operation in item.items():
        if key in METHODS or key == ANY:
            yield "ANY" if key == ANY else key.upper(), operation
    more = item.get("additionalOperations")
    for method, operation in more.items() if isinstance(more, dict) else []:
        if not method.startswith("x-"):
            yield method, operation


def is_gateway_document(root):
    """Whether an extension of the gateway is where the gateway defines one; in a schema or an example it has no meaning."""
    components = root.get("components") if isinstance(root.get("components"), dict) else {}
    holders = [root, components]
    for schemes in (root.get("securityDefinitions"), components.get("securitySchemes")):
        holders += schemes.values() if isinstance(schemes, dict) else []
    for key in ("servers", "tags"):
        holders += root[key] if isinstance(root.get(key), list) else []
    paths = root.get("paths")
    for item in paths.values() if isinstance(paths, dict) else []:
        holders.append(item)
        if isinstance(item, dict):
            holders += [unconditional(operation) for _, operation in operations_of(item)]
    return any(has_extension(holder) for holder in holders)


def is_intrinsic(value):
    return isinstance(value, dict) and any(k == "Ref" or k.startswith("Fn::") for k in value)


NO_VALUE = {"Ref": "AWS::NoValue"}


def unconditional(value):
    """The value of a CloudFormation condition whose other branch is empty: if the value is present, it is this one."""
    while isinstance(value, dict) and list(value) == ["Fn::If"] and isinstance(value["Fn::If"], list):
        branches = [b for b in value["Fn::If"][1:] if b != NO_VALUE]
        if len(branches) != 1:
            break
        value = branches[0]
    return value


# ---------------------------------------------------------------- schemes


def text(value):
    return value if isinstance(value, str) else ""


def place_of_name(scheme):
    """Where a scheme's own `in` and `name` put the credential; the Authorization header if it has none."""
    if text(scheme.get("type")) != "apiKey":
        return [{"in": "header", "name": "Authorization"}]
    where, name = scheme.get("in", "header"), scheme.get("name", "Authorization")
    where = where.lower() if isinstance(where, str) else where
    if where not in ("header", "query", "cookie") or not isinstance(name, str) or not name:
        raise Wrong("an apiKey scheme without a usable `in` and `name`")
    return [{"in": where, "name": name}]


def identity_sources(value):
    """The typed inputs of `identitySource`; None if it is absent or empty."""
    if value is None or value == "" or value == []:
        return None
    items = value if isinstance(value, list) else text(value).split(",")
    found = []
    for item in items:
        item = text(item).strip()
        if not item:
            raise Wrong("an identitySource that can't be read")
        match = re.fullmatch(r"(?:method\.request|\$request)\.(header|querystring)\.([^\s${}]+)", item)
        if match:
            found.append({"in": "header" if match[1] == "header" else "query", "name": match[2]})
        elif not re.match(r"\$?(stageVariables|context)\.", item):
            raise Wrong(f"identity source {item!r} is unknown")
    return found


def caches(block, http_api):
    """Whether API Gateway caches the result of an authorizer, so that it needs identity sources: by default for a REST API only."""
    ttl = block.get("authorizerResultTtlInSeconds")
    if ttl is not None:
        return str(ttl).strip() != "0"
    return not (http_api or "authorizerPayloadFormatVersion" in block)


def arn_text(value):
    if isinstance(value, dict) and list(value) == ["Fn::Sub"]:
        value = value["Fn::Sub"]
    return text(value)


def pool_of_issuer(issuer):
    """The pool of an issuer of either form: https://{cognito-idp,issuer-cognito-idp}.REGION.DOMAIN/ID."""
    pattern = r"https://(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)/([a-z0-9-]+_[0-9A-Za-z]+)/?"
    match = re.fullmatch(pattern, text(issuer))
    return match[1] if match else None


def jwt_issuers(block):
    """The issuers of a JWT authorizer with their audiences; the audiences are None for an HTTP API."""
    config = block.get("jwtConfiguration")
    config = config if isinstance(config, dict) else {}
    if isinstance(config.get("issuers"), list):
        return [(i.get("issuer"), i.get("audiences")) for i in config["issuers"] if isinstance(i, dict)]
    return [(config.get("issuer"), None)]


def jwt_token(block, scopes):
    """The accepted token kind: an HTTP API accepts either, a REST API the one that has an audience in `aud`."""
    if scopes:
        return "access"
    issuers = jwt_issuers(block)
    audiences = [audiences for _, audiences in issuers]
    if not all(isinstance(a, list) and a and all(isinstance(t, str) and "${" not in t for t in a) for a in audiences):
        return "any"
    if not all(pool_of_issuer(issuer) for issuer, _ in issuers):
        return "any"
    clients = {bool(re.fullmatch(r"[\w+]+", name, re.ASCII)) for a in audiences for name in a}
    return {(True,): "id", (False,): "access"}.get(tuple(clients), "any")


def pools(kind, block, scheme):
    found = []
    if kind == "openid_connect":
        url = text(scheme.get("openIdConnectUrl")).removesuffix("/.well-known/openid-configuration")
        if pool_of_issuer(url):
            found.append(pool_of_issuer(url))
    if kind == "cognito_user_pools":
        arns = block.get("providerARNs")
        for arn in arns if isinstance(arns, list) else []:
            match = re.fullmatch(r"arn:[a-z-]+:cognito-idp:[^:]*(?:\$\{[^}]*\}[^:]*)*:[^/]*:userpool/([a-z0-9-]+_[0-9A-Za-z]+)", arn_text(arn))
            if match:
                found.append(match[1])
    if kind == "jwt":
        for issuer, _ in jwt_issuers(block):
            if pool_of_issuer(issuer):
                found.append(pool_of_issuer(issuer))
    return list(dict.fromkeys(found))


def classify(scheme):
    """(kind, the gateway's own API key?) of a scheme, in the documented order."""
    block = scheme.get(AUTHORIZER)
    authtype = scheme.get(AUTHTYPE)
    if isinstance(block, dict):
        kind = block.get("type")
        if isinstance(kind, str):
            known = {
                "cognito_user_pools": "cognito_user_pools",
                "cognito_user_pool": "cognito_user_pools",
                "token": "lambda_token",
                "request": "lambda_request",
                "jwt": "jwt",
            }.get(kind.lower())
            if not known:
                raise Wrong(f"authorizer type {kind!r} is unknown")
            return known, False
        if kind is not None:
            raise Wrong("an authorizer type that is not text")
    elif block is not None:
        raise Wrong("an authorizer that is not an object")
    if isinstance(authtype, str):
        lower = authtype.lower()
        if lower == "awssigv4":
            return "iam", False
        if lower in ("cognito_user_pools", "cognito_user_pool"):
            return "cognito_user_pools", False
        return "lambda", False
    if authtype is not None:
        raise Wrong("an authtype that is not text")
    if block is not None:
        # Without a type, the members of the block identify the kind.
        if "providerARNs" in block:
            return "cognito_user_pools", False
        if "jwtConfiguration" in block:
            return "jwt", False
        raise Wrong("an authorizer without a type")
    kind = scheme.get("type")
    if kind == "apiKey":
        return "api_key", scheme.get("in") == "header" and text(scheme.get("name")).lower() == "x-api-key"
    if kind == "http":
        name = text(scheme.get("scheme")).lower()
        if not name:
            raise Wrong("an http scheme without its `scheme`")
        return (name if name in ("bearer", "basic") else "http"), False
    if kind == "basic":
        return "basic", False
    if kind == "oauth2":
        return "oauth2", False
    if kind == "openIdConnect":
        return "openid_connect", False
    raise Wrong(f"scheme type {kind!r} is unknown")


def demand(key, scheme, scopes, http_api):
    """The entry of one scheme in `authorization`, and whether it is the gateway's API key."""
    if not isinstance(scheme, dict) or is_intrinsic(scheme):
        raise Wrong(f"scheme {key!r} can't be read")
    kind, gateway_key = classify(scheme)
    block = scheme.get(AUTHORIZER) if isinstance(scheme.get(AUTHORIZER), dict) else {}
    if kind not in TOKEN_KINDS:
        scopes = []
    elif not isinstance(scopes, list) or not all(isinstance(s, str) for s in scopes):
        raise Wrong(f"the scopes of {key!r} can't be read")
    scopes = list(dict.fromkeys(scopes))
    sources = []
    if kind not in NO_SOURCES:
        sources = identity_sources(block.get("identitySource"))
        if sources is None:
            sources = place_of_name(scheme)
            if kind in ("lambda_request", "lambda", "lambda_token") and sources[0]["name"].lower() == "unused":
                if kind != "lambda_request" or caches(block, http_api):
                    raise Wrong(f"{key!r} names no identity source")
                sources = []
    if kind == "cognito_user_pools":
        token = "access" if scopes else "id"
    elif kind == "jwt":
        token = jwt_token(block, scopes)
    else:
        token = "access" if kind in ("oauth2", "openid_connect") else None
    matching = None
    if scopes:
        matching = "all" if kind in ("oauth2", "openid_connect") else "any"
    entry = {
        "scheme": key,
        "kind": kind,
        "token": token,
        "scopes": scopes,
        "match": matching,
        "sources": sources,
        "user_pools": pools(kind, block, scheme),
    }
    return entry, gateway_key


# ---------------------------------------------------------------- operations


class Document:
    def __init__(self, root):
        if not isinstance(root, dict) or not ("swagger" in root or "openapi" in root):
            raise Refused("neither `swagger` nor `openapi` at the root")
        self.root = root
        self.gateway = is_gateway_document(root)
        components = root.get("components") if isinstance(root.get("components"), dict) else {}
        self.schemes = {}
        for schemes in (root.get("securityDefinitions"), components.get("securitySchemes")):
            if isinstance(schemes, dict):
                self.schemes.update(schemes)
        self.key_from_authorizer = text(root.get("x-amazon-apigateway-api-key-source")).upper() == "AUTHORIZER"

    def scheme(self, key):
        found, seen = self.schemes.get(key), set()
        while isinstance(found, dict) and isinstance(found.get("$ref"), str):
            name = found["$ref"].rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
            if name in seen:
                raise Wrong("security schemes that refer to each other in a ring")
            seen.add(name)
            found = self.schemes.get(name)
        if found is None:
            raise Wrong(f"scheme {key!r} is not defined")
        return found

    def demands(self, item):
        """The entries of one object of a `security` list, with the gateway-key mark; `NONE` undeclared gives none."""
        if not isinstance(item, dict) or is_intrinsic(item):
            raise Wrong("a security requirement that is not an object of scheme names")
        found = []
        for key, scopes in item.items():
            if self.gateway and key == "NONE" and key not in self.schemes:
                continue
            found.append(demand(key, self.scheme(key), scopes, "x-amazon-apigateway-importexport-version" in self.root))
        return found

    def authorization(self, operation):
        if is_intrinsic(operation):
            raise Wrong("an operation behind a CloudFormation condition with two branches")
        security = operation.get("security")
        if security is None:
            security = self.root.get("security")
        if security is None:
            security = []
        if not isinstance(security, list):
            raise Wrong("`security` is not a list")
        if not self.gateway:
            alternatives = [[entry for entry, _ in self.demands(item)] for item in security]
            return alternatives or [[]]
        together = [d for item in security for d in self.demands(item)]
        auth = operation.get("x-amazon-apigateway-auth")
        if auth is not None:
            kind = text(auth.get("type")).upper() if isinstance(auth, dict) else ""
            keys = [d for d in together if d[0]["kind"] == "api_key"]
            if kind == "NONE":
                together = keys
            elif kind == "AWS_IAM":
                named = [d for d in together if d[0]["kind"] == "iam"]
                iam = {"scheme": self.iam_scheme(), "kind": "iam", "token": None, "scopes": [], "match": None, "sources": [], "user_pools": []}
                together = (named or [(iam, False)]) + keys
            else:
                raise Wrong("an `x-amazon-apigateway-auth` of an unknown type")
        if self.key_from_authorizer and any(d[0]["kind"].startswith("lambda") for d in together):
            together = [d for d in together if not d[1]]
        return [[entry for entry, _ in together]]

    def iam_scheme(self):
        """The document's own IAM scheme, since a client has one way to sign; `AWS_IAM` if it declares none."""
        for key, scheme in self.schemes.items():
            if isinstance(scheme, dict) and AUTHORIZER not in scheme and text(scheme.get(AUTHTYPE)).lower() == "awssigv4":
                return key
        return "AWS_IAM"

    def operations(self):
        paths = self.root.get("paths")
        if not isinstance(paths, dict):
            return
        for path, item in paths.items():
            if not (path.startswith("/") or path == "$default") or not isinstance(item, dict):
                continue
            if isinstance(item.get("$ref"), str) and item["$ref"].startswith("#/"):
                item = {**self.pointed(item), **item}
            elif isinstance(item.get("$ref"), str):
                print(f"{path}: the path item is elsewhere: {item['$ref']}", file=sys.stderr)
            found = list(operations_of(item))
            for method, operation in found:
                operation = unconditional(operation)
                if isinstance(operation, dict):
                    yield self.line(method, path, operation, len(found) > 1)

    def pointed(self, value):
        """The target of a reference, or the value itself."""
        for _ in range(16):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                break
            target = self.root
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, dict) else None
            value = target
        return value if isinstance(value, dict) else {}

    def preflight(self, operation, has_siblings):
        """Whether an open OPTIONS has only what a response to a browser's preflight request has."""
        integration = operation.get("x-amazon-apigateway-integration")
        if isinstance(integration, dict) and text(integration.get("type")).lower() == "mock":
            return True
        if not has_siblings or "requestBody" in operation:
            return False
        for parameter in operation.get("parameters") or []:
            parameter = self.pointed(parameter)
            name = text(parameter.get("name")).lower()
            if parameter.get("in") != "path" and name != "origin" and not name.startswith("access-control-"):
                return False
        usual = {"cache-control", "content-length", "content-type", "strict-transport-security", "vary"}
        for response in (operation.get("responses") or {}).values():
            response = self.pointed(response)
            names = {str(name).lower() for name in response.get("headers") or {}}
            if any(name not in usual and not name.startswith("access-control-") for name in names):
                return False
            contents = response.get("content") or {}
            schemas = [content.get("schema") for content in contents.values() if isinstance(content, dict)]
            if not all(self.nothing(schema) for schema in [response.get("schema"), *schemas] if schema is not None):
                return False
        return True

    def nothing(self, schema):
        if isinstance(schema, dict) and text(schema.get("$ref")).rsplit("/", 1)[-1] == "Empty":
            return True
        said = self.pointed(schema)
        words = {"type", "title", "description", "$schema", "example"}
        return said.get("type", "object") in ("object", "string") and all(
            key in words or key.startswith("x-") for key in said
        )

    def line(self, method, path, operation, has_siblings):
        errors, authorization = [], []
        try:
            authorization = self.authorization(operation)
        except Wrong as error:
            errors = [str(error)]
        is_open = authorization == [[]] and not errors
        cors = method == "OPTIONS" and self.gateway and is_open and self.preflight(operation, has_siblings)
        operation_id = operation.get("operationId")
        return {
            "method": method,
            "path": path,
            "operation_id": operation_id if isinstance(operation_id, str) else None,
            "name": None,
            "skipped": "cors" if cors else None,
            "authorization": authorization,
            "errors": errors,
        }


# ---------------------------------------------------------------- comparing


def compare(ours, theirs):
    """The differences, one line each; the text of errors and the name are not compared."""
    found = []
    left = {(o["method"], o["path"]): o for o in ours}
    right = {(o["method"], o["path"]): o for o in theirs}
    if [k for k in left] != [k for k in right] and sorted(left) == sorted(right):
        found.append("the operations are in another order")
    for key in [*left, *(k for k in right if k not in left)]:
        where = " ".join(key)
        if key not in right or key not in left:
            found.append(f"{where}: only the {'referee' if key in left else 'generator'} lists it")
            continue
        for field in ("operation_id", "skipped", "authorization"):
            if left[key][field] != right[key][field]:
                found.append(f"{where}: {field}: referee {json.dumps(left[key][field])}, generator {json.dumps(right[key][field])}; {left[key]['errors']} {right[key]['errors']}")
        if left[key]["errors"] and not right[key]["errors"]:
            found.append(f"{where}: the referee sees {left[key]['errors']}, the generator no error")
    return found


def main(arguments):
    compared = arguments[:1] == ["--compare"]
    names = arguments[1:] if compared else arguments
    if len(names) != (2 if compared else 1):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(names[0], "rb") as file:
            ours = list(Document(read(file.read())).operations())
    except (Refused, UnicodeDecodeError, RecursionError) as error:
        print(f"{names[0]}: {error}", file=sys.stderr)
        return 3
    if compared:
        with open(names[1], encoding="utf-8") as file:
            theirs = [json.loads(line) for line in file if line.strip()]
        found = compare(ours, theirs)
        for line in found:
            print(line)
        return 1 if found else 0
    for line in ours:
        print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    return 1 if any(line["errors"] for line in ours) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
