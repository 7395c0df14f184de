// Kills workers and the server while they work, and compares with the statistics of a single process:
// npm test
import { runCluster } from "./cluster.js";
import { analyzeShard, DIGITS, open, shardsOf } from "./work.js";

const [WORKERS, SHARDS, KILLS] = [3, 36, 12];

console.log(`one process, ${DIGITS} digits`);
const expected = await analyzeShard(await open(), { first: 0, end: DIGITS });

console.log(`${WORKERS} workers, ${SHARDS} shards, ${KILLS} kills`);
const pick = (list) => list[Math.floor(Math.random() * list.length)];
// Each kill when so many shards are done; some at once, so that the server may die while workers are away.
const moments = Array.from({ length: KILLS }, () => Math.floor(Math.random() * (SHARDS - 1))).sort((a, b) => a - b);
let kills = 0;
const found = await runCluster(shardsOf(DIGITS, SHARDS), WORKERS, (done, { server, workers }) => {
  if (kills === KILLS || done < moments[kills]) return;
  const [who, pid] = kills % 3 === 1 ? ["the server", server] : ["a worker", pick(workers)];
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return; // it is just being started again
  }
  kills += 1;
  console.log(`killed ${who} with ${done} of ${SHARDS} shards done`);
});

const same = found === expected;
console.log(`${found.length} bytes of statistics, ${same ? "bit-identical to" : "DIFFERENT FROM"} the single process`);
console.log(`${kills} kills`);
process.exitCode = same && kills > 0 ? 0 : 1;
