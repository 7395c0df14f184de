// The processes of a cluster on this machine: one that keeps the server alive, and workers. What dies is started again.
import { fork } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const RESTART = 200; // milliseconds

/** Starts them; `folder` is where the server keeps what it was told. */
export async function startProcesses(folder, count) {
  const port = await freePort();
  const workers = new Map();
  let [ending, server, failure] = [false, undefined, undefined];

  const keeper = child("server.js", [String(port), folder]);
  keeper.on("message", ({ pid, error }) => {
    server = pid;
    failure ??= error;
  });
  const hire = (place) => {
    if (ending) return;
    const worker = child("worker.js", [String(port)]);
    workers.set(place, worker);
    worker.on("exit", () => setTimeout(hire, RESTART, place));
  };
  for (let place = 0; place < count; place++) hire(place);

  return {
    port,
    /** The ids of the server and of the workers that run now. */
    pids: () => ({ server, workers: [...workers.values()].map(({ pid }) => pid) }),
    /** Why there can be no server; `undefined` if there can. */
    failure: () => failure,
    end: async () => {
      ending = true;
      await Promise.all([keeper, ...workers.values()].map(ended));
    },
  };
}

function child(name, args) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return fork(path, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

/** Closes the channel to a process, at which ours end by themselves, and waits until it has. */
function ended(process) {
  if (process.exitCode !== null || process.signalCode !== null) return undefined;
  return new Promise((done) => {
    process.on("exit", done);
    if (process.connected) process.disconnect();
  });
}

/** A port of this machine alone that nobody listens on. */
function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
