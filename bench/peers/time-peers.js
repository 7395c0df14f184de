/** All matches, one after the other. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { absentContestants } from "./contestants.js";
import { exportSubjects, runMatch } from "./interleave.js";
import { matches } from "./matches.js";
import { exported } from "./subjects.js";

const files = fileURLToPath(new URL("../../out/bench/", import.meta.url));

/** By subject, how many multiplications are planned, for those that PyTorch exported. */
export function plannedProducts() {
  const paths = exported.map((subject) => [subject, `${files}${subject}/model.json`]);
  return Object.fromEntries(paths.filter(([, path]) => existsSync(path))
    .map(([subject, path]) => [subject, JSON.parse(readFileSync(path, "utf8")).products]));
}

/** The times of every work by `keyOf`; `pattern` chooses matches by title, `keep` takes others from the last run. */
export async function timePeers({ rounds = 7, pattern = /./, keep = false } = {}) {
  const absent = absentContestants();
  for (const [name, reason] of absent) console.error(`without ${name}: ${reason}`);
  const chosen = matches.filter(({ title }) => pattern.test(title));
  exportSubjects(files, [...new Set(chosen.flatMap(({ entries }) => entries.map(({ subject }) => subject)))]);
  const last = `${files}times.json`;
  const results = keep && existsSync(last) ? JSON.parse(readFileSync(last, "utf8")) : {};
  for (const { title, rounds: factor, entries } of chosen) {
    const say = (text) => console.error(`${title}: ${text}`);
    const match = { entries, rounds: Math.max(1, Math.round(factor * rounds)) };
    Object.assign(results, await runMatch(match, { folder: files, absent, say }));
    writeFileSync(last, JSON.stringify(results));
  }
  return results;
}
