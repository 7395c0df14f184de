// `relprop` installed by each package manager in a project with nothing in it, and five lines that use it.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "../runtimes/install.js";
import { root } from "../runtimes/pack.js";
import { versions } from "../runtimes/versions.js";

const program = `import { readFile } from "node:fs/promises";
import { explain } from "relprop";

const { target, heatmap } = await explain(await readFile("digits.onnx"), await readFile("4-a.png"));
console.log(\`output \${target}, a picture of \${(await heatmap.png()).length > 200 ? "some" : "no"} bytes\`);
`;
const says = "output 4, a picture of some bytes";

/** The managers, and what each needs: a command that installs, and one that runs. */
const managers = {
  npm: (shelf) => [["npm", "install", "--no-audit", "--no-fund", "--registry", shelf, "relprop"], [process.execPath]],
  pnpm: (shelf) => [["npx", "--yes", "pnpm@10.34.9", "add", "--registry", shelf, "relprop"], [process.execPath]],
  bun: (shelf) => {
    const bun = install("bun", versions.bun);
    return [[bun, "add", "--registry", shelf, "relprop"], [bun]];
  },
  deno: () => {
    const deno = install("deno", versions.deno);
    return [[deno, "add", "npm:relprop"], [deno, "run", "--allow-read"]];
  },
};

export const managerNames = Object.keys(managers);

/** Installs with one of `managerNames` in `folder` and runs; a complaint where that does not do what it should. */
export async function installComplaints(name, shelf, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "explain.js"), program);
  cpSync(join(root, "examples/digits/digits.onnx"), join(folder, "digits.onnx"));
  cpSync(join(root, "examples/digits/images/4-a.png"), join(folder, "4-a.png"));
  // Caches of their own: a version that is not released yet changes under its number.
  const own = (place) => join(folder, ".caches", place);
  const env = {
    ...process.env, NO_COLOR: "1", NPM_CONFIG_REGISTRY: shelf,
    npm_config_cache: own("npm"), npm_config_store_dir: own("pnpm"), npm_config_cache_dir: own("pnpm-cache"),
    BUN_INSTALL_CACHE_DIR: own("bun"), DENO_DIR: own("deno"),
  };
  const [adding, running] = managers[name](shelf);
  if (name === "pnpm") delete env.NPM_CONFIG_REGISTRY; // npx looks for pnpm itself elsewhere
  const added = await run(adding, folder, env);
  if (added.code !== 0) return [`${adding.slice(1).join(" ")}: ${added.output.slice(-800)}`];
  const { code, output } = await run([...running, "explain.js"], folder, env);
  return code === 0 && output.includes(says) ? [] : [`ended with ${code}: ${output.slice(-800)}`];
}

function run([command, ...words], cwd, env) {
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd, env });
    let output = "";
    const hear = (text) => (output += text);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
    const timer = setTimeout(() => child.kill("SIGKILL"), 120_000);
    child.on("error", ({ message }) => resolve({ code: -1, output: message }));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output: output.trim() });
    });
  });
}
