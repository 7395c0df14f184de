// Keeps a redis-server running: starts it, starts it again when it dies, and ends it, and its folder, with whoever
// started this. Arguments: port, folder.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const [port, folder] = process.argv.slice(2);
const local = ["--bind", "127.0.0.1", "--protected-mode", "yes", "--port", port, "--dir", folder];
const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]; // what was acknowledged is on disk

let [server, ending] = [undefined, false];
function start() {
  server = spawn("redis-server", [...local, ...durable], { stdio: "ignore" });
  server.on("spawn", () => process.send({ pid: server.pid }));
  server.on("exit", () => (ending ? clear() : setTimeout(start, 200)));
  server.on("error", ({ code, message }) => {
    const missing = "redis-server is missing: install it (Debian: apt-get install redis-server) and try again";
    process.send({ error: code === "ENOENT" ? missing : message });
  });
}

function clear() {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

// Ctrl-C reaches every process; the end of this one is that of main alone.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
process.on("disconnect", () => {
  ending = true;
  if (!server.kill("SIGKILL")) clear(); // it was just away
});
start();
