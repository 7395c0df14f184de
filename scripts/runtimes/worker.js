// workerd: the packages' files become rows of a configuration; a request is answered with the report.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { workerModules } from "./worker-modules.js";

const patience = 60_000;

/** Runs the worker `entry` of a project and gives `use` its address; the worker ends when `use` does. */
export async function withWorker(binary, { folder, entry, place = join(folder, "workerd"), port: wanted }, use) {
  const port = wanted ?? await freePort();
  mkdirSync(place, { recursive: true });
  const config = join(place, "worker.capnp");
  writeFileSync(config, configuration(workerModules(folder, entry, place), port));
  const child = spawn(binary, ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const ended = once(child, "exit").then(() => {
    throw new Error(`workerd ended: ${stderr.trim().slice(0, 2000)}`);
  });
  ended.catch(() => {});
  const address = `http://127.0.0.1:${port}/`;
  try {
    await Promise.race([answered(port), ended]);
    return await Promise.race([use(address, child.pid), ended]);
  } catch (error) {
    throw new Error(`${error.message} ${stderr.trim().slice(0, 2000)}`.trim());
  } finally {
    child.kill("SIGKILL");
  }
}

/** The report of a worker asked with an assignment. */
export async function askWorker(address, assignment) {
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(address, { method: "POST", body: JSON.stringify(assignment), signal });
  const text = await response.text();
  if (!response.ok) throw new Error(`answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

function configuration(modules, port) {
  const rows = modules.map(({ name, kind, file }) => `        (name = "${name}", ${kind} = embed "${file}"),`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker) ],
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ],
);

const worker :Workerd.Worker = (
  modules = [
${rows.join("\n")}
  ],
  compatibilityDate = "2025-09-01",
);
`;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function answered(port) {
  for (let tries = 0; ; tries++) {
    try {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.destroy();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
