// node examples/server/node.js [PORT]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { useSimd } from "@relprop/tensor/simd";
import { createHandler } from "./handle.js";

useSimd();
const handle = createHandler(await readFile(new URL("../digits/digits.onnx", import.meta.url)));

const origin = "http://127.0.0.1";

const server = createServer(async (incoming, outgoing) => {
  try {
    const { status, headers, body } = refusal(incoming) ?? (await handle(asRequest(incoming)));
    // Who was refused while still sending has to begin anew.
    if (!incoming.complete) outgoing.setHeader("Connection", "close");
    outgoing.writeHead(status, Object.fromEntries(headers));
    if (body !== null && incoming.method !== "HEAD") for await (const part of body) outgoing.write(part);
    outgoing.end();
  } catch (error) {
    // Who left while still sending is no fault of ours.
    if (!incoming.destroyed || incoming.complete) console.error(error);
    // Who left, or has half of an answer, gets no other.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500).end();
  }
}).listen(Number(process.argv[2] ?? 8000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});

/** An answer to what no `Request` can be made of; nothing where one can. */
function refusal({ method, url }) {
  if (method === "TRACE" || method === "TRACK" || method === "CONNECT") {
    const error = `takes GET and POST, got ${method}`;
    return Response.json({ error }, { status: 405, headers: { Allow: "GET, HEAD, POST" } });
  }
  if (URL.canParse(url, origin)) return undefined;
  return Response.json({ error: `takes a path such as /?target=9, got ${url.slice(0, 40)}` }, { status: 400 });
}

function asRequest(incoming) {
  const { method, url, headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? Readable.toWeb(incoming) : null;
  return new Request(new URL(url, origin), { method, headers, body, ...(hasBody && { duplex: "half" }) });
}
