import { createConnection } from "node:net";
import { expect, test } from "vitest";
import { answerFor, type Request, type Shelf } from "../../src/command/view-answer.ts";
import { serve } from "../../src/command/serve.ts";
import { float, node, onnx } from "../../../models/test/onnx/write-onnx.ts";
import { run } from "../memory-terminal.ts";

const token = "7f3a9c";
const shelf: Shelf = new Map([
  ["studio/index.html", async () => "<!doctype html>"],
  ["studio/page.js", async () => new Uint8Array([1, 2])],
  ["gone", async () => Promise.reject(new Error("secret.onnx is gone"))],
]);
const admission = { token, port: 8000 };
const asked: Request = { method: "GET", url: `/${token}/studio/index.html`, host: "127.0.0.1:8000" };
const status = async (change: Partial<Request>): Promise<number> =>
  (await answerFor({ ...asked, ...change }, shelf, admission)).status;

test("who knows the token gets the page, by either name of this machine", async () => {
  const answer = await answerFor(asked, shelf, admission);
  expect(answer).toMatchObject({ status: 200, body: "<!doctype html>" });
  expect(answer.headers["Content-Type"]).toBe("text/html; charset=utf-8");
  expect(await status({ host: "localhost:8000" })).toBe(200);
  expect(await status({ url: `/${token}/studio/page.js?version=1` })).toBe(200);
  expect((await answerFor({ ...asked, method: "HEAD" }, shelf, admission)).body).toBe("");
});

test.each([
  "evil.example", "evil.example:8000", "127.0.0.1:8001", "127.0.0.1", "localhost", "127.0.0.1:8000.evil.example",
  "[::1]:8000", "", undefined,
])("another host, %s, is refused whatever it knows", async (host) => {
  expect(await status({ host })).toBe(403);
});

test.each([
  "/", "", "/studio/index.html", "//studio/index.html", "/7f3a9d/studio/index.html", "/7f3a9/studio/index.html",
  "/7f3a9cc/studio/index.html", "/7F3A9C/studio/index.html", "/%37f3a9c/studio/index.html", "*",
])("without the token, as %j, nothing is there", async (url) => {
  expect(await status({ url })).toBe(404);
});

test.each([
  "../package.json", "studio/../studio/index.html", "studio/..%2f..%2fetc/passwd", "%2e%2e/single.js", "..\\x",
  "studio//index.html", "studio/index.html%00", "studio/index.html/", "/etc/passwd", "file:///etc/passwd", "%",
  "%E0%A4%A", "http://127.0.0.1:8000/studio/index.html", "constructor", "__proto__", "toString", "gone",
  "studio/\u0000", "x".repeat(100_000),
])("only what lies on the shelf is given out, not %j", async (path) => {
  const answer = await answerFor({ ...asked, url: `/${token}/${path}` }, shelf, admission);
  expect(answer.status).toBe(404);
  expect(String(answer.body)).not.toMatch(/secret|Error/);
});

test.each(["POST", "PUT", "DELETE", "TRACE", "CONNECT", "OPTIONS", "PATCH", "get", ""])(
  "%j is not taken", async (method) => {
    const answer = await answerFor({ ...asked, method }, shelf, admission);
    expect([answer.status, answer.headers["Allow"]]).toEqual([405, "GET, HEAD"]);
  },
);

test("every answer forbids frames, other scripts, guesses of types, and that its address is told on", async () => {
  for (const change of [{}, { host: "evil.example" }, { url: "/" }, { method: "TRACE" }]) {
    const { headers } = await answerFor({ ...asked, ...change }, shelf, admission);
    expect(headers["Content-Security-Policy"]).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; /);
    expect(headers["Content-Security-Policy"]).toMatch(/frame-ancestors 'none'/);
    expect(headers).toMatchObject({
      "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
      "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    });
    expect(headers["Access-Control-Allow-Origin"]).toBeUndefined();
  }
});

test("what comes over the wire malformed is refused, and the server lives on", async () => {
  const { port, close } = await serve(0, (request, listening) =>
    answerFor(request, shelf, { token, port: listening }));
  const sent = (text: string): Promise<string> => new Promise((resolve) => {
    let got = "";
    const socket = createConnection({ port, host: "127.0.0.1" }, () => socket.end(text.replaceAll("\n", "\r\n")));
    socket.on("data", (part) => (got += String(part)));
    for (const end of ["close", "error"]) socket.on(end, () => resolve(got.split("\r\n")[0]!));
  });
  const host = `Host: 127.0.0.1:${port}\n\n`;
  try {
    expect(await sent(`GET /${token}/studio/index.html HTTP/1.1\n${host}`)).toBe("HTTP/1.1 200 OK");
    expect(await sent(`TRACE /${token}/studio/index.html HTTP/1.1\n${host}`)).toBe("HTTP/1.1 405 Method Not Allowed");
    expect(await sent(`GET http://[/${token}/ HTTP/1.1\n${host}`)).toMatch(/ 40[04] /);
    expect(await sent(`GET /${token}/../../etc/passwd HTTP/1.1\n${host}`)).toBe("HTTP/1.1 404 Not Found");
    expect(await sent(`GET /%%%00 HTTP/1.1\n${host}`)).toMatch(/ 40[04] /);
    expect(await sent(`GET /${token}/studio/index.html HTTP/1.1\nHost: evil.example\n\n`)).toMatch(/ 403 /);
    expect(await sent(`GET /${token}/studio/index.html HTTP/1.1\n\n`)).toMatch(/ 400 /);
    expect(await sent(`GET /${token}/studio/index.html HTTP/1.0\n\n`)).toMatch(/ 403 /);
    expect(await sent(`GET / HTTP/1.1\nHost: a\nHost: 127.0.0.1:${port}\n\n`)).toMatch(/ 40[03] /);
    expect(await sent("\u0000\u0001\n\n")).toMatch(/ 400 |^$/);
    expect(await sent(`GET /${token}/studio/index.html HTTP/1.1\n${host}`)).toBe("HTTP/1.1 200 OK");
  } finally {
    close();
  }
});

test("it listens on the loopback interface alone", async () => {
  const { port, address, close } = await serve(0, async () => ({ status: 200, headers: {}, body: "" }));
  close();
  expect(address).toBe("127.0.0.1");
  expect(port).toBeGreaterThan(0);
});

const model = onnx({
  nodes: [node("MatMul", ["x", "w"], "y")],
  constants: { w: { shape: [2, 1], values: [1, 2], external: { location: "w.bin" } } },
  inputs: { x: ["N", 2] }, outputs: ["y"],
});

test("relprop view prints the address, and hands out the model, its weights and the input", async () => {
  const files = { "m/model.onnx": model, "m/w.bin": new Uint8Array(8), "in.csv": new Uint8Array([49]) };
  const { code, out, served } = await run(files, "view", "m/model.onnx", "in.csv", "--port", "8080");
  expect([code, out]).toEqual([0, "open http://127.0.0.1:8080/0123456789abcdef/studio/index.html?given\n"]);
  const get = async (path: string): Promise<string> => String((await served[0]!(
    { method: "GET", url: `/0123456789abcdef/studio/${path}`, host: "127.0.0.1:8080" })).body);
  const given = JSON.parse(await get("given.json"));
  expect(given.model.map(({ name }: { name: string }) => name)).toEqual(["model.onnx", "w.bin"]);
  expect(given.input.name).toBe("in.csv");
  expect(await get(given.input.path)).toBe("49");
});

test("relprop view hands out what belongs to the tokenizer of a model beside it", async () => {
  const whole = onnx({
    nodes: [node("MatMul", ["x", "w"], "y")], constants: { w: float([1, 2], [2, 1]) }, inputs: { x: ["N", 2] },
    outputs: ["y"],
  });
  const config = { "m/tokenizer_config.json": new Uint8Array([123]) };
  const tokenizer = { "m/tokenizer.json": new Uint8Array([123, 125]), ...config };
  const names = async (files: Readonly<Record<string, Uint8Array>>) => {
    const { served } = await run({ "m/model.onnx": whole, ...files }, "view", "m/model.onnx", "--port", "8080");
    const url = "/0123456789abcdef/studio/given.json";
    const { body } = await served[0]!({ method: "GET", url, host: "127.0.0.1:8080" });
    return JSON.parse(String(body)).model.map(({ name }: { readonly name: string }) => name);
  };
  expect(await names(tokenizer)).toEqual(["model.onnx", "tokenizer.json", "tokenizer_config.json"]);
  expect(await names(config)).toEqual(["model.onnx"]);
});

test("relprop view without a model opens the empty page; what it cannot use it says before", async () => {
  const { out } = await run({}, "view", "--port", "1");
  expect(out).toBe("open http://127.0.0.1:1/0123456789abcdef/studio/index.html\n");
  expect((await run({ "m.onnx": model }, "view", "m.onnx")).err).toMatch(/takes w.bin beside it/);
  expect((await run({}, "view", "m.onnx")).err).toMatch(/there is no such file/);
  expect((await run({}, "view", "--preprocess", "imagnet")).err).toMatch(/imagenet/);
  expect((await run({}, "view", "a", "b", "c")).code).toBe(2);
});
