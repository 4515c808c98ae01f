// Serves random event streams on a given port until standard input ends, and says what Node's own EventSource makes of them.
// GET /stream?seed=N is a stream, sent in random chunks; GET /events?seed=N is the JSON of its events.
import { createServer } from "node:http";

const port = Number(process.argv.at(-1));
const EVENTS = ["message", "added", "removed"];
// Node 20 ignores an empty id and an empty event, which the standard says reset the last ones, so there are none.
const LINES = [
  "data", "data:", "data: x", "data:  two", "data:a:b", "data: {\"n\": 1}", "data: \u00e9\u65e5\u672c\u{1f98a}", " data: z",
  "event: added", "event:removed", "event: message", "id: 1", "id:\u00e9", "id: n\0ul", "retry: 1", "retry: x",
  "retry: -1", "retry", ":", ": comment", ":data: x", "other: y", "Data: x", "\uFEFFdata: q", "", "", "", "",
];

function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function stream(seed) {
  const next = random(seed);
  const parts = next(3) === 0 ? [Buffer.from([0xef, 0xbb, 0xbf])] : [];
  for (let line = next(40); line >= 0; line -= 1) {
    parts.push(Buffer.from(LINES[next(LINES.length)]));
    if (next(12) === 0) parts.push(Buffer.from([0x20, 0xff, 0xe6, 0x97]));
    parts.push(Buffer.from(["\n", "\r\n", "\r"][next(3)]));
  }
  const bytes = Buffer.concat(parts);
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + next(12);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

async function send(chunks, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) {
    response.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

function received(url) {
  return new Promise((resolve) => {
    const found = [];
    const source = new EventSource(url);
    for (const name of EVENTS) {
      source.addEventListener(name, ({ type, data, lastEventId }) => found.push({ type, data, id: lastEventId }));
    }
    source.addEventListener("error", () => {
      source.close();
      resolve(found);
    });
  });
}

createServer(async (request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  const seed = Number(url.searchParams.get("seed"));
  if (url.pathname === "/stream") return send(stream(seed), response);
  const events = await received(`http://127.0.0.1:${port}/stream?seed=${seed}`);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(events));
}).listen(port, "127.0.0.1");
process.stdin.resume().on("end", () => process.exit());
