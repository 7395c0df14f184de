// node examples/browser/serve.js [PORT]: hands out the files of this repository, to this machine alone.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const types = {
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".wasm": "application/wasm",
};

const server = createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (pathname === "/") return response.writeHead(302, { Location: "/examples/browser/" }).end();
    const path = join(root, normalize(decodeURIComponent(pathname)));
    const file = await readFile(path.endsWith("/") ? join(path, "index.html") : path);
    const type = types[path.endsWith("/") ? ".html" : extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type }).end(file);
  } catch {
    response.writeHead(404).end();
  }
}).listen(Number(process.argv[2] ?? 8000), "127.0.0.1", () => {
  console.log(`draw at http://127.0.0.1:${server.address().port}/`);
});
