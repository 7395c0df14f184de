// npm run fuzz -- [FIRST] [COUNT]: reads, lowers and, where they are small, explains files of hostile structure. Each
// has to end in a model or in a sentence, within 2 seconds of work and the memory that SECURITY.md promises. Exits with
// 1 where one does not.
import { tried } from "./structure/case.js";
import { judge } from "./structure/judge.js";
import { peak, restPeak } from "./structure/peak.js";

const [first = 0, count = 2000] = process.argv.slice(2).map(Number);
const ends = new Map();
// What the process holds once everything it runs was met.
for (let seed = 0; seed < 200; seed++) tried(seed);
restPeak();
let before = peak();
let [slowest, largest, faults] = [{ milliseconds: 0 }, { grown: 0 }, 0];
const said = 5000;
for (let seed = first; seed < first + count; seed++) {
  if (seed > first && (seed - first) % said === 0) {
    const most = Math.ceil(slowest.milliseconds);
    console.error(`${seed - first} of ${count} files, ${faults} at fault, at most ${most} ms each`);
  }
  const { left, ...result } = judge(seed, before);
  before = left;
  ends.set(result.end, (ends.get(result.end) ?? 0) + 1);
  if (result.milliseconds > slowest.milliseconds) slowest = result;
  if (result.grown > largest.grown) largest = result;
  if (!result.isFault) continue;
  faults++;
  console.log(`seed ${seed}: ${JSON.stringify(result)}`);
}
console.log(`${count} files: ${[...ends].map(([end, times]) => `${times} ${end}`).join(", ")}; ${faults} at fault`);
console.log(`slowest ${JSON.stringify(slowest)}; largest ${JSON.stringify(largest)}`);
process.exitCode = faults === 0 ? 0 : 1;
