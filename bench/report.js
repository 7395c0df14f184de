/**
 * Everything relprop promises of speed, memory and size, measured anew:
 *
 *     pnpm bench:report [--quick] [--rounds=7] [--clock=cpu|wall] [--only=pattern]
 *
 * `--only` chooses matches by title. Writes `bench/results/{date}.json` and `.md`, and `docs/benchmarks.svg` when all
 * were run. Ratios of one thread are of processor time unless `--clock=wall`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.js";
import { describeMachine } from "./machine.js";
import { peakMemory, startUp } from "./measures/processes.js";
import { compressedSizes } from "./measures/size.js";
import { peersTable } from "./peers/peers-table.js";
import { timePeers } from "./peers/time-peers.js";
import { reportTable } from "./report-table.js";

const words = process.argv.slice(2);
const option = (name, fallback) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const rounds = Number(option("rounds", words.includes("--quick") ? "2" : "7"));
const clock = option("clock", "cpu");
if (!["cpu", "wall"].includes(clock)) throw new RangeError(`report: takes --clock=cpu or wall, got ${clock}`);
const only = option("only");

const machine = describeMachine();
const measured = {
  clock,
  peers: await timePeers({ rounds, pattern: new RegExp(only ?? ".", "i") }),
  startUp: startUp(2 * rounds + 1),
  memory: peakMemory(),
  sizes: await compressedSizes(),
};
const loadAfter = loadavg()[0].toFixed(2);
const how = clock === "cpu" ? "processor time" : "wall time";
const where = `${machine.line}, ${loadAfter} at the end; one thread, ${how}, medians of ratios within rounds`;
const page = `${reportTable(measured)}\n\n${where}\n\nMedians:\n\n${peersTable(measured.peers)}\n`;
console.log(page);

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
mkdirSync(at("results/"), { recursive: true });
const kept = JSON.stringify({ machine, loadAfter, ...measured }, undefined, 1);
writeFileSync(at(`results/${machine.date}.json`), `${kept}\n`);
writeFileSync(at(`results/${machine.date}.md`), page);
if (only === undefined) writeFileSync(at("../docs/benchmarks.svg"), chart(measured.peers, clock, machine));
