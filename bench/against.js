/** What changes cost: another checkout and this one, each in a process of its own, take turns at the same works. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./rounds.js";

const presets = ["forward", "epsilon-plus-flat", "epsilon-gamma-box", "epsilon-alpha2-beta1-flat"];
const works = ["resnet18", "vgg16"].flatMap((subject) => presets.map((what) => `${subject} | ${what}`));

// So much longer than before may a row take.
const bar = 1.05;

// Compilers and caches are done after so many.
const warmUp = 3;

/** The rows as a table in Markdown, of works whose names match; the other checkout has to be built. */
export async function againstTable(before, { rounds, pattern }) {
  const roots = [resolve(before), fileURLToPath(new URL("..", import.meta.url))];
  const players = await Promise.all(roots.map(start));
  const lines = [];
  for (const name of works.filter((work) => pattern.test(work))) {
    lines.push(line(name, await match(players, name, rounds)));
  }
  for (const player of players) player.kill();
  const head = ["| work | bar | × before | least / least | before | now |", "|---|---|---:|---:|---:|---:|"];
  return [...head, ...lines].join("\n");
}

async function start(root) {
  const player = fork(fileURLToPath(new URL("measures/turns.js", import.meta.url)), [root]);
  await once(player, "message");
  return player;
}

/** Times of both in each round; who begins alternates. */
async function match(players, name, rounds) {
  const times = [];
  let repeats = 1;
  for (let round = -warmUp; round < rounds; round++) {
    const both = [];
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      players[i].send({ name, repeats });
      [both[i]] = await once(players[i], "message");
    }
    if (round >= 0) times.push(both);
    else repeats = Math.max(1, Math.ceil(100 / both[0]));
  }
  return times;
}

function line(name, times) {
  const [before, now] = [0, 1].map((i) => `${median(times.map((both) => both[i])).toFixed(1)} ms`);
  const ratio = median(times.map((both) => both[1] / both[0])).toFixed(3);
  const [leastBefore, leastNow] = [0, 1].map((i) => Math.min(...times.map((both) => both[i])));
  const ofLeast = (leastNow / leastBefore).toFixed(3);
  return `| ${name.replace(" | ", " ")} | ≤ ${bar} × | ${ratio} × | ${ofLeast} × | ${before} | ${now} |`;
}
