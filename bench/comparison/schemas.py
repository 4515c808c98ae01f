"""The schemas of `bench/rivals`, each with values that a client has to read and write back unchanged."""


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties, *required, **more):
    return {"type": "object", "properties": properties, "required": list(required), **more}


STRING, INTEGER, NUMBER, BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
CAT = obj({"kind": {"type": "string", "enum": ["cat"]}, "lives": INTEGER}, "kind", "lives")
DOG = obj({"kind": {"type": "string", "enum": ["dog"]}, "good": BOOLEAN}, "kind", "good")
PETS = {"Cat": CAT, "Dog": DOG}
FLAT = obj({"a": STRING, "b": INTEGER}, "a")

# Schemas: name, schema, values, other components.
SCHEMAS = [
    ("string", STRING, ["", "été \"q\"\n", "\U0001f98a"], {}),
    ("integer beyond 2^53", {"type": "integer", "format": "int64"}, [9007199254740993, -9223372036854775808], {}),
    ("integer above i64", {"type": "integer", "format": "uint64", "minimum": 0}, [18446744073709551615, 0], {}),
    ("integer with a fraction of zero", INTEGER, [3.0, 3], {}),
    ("number", NUMBER, [0.1, 5, -1e300, 1.7976931348623157e308], {}),
    ("format float", {"type": "number", "format": "float"}, [0.1, 3.3], {}),
    ("date", {"type": "string", "format": "date"}, ["2024-02-29", "0001-01-01"], {}),
    ("date-time keeps its offset", {"type": "string", "format": "date-time"}, ["2024-02-29T12:00:00+02:00", "2024-02-29T12:00:00Z"], {}),
    ("uuid keeps its spelling", {"type": "string", "format": "uuid"}, ["6F1B7A52-9A3B-4A6E-8D2E-0C6F5D1E2A3B"], {}),
    ("byte", {"type": "string", "format": "byte"}, ["AP8=", ""], {}),
    ("enum of strings", {"type": "string", "enum": ["red", "dark blue", "a/b", ""]}, ["red", "dark blue", "a/b", ""], {}),
    ("enum with an unlisted value", {"type": "string", "enum": ["red"]}, ["red", "green"], {}),
    ("enum of integers", {"type": "integer", "enum": [1, 10, -3]}, [1, 10, -3], {}),
    ("enum of numbers", {"type": "number", "enum": [0.5, 2]}, [0.5, 2], {}),
    ("enum values that differ in case", {"type": "string", "enum": ["a", "A", "a b", "a-b"]}, ["a", "A", "a b", "a-b"], {}),
    ("const", obj({"v": {"const": "fixed"}}, "v"), [{"v": "fixed"}], {}),
    ("required and nullable", obj({"v": {"type": ["string", "null"]}}, "v"), [{"v": None}, {"v": "x"}], {}),
    ("type list of scalars", obj({"v": {"type": ["string", "integer"]}}, "v"), [{"v": "1"}, {"v": 1}], {}),
    ("optional and nullable", obj({"v": {"type": ["integer", "null"]}}), [{}, {"v": None}, {"v": 1}], {}),
    ("nullable reference", obj({"v": {"anyOf": [ref("Flat"), {"type": "null"}]}}, "v"), [{"v": None}, {"v": {"a": "x"}}], {"Flat": FLAT}),
    ("nullable allOf of a reference", obj({"v": {"allOf": [ref("Flat"), {"type": ["object", "null"]}]}}), [{"v": {"a": "x"}}, {}], {"Flat": FLAT}),
    ("property names", obj({"type": STRING, "self": STRING, "a-b": STRING, "aB": STRING, "a_b": STRING, "": STRING, "1": STRING, "日本": STRING}), [{"type": "t", "self": "s", "a-b": "1", "aB": "2", "a_b": "3", "": "4", "1": "5", "日本": "6"}], {}),
    ("nested object", obj({"v": obj({"x": obj({"y": NUMBER}, "y")}, "x")}, "v"), [{"v": {"x": {"y": 1.5}}}], {}),
    ("free object", {"type": "object"}, [{}, {"a": [None, {"b": 1}]}], {}),
    ("any JSON", {}, [None, 1, "x", [], {"a": None}], {}),
    ("map", {"type": "object", "additionalProperties": INTEGER}, [{}, {"a b": 1}], {}),
    ("map of nullable", {"type": "object", "additionalProperties": {"type": ["integer", "null"]}}, [{"a": None, "b": 2}], {}),
    ("map of maps", {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": FLAT}}, [{"a": {"b": {"a": "x"}}}], {}),
    ("properties and additional ones", obj({"known": STRING}, "known", additionalProperties=INTEGER), [{"known": "k", "more": 1}], {}),
    ("patternProperties", {"type": "object", "patternProperties": {"^x-": INTEGER}, "additionalProperties": False}, [{"x-a": 1}], {}),
    ("closed object", obj({"a": STRING}, additionalProperties=False), [{"a": "x"}, {}], {}),
    ("array of nullable", {"type": "array", "items": {"type": ["string", "null"]}}, [["a", None], []], {}),
    ("array of arrays", {"type": "array", "items": {"type": "array", "items": NUMBER}}, [[[1, 0.5], []]], {}),
    ("unique items keep their order", {"type": "array", "items": STRING, "uniqueItems": True}, [["b", "a"]], {}),
    ("tuple", {"type": "array", "prefixItems": [STRING, INTEGER], "items": False, "minItems": 2}, [["a", 1]], {}),
    ("tuple with a rest", {"type": "array", "prefixItems": [STRING], "items": INTEGER, "minItems": 1}, [["a"], ["a", 1, 2]], {}),
    ("recursion", obj({"value": INTEGER, "children": {"type": "array", "items": ref("Case")}}, "value"), [{"value": 1, "children": [{"value": 2}]}], {}),
    ("recursion through a nullable", obj({"value": INTEGER, "next": {"anyOf": [ref("Case"), {"type": "null"}]}}, "value"), [{"value": 1, "next": {"value": 2, "next": None}}], {}),
    ("mutual recursion", obj({"other": ref("Other")}), [{"other": {"back": {}}}], {"Other": obj({"back": ref("Case")})}),
    ("allOf of references", {"allOf": [ref("Flat"), ref("More")]}, [{"a": "x", "b": 1, "c": True}], {"Flat": FLAT, "More": obj({"c": BOOLEAN})}),
    ("allOf with a member beside it", {"allOf": [ref("Flat")], "properties": {"c": BOOLEAN}, "required": ["c"]}, [{"a": "x", "c": True}], {"Flat": FLAT}),
    ("oneOf without a discriminator", {"oneOf": [ref("Cat"), ref("Dog")]}, [{"kind": "dog", "good": True}, {"kind": "cat", "lives": 9}], PETS),
    ("oneOf with a discriminator", {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}}}, [{"kind": "dog", "good": True}, {"kind": "cat", "lives": 9}], PETS),
    ("discriminator that variants do not declare", {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "t"}}, [{"t": "B", "x": 1}, {"t": "A", "x": 2}], {"A": obj({"x": INTEGER}, "x"), "B": obj({"x": INTEGER}, "x")}),
    ("parent with a discriminator", ref("Parent"), [{"t": "Child", "id": 1, "extra": "x"}], {"Parent": obj({"t": STRING, "id": INTEGER}, "t", "id", discriminator={"propertyName": "t"}), "Child": {"allOf": [ref("Parent"), obj({"extra": STRING}, "extra")]}}),
    ("variants by an integer constant", {"oneOf": [ref("A"), ref("B")]}, [{"v": 2, "x": 1}, {"v": 1, "x": 1}], {"A": obj({"v": {"const": 1}, "x": INTEGER}, "v"), "B": obj({"v": {"const": 2}, "x": INTEGER, "y": INTEGER}, "v")}),
    ("variants of which one has more members", {"oneOf": [ref("A"), ref("B")]}, [{"a": 1, "b": 2}, {"a": 1}], {"A": obj({"a": INTEGER}, "a"), "B": obj({"a": INTEGER, "b": INTEGER}, "a", "b")}),
    ("union of scalars and arrays", {"oneOf": [STRING, {"type": "array", "items": STRING}]}, ["x", ["x"]], {}),
    ("union of unions", {"oneOf": [{"oneOf": [ref("Cat"), ref("Dog")]}, INTEGER]}, [5, {"kind": "cat", "lives": 1}], PETS),
    ("reference into definitions", {"type": "object", "properties": {"v": {"$ref": "#/components/schemas/Case/$defs/D"}}, "$defs": {"D": {"type": "array", "items": INTEGER}}}, [{"v": [1]}], {}),
    ("reference with siblings", obj({"v": {"$ref": "#/components/schemas/Flat", "description": "text"}}, "v"), [{"v": {"a": "x"}}], {"Flat": FLAT}),
    ("if and then", {"type": "object", "properties": {"a": INTEGER}, "if": {"required": ["a"]}, "then": {"properties": {"b": INTEGER}}}, [{"a": 1, "b": 2}], {}),
]


def described(schema, others):
    """The document of a schema, as the component `Case`, with the other components that it refers to."""
    content = {"application/json": {"schema": ref("Whole")}}
    operation = {"operationId": "call", "requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "OK", "content": content}}}
    return document("/call", "post", operation, {"Whole": obj({"v": ref("Case")}, "v"), "Case": schema, **others})


def needs_31(value):
    """Whether a schema has what OpenAPI 3.0 has not: some generators read no other version."""
    if isinstance(value, list):
        return any(map(needs_31, value))
    if not isinstance(value, dict):
        return False
    newer = {"const", "prefixItems", "patternProperties", "$defs", "if", "then"} & value.keys()
    ty = value.get("type")
    return bool(newer) or isinstance(ty, list) or ty == "null" or any(map(needs_31, value.values()))


def version(schemas):
    return "3.1.0" if needs_31(schemas) else "3.0.3"


def document(path, method, operation, schemas):
    return {
        "openapi": version(schemas),
        "info": {"title": "case", "version": "1.0.0"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path: {method: operation}},
        "components": {"schemas": schemas},
    }


def as_30(value):
    """The same document in the terms of OpenAPI 3.0, as far as it is `null` that 3.1 writes in another way."""
    if isinstance(value, list):
        return [as_30(part) for part in value]
    if not isinstance(value, dict):
        return value
    null = {"type": "null"}
    if null in value.get("anyOf", []):
        return {"nullable": True, "allOf": [as_30(part) for part in value["anyOf"] if part != null]}
    found = {name: as_30(part) for name, part in value.items()}
    ty = found.get("type")
    if isinstance(ty, list) and len(ty) == 2 and "null" in ty:
        found |= {"type": next(one for one in ty if one != "null"), "nullable": True}
    if "openapi" in found:
        found["openapi"] = version(found["components"])
    return found
