// npm run fuzz -- [FIRST] [COUNT]: reads, lowers and, where they are small, explains files of hostile structure. Each
// has to end in a model or in a sentence, within 2 seconds of work and the memory that SECURITY.md promises. Exits with
// 1 where one does not.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { peak, restPeak } from "./structure/peak.js";
import { tried } from "./structure/case.js";

const [first = 0, count = 2000] = process.argv.slice(2).map(Number);
const ends = new Map();
// What the process holds once everything it runs was met.
for (let seed = 0; seed < 200; seed++) tried(seed);
restPeak();
const before = peak();
let [slowest, largest, faults] = [{ milliseconds: 0 }, { grown: 0 }, 0];
for (let seed = first; seed < first + count; seed++) {
  const result = judged(seed);
  ends.set(result.end, (ends.get(result.end) ?? 0) + 1);
  if (result.milliseconds > slowest.milliseconds) slowest = { seed, ...result };
  if (result.grown > largest.grown) largest = { seed, ...result };
  if (!isFault(result)) continue;
  faults++;
  console.log(`seed ${seed}: ${JSON.stringify(result)}`);
}
console.log(`${count} files: ${[...ends].map(([end, times]) => `${times} ${end}`).join(", ")}; ${faults} at fault`);
console.log(`slowest ${JSON.stringify(slowest)}; largest ${JSON.stringify(largest)}`);
process.exitCode = faults === 0 ? 0 : 1;

function judged(seed) {
  const result = tried(seed);
  const grown = Math.max(0, result.held - before);
  if (grown <= result.most || result.escape !== undefined) return { ...result, grown };
  // What earlier files left is not this one's: once more, without it.
  clean();
  restPeak();
  const empty = peak();
  const again = tried(seed);
  return { ...again, grown: Math.max(0, again.held - empty) };
}

/** Takes away what nobody holds. */
function clean() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let times = 0; times < 3; times++) collect();
}

function isFault({ escape, milliseconds, grown, most }) {
  return escape !== undefined || milliseconds > 2000 || grown > most;
}
