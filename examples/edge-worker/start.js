// node examples/edge-worker/start.js [PORT]: the worker in workerd, on this machine.
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "../../scripts/runtimes/install.js";
import { versions } from "../../scripts/runtimes/versions.js";
import { withWorker } from "../../scripts/runtimes/worker.js";

const folder = fileURLToPath(new URL("../..", import.meta.url));
const place = join(folder, "out", "edge-worker");
const port = Number(process.argv[2] ?? 8000);
const entry = "examples/edge-worker/worker.js";
await withWorker(install("workerd", versions.workerd), { folder, entry, place, port }, async () => {
  console.log(`listening on http://127.0.0.1:${port}/`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
});
