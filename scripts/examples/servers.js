// Starting the servers of the examples, and ending them.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install } from "../runtimes/install.js";
import { root } from "../runtimes/pack.js";
import { versions } from "../runtimes/versions.js";
import { withWorker } from "../runtimes/worker.js";

const commands = {
  node: () => [process.execPath, "examples/server/node.js", "0"],
  deno: () => [
    install("deno", versions.deno), "run", "--quiet", "--allow-read", "--allow-net", "--node-modules-dir=manual",
    "examples/server/deno.js", "0",
  ],
  bun: () => [install("bun", versions.bun), "examples/server/bun.js", "0"],
};

export const serverNames = [...Object.keys(commands), "workerd"];

/** Gives `use` the address and process of a server, and ends it when `use` does. */
export async function withServer(name, folder, use) {
  if (name === "workerd") {
    const entry = "examples/edge-worker/worker.js";
    const place = join(folder, "worker");
    return withWorker(install("workerd", versions.workerd), { folder: root, entry, place }, use);
  }
  const [command, ...words] = commands[name]();
  const child = spawn(command, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  try {
    const address = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`did not start: ${output}`)), 30_000);
      const hear = (text) => {
        output += text;
        const [found] = /http:\S+/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
        if (found !== undefined) clearTimeout(timer);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
      child.on("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
    return await use(address, child.pid);
  } finally {
    child.kill("SIGKILL");
  }
}
