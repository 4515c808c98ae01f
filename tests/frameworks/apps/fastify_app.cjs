// A Fastify application with @fastify/swagger that answers with what it understood: `node fastify_app.cjs PORT`.
"use strict";
const { Readable } = require("node:stream");
const Fastify = require("fastify");

// Fastify adds a HEAD route to each GET route, of the same operationId, if it is not switched off.
const app = Fastify({ exposeHeadRoutes: false, ajv: { customOptions: { coerceTypes: "array", allowUnionTypes: true } } });

const text = { type: "string" };
const integer = { type: "integer" };
const number = { type: "number" };
const flag = { type: "boolean" };
const object = (properties, ...required) => ({ type: "object", properties, required, additionalProperties: false });
const ref = (id) => ({ $ref: `${id}#` });

function shown(value) {
  if (Array.isArray(value)) return `[${value.map(shown).join(" ")}]`;
  if (Buffer.isBuffer(value)) return `bytes:${value.toString("hex")}`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${key}=${shown(value[key])}`).join(" ")}}`;
  }
  return `${typeof value}:${value}`;
}

const seen = (values) => ({ values: Object.fromEntries(Object.entries(values).map(([name, it]) => [name, shown(it)])) });

async function main() {
  await app.register(require("@fastify/swagger"), {
    openapi: { openapi: "3.1.0", info: { title: "Fastify judge", version: "1" } },
    exposeHeadRoutes: true,
  });
  await app.register(require("@fastify/cookie"));
  await app.register(require("@fastify/formbody"));
  await app.register(require("@fastify/multipart"), { attachFieldsToBody: true });

  app.addSchema({ $id: "Seen", title: "Seen", ...object({ values: { type: "object", additionalProperties: text } }, "values") });
  app.addSchema({ $id: "Color", title: "Color", type: "string", enum: ["red", "dark blue", "a/b"] });
  app.addSchema({
    $id: "Size",
    title: "Size",
    ...object({ width: number, height: { type: "number", default: 1.5 }, unit: { type: "string", enum: ["mm", "cm"], default: "mm" } }, "width"),
  });
  app.addSchema({ $id: "Cat", title: "Cat", ...object({ kind: { const: "cat" }, lives: integer }, "kind", "lives") });
  app.addSchema({ $id: "Dog", title: "Dog", ...object({ kind: { const: "dog" }, good: flag }, "kind", "good") });
  app.addSchema({
    $id: "Tree",
    title: "Tree",
    ...object({ value: integer, children: { type: "array", items: { $ref: "Tree#" } }, next: { anyOf: [{ $ref: "Tree#" }, { type: "null" }] } }, "value"),
  });
  app.addSchema({ $id: "Problem", title: "Problem", ...object({ statusCode: integer, error: text, message: text, code: text }, "statusCode", "message") });
  app.addSchema({
    $id: "Item",
    title: "Item",
    ...object(
      {
        name: { type: "string", minLength: 1 },
        count: { type: "integer", maximum: 100 },
        weight: { type: ["number", "null"] },
        note: { type: ["string", "null"] },
        color: ref("Color"),
        level: { type: "integer", enum: [1, 10] },
        ratio: { type: "number", enum: [0.5, 1] },
        made: { type: "string", format: "date" },
        updated: { type: "string", format: "date-time" },
        ident: { type: "string", format: "uuid" },
        size: ref("Size"),
        sizes: { type: "array", items: ref("Size") },
        place: { type: "array", items: [number, number], minItems: 2, maxItems: 2, additionalItems: false },
        labels: { type: "object", additionalProperties: integer },
        by_pattern: { type: "object", patternProperties: { "^x-": integer }, additionalProperties: false },
        either: { type: ["string", "integer"] },
        pet: { oneOf: [ref("Cat"), ref("Dog")] },
        fixed: { const: 7 },
        free: {},
      },
      "name", "count", "weight", "color", "made", "size", "place", "pet",
    ),
  });

  const route = (method, url, operationId, tag, schema, handler, more = {}) =>
    app.route({ method, url, schema: { operationId, tags: [tag], ...schema }, handler, ...more });
  const answers = (schema) => ({ response: { 200: { description: "OK", ...schema } } });
  const understood = answers(ref("Seen"));

  // Parameters.
  route("GET", "/path/:count/:size/:text/:flag/:ident/:color", "pathScalars", "parameters", {
    params: object(
      { count: integer, size: number, text, flag, ident: { type: "string", format: "uuid" }, color: { type: "string", enum: ["red", "dark blue", "a/b"] } },
      "count", "size", "text", "flag", "ident", "color",
    ),
    ...understood,
  }, async (request) => seen(request.params));
  route("GET", "/query", "query", "parameters", {
    querystring: object(
      {
        text,
        count: { type: "integer", minimum: 0 },
        size: number,
        flag: { type: "boolean", default: false },
        color: { type: "string", enum: ["red", "dark blue", "a/b"] },
        level: { type: "integer", enum: [1, 10] },
        day: { type: "string", format: "date" },
        moment: { type: "string", format: "date-time" },
        words: { type: "array", items: text },
        numbers: { type: "array", items: integer },
        limit: { type: "integer", default: 20 },
      },
      "text",
    ),
    ...understood,
  }, async (request) => seen({ ...request.query }));
  route("GET", "/headers", "headers", "parameters", {
    headers: { type: "object", properties: { "x-token": text, "x-count": integer, "x-flag": flag }, required: ["x-token"] },
    ...understood,
  }, async ({ headers }) => seen({ token: headers["x-token"], count: headers["x-count"], flag: headers["x-flag"] }));

  // Bodies.
  route("POST", "/items", "createItem", "bodies", {
    body: ref("Item"),
    response: { 201: { description: "Created", ...ref("Item") }, 400: { description: "Not valid", ...ref("Problem") } },
  }, async (request, reply) => reply.code(201).send(request.body));
  route("POST", "/items/seen", "seeItem", "bodies", { body: ref("Item"), ...understood }, async (request) => seen(request.body));
  route("PUT", "/pets", "savePets", "bodies", {
    body: { type: "array", items: { anyOf: [ref("Cat"), ref("Dog")] } },
    ...answers({ type: "array", items: { anyOf: [ref("Cat"), ref("Dog")] } }),
  }, async (request) => request.body);
  route("POST", "/trees", "saveTree", "bodies", { body: ref("Tree"), ...answers(ref("Tree")) }, async (request) => request.body);
  route("POST", "/inline", "saveInline", "bodies", {
    body: object({ a: { type: "object", properties: { b: integer }, required: ["b"] }, list: { type: "array", items: object({ c: text }, "c") } }, "a"),
    ...understood,
  }, async (request) => seen(request.body));
  route("POST", "/text", "saveText", "bodies", {
    body: { content: { "text/plain": { schema: text } } },
    ...answers({ content: { "text/plain": { schema: text } } }),
  }, async (request, reply) => reply.type("text/plain").send(request.body.toUpperCase()));

  // Forms.
  route("POST", "/login", "login", "forms", {
    consumes: ["application/x-www-form-urlencoded"],
    body: object({ user: text, age: integer, remember: flag, tags: { type: "array", items: text } }, "user"),
    ...understood,
  }, async (request) => seen({ ...request.body }));
  route("POST", "/upload", "upload", "forms", {
    consumes: ["multipart/form-data"],
    body: { type: "object", required: ["file", "title"], properties: { file: { type: "string", format: "binary" }, title: text, count: integer, more: { type: "string", format: "binary" } } },
    ...understood,
  }, async (request) => {
    // A text field is an object to @fastify/multipart, so this route is documented and not validated.
    const { file, title, count, more } = request.body;
    const part = async (it) => (it ? `${it.filename} ${it.mimetype} ${(await it.toBuffer()).toString("hex")}` : "none");
    return seen({ file: await part(file), title: title.value, count: count?.value, more: await part(more) });
  }, { validatorCompiler: () => () => true });

  // Answers.
  route("GET", "/hello", "hello", "answers", answers(text), async () => "Hello");
  route("GET", "/plain", "plain", "answers", answers({ content: { "text/plain": { schema: text } } }), async (_, reply) =>
    reply.type("text/plain; charset=utf-8").send("grün"));
  route("GET", "/image", "image", "answers", answers({ content: { "image/png": { schema: { type: "string", format: "binary" } } } }), async (_, reply) =>
    reply.type("image/png").send(Buffer.from("89504e4700ff", "hex")));
  route("GET", "/statuses/:status", "statuses", "answers", {
    params: object({ status: integer }, "status"),
    response: {
      200: { description: "OK", ...ref("Size") },
      202: { description: "Later", type: "array", items: text },
      "4xx": { description: "Refused", ...ref("Problem") },
      default: { description: "Else", ...object({ odd: flag }, "odd") },
    },
  }, async (request, reply) => {
    const { status } = request.params;
    const body = { 200: { width: 1 }, 202: ["later"], 404: { statusCode: 404, message: "not here" }, 503: { odd: true } };
    return reply.code(status).send(body[status]);
  });
  route("DELETE", "/nothing", "nothing", "answers", { response: { 204: { type: "null", description: "Gone" } } }, async (_, reply) => reply.code(204).send());
  route("GET", "/counted", "counted", "answers", {
    response: { 200: { description: "OK", type: "array", items: integer, headers: { "x-total": { type: "integer" }, "x-next": { type: "string" } } } },
  }, async (_, reply) => reply.header("x-total", 42).header("x-next", "a b").send([1, 2]));
  route("HEAD", "/exists/:ident", "exists", "answers", { params: object({ ident: integer }, "ident") }, async (request, reply) =>
    reply.code(request.params.ident === 1 ? 200 : 404).send());
  route("GET", "/lines", "lines", "answers", answers({ content: { "application/x-ndjson": { schema: ref("Size") } } }), async (_, reply) =>
    reply.type("application/x-ndjson").send(Readable.from(['{"width":1}\n{"wid', 'th":2}\n'])));
  route("GET", "/events", "events", "answers", answers({ content: { "text/event-stream": { schema: text } } }), async (_, reply) =>
    reply.type("text/event-stream").send(Readable.from(["data: 1\n\n", "event: last\ndata: 2\n\n"])));

  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
}

process.stdin.on("end", () => process.exit(0)).resume();
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
