/** A match: its works take turns, round after round, each contestant in a process of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../rounds.js";
import { Contestant } from "./contestants.js";
import { floatsOf } from "./contestants/floats.js";
import { exported } from "./subjects.js";

/** Milliseconds a turn should take at least, so that clocks see it. */
const TURN = 40;

/** Milliseconds after which a first run needs no others to warm up. */
const LONG = 10_000;

/** The largest difference from relprop's output that still counts as the same work, relative to its largest number. */
const AGREEMENT = 1e-3;

/** What a work is called in results. */
export function keyOf({ name, subject, what }) {
  return `${name} | ${subject} | ${what}`;
}

/** Writes the files of subjects that are not there yet. */
export function exportSubjects(folder, subjects) {
  const filesOf = (subject) => ["output.f32", ...(exported.includes(subject) ? ["inputs.json"] : [])];
  const missing = subjects.filter((subject) =>
    !filesOf(subject).every((file) => existsSync(join(folder, subject, file))));
  if (missing.length === 0) return;
  const write = (script, names) => {
    const path = fileURLToPath(new URL(script, import.meta.url));
    return spawnSync(process.execPath, [path, folder, ...names], { stdio: "inherit" }).status === 0;
  };
  const built = missing.filter((subject) => !exported.includes(subject));
  if (built.length > 0 && !write("export.js", built)) {
    throw new Error(`could not write ${built.join(", ")} to ${folder}`);
  }
  for (const subject of missing.filter((name) => exported.includes(name))) {
    if (!write("export-network.js", [subject])) console.error(`without ${subject}: PyTorch could not export it`);
  }
}

/** Runs a match and returns, by work, the milliseconds of each round by the wall and by the processor. */
export async function runMatch({ entries, rounds }, { folder, absent, say }) {
  const contestants = new Map();
  const ready = [];
  try {
    for (const entry of entries.filter(({ name }) => !absent.has(name))) {
      const { name, subject, what } = entry;
      if (!contestants.has(name)) contestants.set(name, new Contestant(name, folder));
      const contestant = contestants.get(name);
      try {
        const start = performance.now();
        const { output } = await contestant.ask({ subject, what });
        const once = performance.now() - start;
        const isForward = what === "forward" || what === "predict";
        if (isForward) checkOutput(entry, output, floatsOf(join(folder, subject, "output.f32")));
        const times = once > LONG ? 1 : await warmUp(contestant, { subject, what });
        ready.push({ key: keyOf(entry), contestant, command: { subject, what, times }, wall: [], cpu: [] });
      } catch (error) {
        say(`left out: ${error.message}`);
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const entry of [...ready]) {
        try {
          const { wall, cpu } = await entry.contestant.ask(entry.command);
          entry.wall.push(median(wall));
          entry.cpu.push(median(cpu));
        } catch (error) {
          say(`left out: ${error.message}`);
          ready.splice(ready.indexOf(entry), 1);
        }
      }
      say(`round ${round + 1} of ${rounds}`);
    }
  } finally {
    for (const contestant of contestants.values()) contestant.end();
  }
  return Object.fromEntries(ready.map(({ key, wall, cpu }) => [key, { wall, cpu }]));
}

/** Runs a work until the engine has optimised it, and returns how often it runs per turn. */
async function warmUp(contestant, command) {
  let [total, longest] = [0, 0];
  for (let times = 1; total < 10 * TURN && longest < 1000; times = Math.min(100, 2 * times)) {
    const { cpu } = await contestant.ask({ ...command, times });
    total += cpu.reduce((a, b) => a + b, 0);
    longest = Math.max(...cpu);
  }
  const { cpu } = longest < 1000 ? await contestant.ask({ ...command, times: 3 }) : { cpu: [longest] };
  return Math.ceil(Math.min(200, TURN / Math.max(0.01, median(cpu))));
}

function checkOutput(entry, output, expected) {
  // Images may be laid out with channels last: only flat outputs are compared.
  if (entry.subject.startsWith("conv")) return;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = output.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0) / largest;
  if (!(off < AGREEMENT)) throw new Error(`${keyOf(entry)} gives another output, off by ${off}`);
}
