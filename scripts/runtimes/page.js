// Chromium: a server on this machine alone hands out a page, which sends its report back.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { removeFolder } from "../remove-folder.js";

const patience = 90_000;
const media = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };

/** Which headers make a page what. */
const headers = {
  plain: () => ({}),
  isolated: () => ({ "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }),
  "no wasm": (nonce) => ({ "Content-Security-Policy": `default-src 'self'; script-src 'self' 'nonce-${nonce}'` }),
};

/** The report of the suite in a page of this kind. */
export async function runPage(binary, { folder, kind }, assignment) {
  const nonce = Math.random().toString(36).slice(2);
  let report;
  const reported = new Promise((resolve) => (report = resolve));
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (request.method === "POST") {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      response.end();
      return report(JSON.parse(body));
    }
    try {
      const first = pathname === "/";
      const content = first ? page(folder, nonce, assignment) : readFileSync(join(folder, normalize(pathname)));
      const type = media[first ? ".html" : extname(pathname)] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": `${type}; charset=utf-8`, ...headers[kind](nonce) }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = `http://127.0.0.1:${server.address().port}/`;
    return await visit(binary, address, join(folder, `profile-${nonce}`), reported);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Starts the browser, waits for what the page sends, and ends it. */
async function visit(binary, address, profile, reported) {
  const switches = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const stdio = ["ignore", "ignore", "pipe"];
  const child = spawn(binary, [...switches, `--user-data-dir=${profile}`, address], { stdio });
  let [stderr, timer] = ["", undefined];
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr = (stderr + text).slice(-2000)));
  const gone = once(child, "close");
  const said = (what) => new Error(`${what}: ${stderr.trim()}`);
  try {
    return await Promise.race([
      reported,
      gone.then(() => Promise.reject(said("Chromium ended"))),
      new Promise((_, reject) => (timer = setTimeout(() => reject(said("the page sent nothing")), patience))),
    ]);
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await gone;
    await removeFolder(profile);
  }
}

function page(folder, nonce, assignment) {
  return `<!doctype html>
<meta charset="utf-8">
<title>Relprop in a page</title>
<link rel="icon" href="data:,">
<script type="importmap" nonce="${nonce}">${JSON.stringify({ imports: importMap(folder) })}</script>
<script type="application/json" id="assignment" nonce="${nonce}">${JSON.stringify(assignment)}</script>
<script type="module" src="/suite/page.js"></script>
`;
}

/** Where a page finds the packages: what their manifests say. */
export function importMap(folder) {
  const scoped = ["tensor", "layers", "lrp", "crp", "evaluate", "models", "heatmap"].map((name) => `@relprop/${name}`);
  const names = ["relprop", ...scoped];
  return Object.fromEntries(names.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
    return Object.entries(exports).map(([path, to]) => [
      `${name}${path.slice(1)}`, join("/node_modules", name, typeof to === "string" ? to : to.default),
    ]);
  }));
}
