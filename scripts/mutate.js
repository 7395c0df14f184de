// node scripts/mutate.js [PART OF A PATH…]: do the tests notice when the code is wrong?
//
// Makes the changes listed in mutations.js, one at a time, in a copy of the repository, and runs the tests that name
// what the changed file exports; if those pass, those of its package; if those pass, all others. Several copies work
// side by side. Each choice of tests is run on the code as it is before its verdict counts. A change nobody notices has
// survived. Exits with 0 when at least 95 % were caught, with 1 when fewer were, with 2 when the run would prove
// nothing: a text is not found exactly once, or the tests fail before anything is changed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { copyRepository } from "./copy-repository.js";
import { mutations } from "./mutations.js";
import { testsNaming } from "./tests-naming.js";

const enough = 0.95;
const minutes = 8; // a change may make a loop endless

/** Tests that fail before anything is changed. */
class RedError extends Error {}

// What tests said of the code as it is, by which were chosen.
const known = new Map();

const wanted = process.argv.slice(2);
const chosen = mutations.filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const counted = chosen.map((mutation) => ({ ...mutation, count: occurrences(mutation) }));
const misplaced = counted.filter(({ count }) => count !== 1);
for (const { file, old, count } of misplaced) {
  console.log(`${file}: takes text that stands there once, found ${count} times: ${old}`);
}
if (chosen.length === 0) console.log(`No change in mutations.js is in ${wanted.join(", ")}.`);
process.exitCode = misplaced.length > 0 || chosen.length === 0 ? 2 : await run();

async function run() {
  const count = Math.min(availableParallelism(), chosen.length);
  const copies = Array.from({ length: count }, () => copyRepository(new URL("..", import.meta.url)));
  try {
    console.log(`${chosen.length} changes in ${count} copies.`);
    return report(await judgeAll(copies.map(({ folder }) => folder)));
  } catch (error) {
    if (!(error instanceof RedError)) throw error;
    console.log(error.message);
    return 2;
  } finally {
    for (const copy of copies) copy.remove();
  }
}

/** Every copy takes the next change as soon as it is done with one. */
async function judgeAll(folders) {
  const waiting = chosen.entries();
  const judged = [];
  await Promise.all(
    folders.map(async (folder) => {
      for (const [i, mutation] of waiting) judged[i] = await judge(folder, mutation, `[${i + 1}/${chosen.length}]`);
    }),
  );
  return judged;
}

/** Makes one change, runs ever more tests until one fails, takes it back. */
async function judge(folder, mutation, label) {
  const path = `${folder}/${mutation.file}`;
  const source = readFileSync(path, "utf8");
  const home = `${mutation.file.split("/").slice(0, 2).join("/")}/`;
  const near = testsNaming(folder, mutation.file);
  const start = performance.now();
  let result = { noticed: false };
  for (const chosen of [near, [home], ["--exclude", `${home}**`]]) {
    if (chosen.length === 0 || result.noticed) continue;
    await green(folder, chosen);
    writeFileSync(path, source.replace(mutation.old, () => mutation.new));
    result = await test(folder, chosen);
    writeFileSync(path, source);
  }
  const line = source.slice(0, source.indexOf(mutation.old)).split("\n").length;
  const place = `${mutation.file}:${line}`;
  const verdict = result.unreadable ? "UNREADABLE" : result.noticed ? "caught" : "SURVIVED";
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const by = result.noticed ? ` by "${result.failed[0] ?? "running for too long"}"` : "";
  console.log(`${label} ${verdict} ${place} ${mutation.old.trim()} → ${mutation.new.trim()}${by} (${seconds} s)`);
  return { ...mutation, place, verdict };
}

/** Sees, once, that these tests pass on the code as it is. */
async function green(folder, chosen) {
  const key = chosen.join(" ");
  if (!known.has(key)) known.set(key, test(folder, chosen));
  const { passed, failed, noticed } = await known.get(key);
  if (passed > 0 && !noticed) return;
  const names = failed.join("; ") || "none";
  throw new RedError(`The tests must pass before anything is changed: ${passed} passed, failed: ${names}`);
}

function report(judged) {
  const caught = judged.filter(({ verdict }) => verdict === "caught").length;
  const others = judged.filter(({ verdict }) => verdict !== "caught");
  for (const { verdict, place, old, new: instead } of others) {
    console.log(`${verdict}: ${place} ${old.trim()} → ${instead.trim()}`);
  }
  console.log(`${caught} of ${judged.length} caught (${((100 * caught) / judged.length).toFixed(1)} %)`);
  if (others.some(({ verdict }) => verdict === "UNREADABLE")) return 2;
  return caught / judged.length >= enough ? 0 : 1;
}

/** Runs the tests chosen by `filters` until one fails; guards of the repository left out. */
async function test(folder, filters) {
  const results = `${folder}/out/mutation.json`;
  writeFileSync(results, "{}");
  const options = ["--bail=1", "--maxWorkers=1", "--reporter=json", `--outputFile=${results}`];
  const args = [...options, "--exclude=test/repo/**", "--passWithNoTests", ...filters];
  const vitest = `${folder}/node_modules/vitest/vitest.mjs`;
  const limits = { cwd: folder, timeout: minutes * 60_000, stdio: "ignore" };
  const [status] = await once(spawn(process.execPath, [vitest, "run", ...args], limits), "exit");
  const { numPassedTests: passed = 0, testResults = [] } = JSON.parse(readFileSync(results, "utf8"));
  const failures = testResults.filter((file) => file.status === "failed");
  const failed = failures.flatMap((file) => {
    const names = file.assertionResults.filter((it) => it.status === "failed").map((it) => it.fullName);
    return names.length > 0 ? names : [`loading ${file.name.replace(`${folder}/`, "")}`];
  });
  const unreadable = failures.some(({ message }) => /SyntaxError|Transform failed|PARSE_ERROR/.test(message));
  return { passed, failed, unreadable, noticed: status !== 0 };
}

function occurrences({ file, old }) {
  return readFileSync(new URL(`../${file}`, import.meta.url), "utf8").split(old).length - 1;
}
