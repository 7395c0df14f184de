// The apps of examples/apps, built from packed packages and used. Tools are installed outside the workspace.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { check } from "../check.js";
import { cache, install, npm } from "../runtimes/install.js";
import { pack, root } from "../runtimes/pack.js";
import { versions } from "../runtimes/versions.js";
import { evaluated, withPage } from "./chromium.js";

const tools = { vite: "7.3.8", react: "19.3.1", "react-dom": "19.3.1", webpack: "5.113.0", typescript: "5.9.3" };
const apps = join(root, "examples/apps");
const digits = join(root, "examples/digits");

/** Builds each app from the packed packages and uses it. */
export async function tryRecipes(binary, folder) {
  mkdirSync(folder, { recursive: true });
  const toolFolder = installTools();
  const load = async (name) => import(pathToFileURL(createRequire(`${toolFolder}/`).resolve(name)).href);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--offline", ...pack(join(folder, "tarballs"))], folder);
  for (const name of ["react", "react-dom", "scheduler"]) {
    symlinkSync(join(toolFolder, "node_modules", name), join(folder, "node_modules", name), "dir");
  }
  cpSync(apps, folder, { recursive: true });
  const files = { "digits.onnx": join(digits, "digits.onnx"), "3-a.png": join(digits, "images/3-a.png") };
  const shows3 = (place) => serving({ place, files }, async (address) =>
    withPage(binary, { address, folder, width: 400, height: 300 }, (tell) => shownComplaints(tell)));

  await check("TypeScript takes the app of Vite", () => typeComplaints(toolFolder, join(folder, "vite")));
  for (const name of ["vite", "react"]) {
    await check(`an app of ${name} explains a digit`, async () => {
      const { build } = await load("vite");
      const place = join(folder, name);
      await build({
        root: place, base: "./", logLevel: "error", worker: { format: "es" }, esbuild: { jsx: "automatic" },
        build: { target: "es2022", outDir: join(place, "out"), chunkSizeWarningLimit: 5000 },
      });
      return shows3(join(place, "out"));
    });
  }
  await check("an app of webpack explains a digit", async () => {
    const { default: webpack } = await load("webpack");
    const place = join(folder, "webpack");
    const { default: config } = await import(pathToFileURL(join(place, "webpack.config.js")).href);
    const output = { path: join(place, "out"), filename: "main.js" };
    const stats = await new Promise((resolve, reject) =>
      webpack({ ...config, context: place, output, performance: false }, (error, made) =>
        (error ? reject(error) : resolve(made))));
    if (stats.hasErrors()) return [stats.toString({ all: false, errors: true })];
    cpSync(join(place, "index.html"), join(place, "out/index.html"));
    return shows3(join(place, "out"));
  });
  await check("a page without a bundler explains a digit", () => {
    cpSync(join(folder, "node_modules/relprop/dist/single.js"), join(folder, "single/single.js"));
    return shows3(join(folder, "single"));
  });
  await check("a stream of paths becomes lines of JSON", () => streamComplaints(folder));
  await check("a notebook of Deno shows an explanation", () => notebookComplaints(folder, files));
}

function installTools() {
  const place = join(cache, "apps");
  const known = (name) => existsSync(join(place, "node_modules", name));
  if (Object.keys(tools).every(known)) return place;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "private": true, "type": "module" }\n');
  const wanted = Object.entries(tools).map(([name, version]) => `${name}@${version}`);
  npm(["install", "--no-save", "--ignore-scripts", ...wanted], place);
  return place;
}

function typeComplaints(toolFolder, place) {
  const options = {
    target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, noEmit: true, skipLibCheck: false,
    lib: ["es2023", "dom", "dom.iterable"], types: [],
  };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  const tsc = join(toolFolder, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", place], { encoding: "utf8" });
  return status === 0 ? [] : [stdout.trim().slice(0, 1500)];
}

const types = { ".html": "text/html", ".js": "text/javascript", ".png": "image/png" };

/** Hands out the files of a folder, and `files` beside them, while `use` runs. */
async function serving({ place, files }, use) {
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : request.url.slice(1);
    const path = files[name] ?? join(place, name);
    if (name.includes("..") || !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" });
    response.end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Complaints unless the page says that it saw a 3, and has drawn on its canvas. */
async function shownComplaints(tell) {
  let said = "";
  for (let tries = 0; tries < 400 && said === ""; tries++) {
    said = await evaluated(tell, "document.querySelector('output')?.textContent ?? ''").catch(() => "");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const red = await evaluated(tell, `(() => {
    const { width, height } = document.querySelector("canvas") ?? {};
    if (width !== 32) return 0;
    const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
    return data.filter((byte, at) => at % 4 === 0 && byte > data[at + 2] + 40).length;
  })()`);
  return said === "output 3" && red > 20 ? [] : [`says "${said}", ${red} red pixels`];
}

function streamComplaints(folder) {
  const names = ["3-a", "7-b"];
  const input = names.map((name) => join(digits, `images/${name}.png\n`)).join("");
  const words = ["stream/explain-stream.js", join(digits, "digits.onnx")];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8", input });
  const labels = stdout.trim().split("\n").map((line) => JSON.parse(line || "{}").label);
  return labels.join() === "output 3,output 7" ? [] : [`${stdout}${stderr}`.slice(0, 800)];
}

/** Runs the cells of the notebook in their order; what stands last in one is asked how Jupyter would show it. */
function notebookComplaints(folder, files) {
  const place = join(folder, "notebook");
  for (const [name, path] of Object.entries(files)) cpSync(path, join(place, name));
  const { cells } = JSON.parse(readFileSync(join(place, "digits.ipynb"), "utf8"));
  const code = cells.filter((cell) => cell.cell_type === "code").map(({ source }) => {
    const lines = source.join("").split("\n");
    const last = lines.pop();
    return /^[\w.]+$/.test(last) ? [...lines, `shown(${last});`].join("\n") : [...lines, last].join("\n");
  });
  const shows = `const shown = (value) =>
    console.log(JSON.stringify(value[Symbol.for("Jupyter.display")]?.() ?? value));`;
  writeFileSync(join(place, "cells.js"), `${shows}\n${code.join("\n")}\n`.replace("npm:relprop", "relprop"));
  const words = ["run", "--allow-read", "--node-modules-dir=manual", "cells.js"];
  const { stdout, stderr } = spawnSync(install("deno", versions.deno), words, { cwd: place, encoding: "utf8" });
  const [display, scores] = stdout.trim().split("\n").map((line) => JSON.parse(line || "{}"));
  const isShown = display?.["text/html"]?.includes("<img") && scores?.[0]?.label === "output 3";
  return isShown ? [] : [`${stdout.slice(0, 300)}${stderr}`.slice(0, 900)];
}
