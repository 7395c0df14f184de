// The example that spreads work over processes: workers and the server are killed, and nothing is lost.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { npm } from "../runtimes/install.js";
import { root } from "../runtimes/pack.js";

const home = join(root, "examples/cluster");

/** Whether there is a Redis server to be started. */
export function hasRedis() {
  return spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Complaints about what it comes to when processes die. */
export function clusterComplaints() {
  npm(["install", "--no-package-lock", "--no-audit", "--no-fund"], home);
  const options = { cwd: home, encoding: "utf8", timeout: 300_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["kill-test.js"], options);
  const complaints = [];
  if (status !== 0) complaints.push(`ended with ${status}: ${stderr.slice(-500)}`);
  if (!stdout.includes("bit-identical to the single process")) complaints.push(`printed ${stdout.slice(-300)}`);
  return complaints;
}
