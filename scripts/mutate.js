// node scripts/mutate.js [--copies=N] [PART OF A PATH…]: do the tests notice when the code is wrong?
//
// Makes the changes listed in mutations.js, one at a time, in a copy of the repository, and runs the test files that
// execute the changed place, or name what the file exports: the one that noticed it last time first, then those which
// noticed others there, those which name it, those of the package, by seconds per test. What a test file executes is
// written down before, on the code as it is, which it must pass. A change nobody notices has survived. Findings stay in
// out/mutate, and hold while sources and tests stay.
//
// Exits with 0 when at least 95 % were caught, with 1 when fewer were, with 2 when the run would prove nothing: a text
// is not found exactly once, a change cannot be read, or tests fail before anything is changed.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { copyRepository } from "./copy-repository.js";
import { Findings } from "./mutate/findings.js";
import { Judge } from "./mutate/judge.js";
import { mutations } from "./mutations.js";
import { testFiles } from "./tests-naming.js";

const enough = 0.95;
const likely = 8; // test files that a change is shown to before others have their turn
const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals: wanted } = parseArgs({
  options: { copies: { type: "string", default: String(availableParallelism()) } },
  allowPositionals: true,
});

const chosen = mutations.filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const misplaced = chosen.map((each) => ({ ...each, count: occurrences(each) })).filter(({ count }) => count !== 1);
for (const { file, old, count } of misplaced) {
  console.log(`${file}: takes text that stands there once, found ${count} times: ${old}`);
}
if (chosen.length === 0) console.log(`No change in mutations.js is in ${wanted.join(", ")}.`);
process.exitCode = misplaced.length > 0 || chosen.length === 0 ? 2 : await run();

async function run() {
  const copies = Array.from({ length: Number(values.copies) }, () => copyRepository(new URL("..", import.meta.url)));
  const tests = testFiles(copies[0].folder);
  const findings = new Findings(`${root}out/mutate`, copies[0].folder, tests);
  const judges = copies.map(({ folder }) => new Judge(folder, tests, findings));
  const end = () => {
    for (const judge of judges) judge.close();
    for (const copy of copies) copy.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (end(), process.exit(130)));
  try {
    const red = [];
    await share(judges, tests, async (judge, test) => {
      const { failed } = await judge.observe(test);
      red.push(...failed.map((name) => `${test}: ${name}`));
    });
    for (const name of red) console.log(`Fails before anything is changed: ${name}`);
    if (red.length > 0) return 2;
    console.log(`${chosen.length} changes, ${tests.length} test files.`);
    const verdicts = [];
    let code = 2;
    for (const most of [likely, Infinity]) {
      await share(judges, chosen, async (judge, mutation, i) => {
        if (verdicts[i] !== undefined && verdicts[i].verdict !== "open") return;
        verdicts[i] = await judge.judge(mutation, most);
        console.log(`[${i + 1}/${chosen.length}] ${line(mutation, verdicts[i])}`);
      });
      code = report(verdicts);
    }
    return code;
  } finally {
    end();
  }
}

/** Every judge takes the next item as soon as it is done with one. */
async function share(judges, items, take) {
  const waiting = items.entries();
  await Promise.all(judges.map(async (judge) => {
    for (const [i, item] of waiting) await take(judge, item, i);
  }));
}

function line({ file, old, new: instead }, { verdict, test, by, seconds }) {
  const source = readFileSync(root + file, "utf8");
  const place = `${file}:${source.slice(0, source.indexOf(old)).split("\n").length}`;
  const how = by === undefined ? "" : ` by ${test}: "${by}"`;
  return `${verdict} ${place} ${shown(old)} → ${shown(instead)}${how} (${seconds.toFixed(1)} s)`;
}

function shown(code) {
  return code.trim().replace(/\s+/g, " ");
}

function report(verdicts) {
  const caught = verdicts.filter(({ verdict }) => verdict === "caught").length;
  verdicts.forEach((each, i) => {
    if (each.verdict !== "caught") console.log(line(chosen[i], each));
  });
  const minutes = verdicts.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const share = ((100 * caught) / verdicts.length).toFixed(1);
  console.log(`${caught} of ${verdicts.length} caught (${share} %) in ${minutes.toFixed(0)} minutes of processor time`);
  if (verdicts.some(({ verdict }) => verdict === "UNREADABLE")) return 2;
  return caught / verdicts.length >= enough ? 0 : 1;
}

function occurrences({ file, old }) {
  return readFileSync(root + file, "utf8").split(old).length - 1;
}
