/**
 * Benchmarks of the packages in `dist`, by benny:
 *
 *     pnpm bench [suite] [--only=pattern] [--kernels=simd|scalar] [--threads=1]
 *
 * With `--rounds=15`, cases take turns instead, and milliseconds and GFLOP/s are printed: what to trust where the
 * machine's speed drifts. `--clock=cpu` then counts this process's processor time alone.
 */
import benny from "benny";
import { kernels, scalar, useKernels } from "@relprop/tensor";
import { useThreads } from "@relprop/tensor/simd";
import { processorTime, timeInRounds } from "./rounds.js";
import { suites } from "./suites.js";

const words = process.argv.slice(2).filter((word) => word !== "--");
const option = (name, fallback) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.find((name) => !Object.hasOwn(suites, name));
if (unknown !== undefined) {
  throw new RangeError(`bench: takes one of ${Object.keys(suites).join(", ")}, got "${unknown}"`);
}
const threads = await useThreads(Number(option("threads", "1")));
if (option("kernels", "simd") === "scalar") useKernels(scalar);
const only = new RegExp(option("only", "."));
const rounds = option("rounds");

console.log(`${kernels().name} kernels, ${threads} thread(s), ${process.version}`);
for (const name of wanted.length > 0 ? wanted : Object.keys(suites)) {
  const cases = suites[name]().filter(({ label }) => only.test(label));
  if (rounds === undefined) await withBenny(name, cases);
  else inTurns(name, cases, Number(rounds));
}

async function withBenny(name, cases) {
  await benny.suite(
    name,
    ...cases.map(({ label, make }) => {
      let run; // benny asks for it more than once
      return benny.add(label, () => (run ??= make()));
    }),
    benny.cycle(),
    benny.complete(),
  );
}

function inTurns(name, cases, rounds) {
  const clock = option("clock", "wall") === "cpu" ? processorTime : () => performance.now();
  const ready = cases.map(({ label, flops, make }) => ({ label, flops, run: make() }));
  console.log(`\n${name}: median of ${rounds} rounds (best)`);
  for (const { label, flops, times } of timeInRounds(ready, { rounds, clock })) {
    const [middle, best] = [times[times.length >> 1], times[0]];
    const rate = (time) => (flops === undefined ? "" : ` ${(flops / time / 1e6).toFixed(1).padStart(6)} GF/s`);
    const typical = `${middle.toFixed(3).padStart(9)} ms${rate(middle)}`;
    console.log(`${label.padEnd(38)} ${typical}  (${best.toFixed(3)}${rate(best)})`);
  }
}
