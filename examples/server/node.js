// node examples/server/node.js [PORT]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { useSimd } from "@relprop/tensor/simd";
import { createHandler } from "./handle.js";

useSimd();
const handle = createHandler(await readFile(new URL("../digits/digits.onnx", import.meta.url)));

const server = createServer(async (incoming, outgoing) => {
  try {
    const { status, headers, body } = await handle(asRequest(incoming));
    // Who was refused while still sending has to begin anew.
    if (!incoming.complete) outgoing.setHeader("Connection", "close");
    outgoing.writeHead(status, Object.fromEntries(headers));
    if (body !== null && incoming.method !== "HEAD") for await (const part of body) outgoing.write(part);
    outgoing.end();
  } catch (error) {
    console.error(error);
    outgoing.writeHead(500).end();
  }
}).listen(Number(process.argv[2] ?? 8000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});

function asRequest(incoming) {
  const { method, url, headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? Readable.toWeb(incoming) : null;
  return new Request(new URL(url, "http://127.0.0.1"), { method, headers, body, ...(hasBody && { duplex: "half" }) });
}
