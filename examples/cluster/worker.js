// A worker process: analyses shards, and merges them when all are there. Started by main.js, any number of times.
import { Worker } from "bullmq";
import { MAP, REDUCE, connectionTo } from "./queues.js";
import { analyzeShard, mergeShards, open } from "./work.js";

const connection = connectionTo(Number(process.argv[2]));

// A worker that vanished has its job given to another one after at most 5 + 2 seconds. Should it only have been slow,
// both compute the same, and the server takes the result of one.
const settings = { connection, lockDuration: 5000, stalledInterval: 2000, maxStalledCount: 1000 };

const opened = await open();
const breathe = () => new Promise((done) => setImmediate(done)); // between samples, so that the lock is renewed in time

const workers = [
  new Worker(MAP, (job) => analyzeShard(opened, job.data, breathe), settings),
  new Worker(REDUCE, async (job) => mergeShards(Object.values(await job.getChildrenValues()), breathe), settings),
];
for (const worker of workers) worker.on("error", () => {}); // the server is away: the connection keeps trying

// The end of main is the end of its workers.
process.on("disconnect", () => process.exit());
