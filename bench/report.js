/**
 * Everything relprop promises of speed, memory and size, measured anew:
 *
 *     pnpm bench:report [--quick] [--rounds=7] [--clock=cpu|wall] [--only=pattern] [--keep] [--before=PATH] [--write]
 *
 * `--only` chooses matches by title, and `--keep` takes the others from the last run. Ratios of one thread are of
 * processor time unless `--clock=wall`. `--before` adds what VGG16 and ResNet-18 take against another checkout, built
 * before. With `--write`, all that goes to `bench/README.md` too, all times to `bench/results/{date}.json`, and bars to
 * `docs/benchmarks.svg`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { againstTable } from "./against.js";
import { chart } from "./chart.js";
import { describeMachine } from "./machine.js";
import { auditTimes, flippingTimes, peakMemory, readingTimes, startUp, textMemory } from "./measures/processes.js";
import { compressedSizes } from "./measures/size.js";
import { peersTable } from "./peers/peers-table.js";
import { plannedProducts, timePeers } from "./peers/time-peers.js";
import { reportTable } from "./report-table.js";
import { resultsText } from "./results-text.js";

const words = process.argv.slice(2);
const option = (name, fallback) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const rounds = Number(option("rounds", words.includes("--quick") ? "2" : "7"));
const clock = option("clock", "cpu");
if (!["cpu", "wall"].includes(clock)) throw new RangeError(`report: takes --clock=cpu or wall, got ${clock}`);
const pattern = new RegExp(option("only", "."), "i");

const machine = describeMachine();
const measured = {
  clock,
  peers: await timePeers({ rounds, pattern, keep: words.includes("--keep") }),
  products: plannedProducts(),
  startUp: startUp(2 * rounds + 1),
  reading: readingTimes(),
  flipping: flippingTimes(rounds),
  auditing: auditTimes(),
  memory: peakMemory(),
  textMemory: textMemory(),
  sizes: await compressedSizes(),
};
const loadAfter = loadavg()[0].toFixed(2);
const how = clock === "cpu" ? "processor time" : "wall time";
const where = `${machine.line}, ${loadAfter} at the end; one thread, ${how}, medians of ratios within rounds`;
const before = option("before", "");
const cost = before === "" ? "" : `\nAgainst before:\n\n${await againstTable(before, { rounds, pattern })}\n`;
const page = `${reportTable(measured)}\n\n${where}\n\nMedians:\n\n${peersTable(measured.peers)}\n${cost}`;
console.log(page);

if (words.includes("--write")) write();

function write() {
  const at = (path) => fileURLToPath(new URL(path, import.meta.url));
  mkdirSync(at("results/"), { recursive: true });
  writeFileSync(at(`results/${machine.date}.json`), resultsText({ machine, loadAfter, ...measured }));
  writeFileSync(at("../docs/benchmarks.svg"), chart(measured.peers, clock, machine));
  const readme = readFileSync(at("README.md"), "utf8");
  const [start, end] = [readme.indexOf("-->") + 3, readme.indexOf("<!-- end -->")];
  writeFileSync(at("README.md"), `${readme.slice(0, start)}\n\n${page}\n${readme.slice(end)}`);
}
