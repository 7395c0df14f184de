// Concept statistics of the digits, by any number of worker processes:
// npm start -- [--workers N] [--shards N] [--output FILE]
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { runCluster } from "./cluster.js";
import { DIGITS, shardsOf } from "./work.js";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "3" },
    shards: { type: "string", default: "36" },
    output: { type: "string", default: "statistics.bin" },
  },
});
const [workers, count] = [Number(values.workers), Number(values.shards)];
if (!(Number.isInteger(workers) && workers >= 1 && Number.isInteger(count) && count >= 1 && count <= DIGITS)) {
  console.error(`takes --workers of 1 or more, and --shards from 1 to ${DIGITS}`);
  process.exit(2);
}

const started = Date.now();
let [shown, from] = [-1, undefined];

/** How many shards are done, and how long the others will take at the pace since the first of them. */
function progress(done) {
  if (done === shown) return;
  shown = done;
  if (done > 0) from ??= { done, at: Date.now() };
  const pace = from !== undefined && done > from.done ? (Date.now() - from.at) / (done - from.done) : undefined;
  const left = pace === undefined ? "" : `, ${((pace * (count - done)) / 1000).toFixed(0)} s left`;
  console.error(`${done} of ${count} shards${left}`);
}

try {
  const statistics = await runCluster(shardsOf(DIGITS, count), workers, progress);
  await writeFile(values.output, statistics, "latin1");
  console.log(`wrote ${values.output}: ${DIGITS} digits in ${((Date.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
