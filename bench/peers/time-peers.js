/** All matches, one after the other. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { absentContestants } from "./contestants.js";
import { exportSubjects, runMatch } from "./interleave.js";
import { matches } from "./matches.js";

const files = fileURLToPath(new URL("../../out/bench/", import.meta.url));

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
