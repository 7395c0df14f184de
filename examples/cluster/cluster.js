// Work done by a server and workers on this machine.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowProducer, Queue } from "bullmq";
import { startProcesses } from "./processes.js";
import { MAP, MERGE, REDUCE, connectionTo, flowOf } from "./queues.js";

const PATIENCE = 3000; // milliseconds after which a question to the server is asked again

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Analyses the shards with `workers` processes and returns their merged statistics as text. Calls `progress` twice a
 * second with the number of shards that are done and the ids of all processes. Throws when the work fails for good.
 */
export async function runCluster(shards, workers, progress = () => {}) {
  const folder = await mkdtemp(join(tmpdir(), "relprop-cluster-"));
  const processes = await startProcesses(folder, workers);
  const connection = connectionTo(processes.port);
  const clients = [new FlowProducer({ connection }), ...[MAP, REDUCE].map((name) => new Queue(name, { connection }))];
  for (const client of clients) client.on("error", () => {}); // the server is away: asked again below
  try {
    for (;;) {
      if (processes.failure() !== undefined) throw new Error(processes.failure());
      const now = await Promise.race([ask(clients, shards).catch(() => undefined), pause(PATIENCE)]);
      if (now !== undefined) progress(now.done, processes.pids());
      if (now?.state === "failed") throw new Error(`the cluster gave up: ${now.reason}`);
      if (now?.state === "completed") return now.result;
      await pause(500);
    }
  } finally {
    await Promise.race([Promise.allSettled(clients.map((client) => client.close())), pause(PATIENCE)]);
    await processes.end();
  }
}

/** How the work stands; adds it first if it is not there, which an answer that was lost may have left open. */
async function ask([flow, map, reduce], shards) {
  if ((await reduce.getJob(MERGE)) === undefined) await flow.add(flowOf(shards));
  const [job, { completed }] = [await reduce.getJob(MERGE), await map.getJobCounts("completed")];
  return { state: await job.getState(), result: job.returnvalue, reason: job.failedReason, done: completed };
}
