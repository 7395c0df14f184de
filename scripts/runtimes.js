// npm run runtimes: one suite over the packed packages in every runtime that can be had, and a table of what came out.
//
//   --require a,b   their absence is a failure, not a remark (and Chromium is installed where Debian's tools may)
//   --only a,b      these and no others, of: node20 node22 node24 node26 deno bun workerd chromium
//   --break         one expectation is wrong: every runtime must fail
//   --once          leaves out the second run in which one expectation is wrong and must be noticed
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "./remove-folder.js";
import { homes } from "./runtimes/homes.js";
import { pack, project, root } from "./runtimes/pack.js";

const options = process.argv.slice(2);
const listed = (name) => options[options.indexOf(name) + 1 || options.length]?.split(",") ?? [];
const [required, only] = [listed("--require"), listed("--only")];
const broken = options.includes("--break");

const folder = mkdtempSync(join(tmpdir(), "relprop-runtimes-"));
const rows = [];
let known;
try {
  const began = Date.now();
  const place = join(folder, "project");
  const tarballs = pack(join(folder, "tarballs"));
  project(place, tarballs);
  console.log(`packed and installed ${tarballs.length} packages in ${seconds(began)}`);
  for (const home of homes({ fetch: required.includes("chromium") })) {
    if (only.length > 0 && !only.includes(home.home)) continue;
    rows.push(await tried(home, place));
    console.log(line(rows.at(-1)));
  }
} finally {
  await removeFolder(folder);
}

const passed = rows.reduce((sum, row) => sum + (row.passed ?? 0), 0);
const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
console.log(`\n${table(rows)}\n`);
for (const { name, problems = [] } of rows) for (const problem of problems) console.log(`${name}: ${problem}`);
if (known !== undefined) {
  const chosen = / (epsilon-plus-flat|concepts|pixels)$/;
  const shown = Object.entries(known).filter(([name]) => chosen.test(name));
  console.log(shown.map(([name, digest]) => `${digest}  ${name}`).join("\n"));
}
console.log(`runtimes: ${passed} passed, ${failed} failed`);
mkdirSync(join(root, "out"), { recursive: true });
const results = { passed, failed, rows, digests: known };
writeFileSync(join(root, "out/runtimes.json"), `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** One row of the table. */
async function tried(home, place) {
  const row = { name: home.name, ...home.assignment };
  try {
    await home.ready();
  } catch ({ message }) {
    return required.includes(home.home)
      ? { ...row, state: "missing", failed: 1, problems: [message] }
      : { ...row, state: "not run", problems: [message] };
  }
  const began = Date.now();
  try {
    const report = await home.run(place, { ...home.assignment, known, broken });
    known ??= report.digests;
    const problems = report.failures.map(({ name, message }) => `${name}: ${message}`);
    const noticed = broken || options.includes("--once") ? undefined : await notices(home, place, report.passed);
    if (noticed === false) problems.push("a wrong expectation changed nothing");
    const state = problems.length === 0 ? "passed" : "FAILED";
    const same = Object.keys(report.digests).length;
    const more = { passed: report.passed + (noticed ? 1 : 0), failed: problems.length, problems, same, noticed };
    return { ...row, state, ...more, took: seconds(began) };
  } catch ({ message }) {
    return { ...row, state: "FAILED", failed: 1, problems: [message] };
  }
}

/** Whether the run fails where one expectation is wrong, and nowhere else. */
async function notices(home, place, passed) {
  const { failures } = await home.run(place, { ...home.assignment, known, broken: true });
  const names = new Set(failures.map(({ name }) => name));
  return names.size === 1 && failures.length > 0 && passed > 0;
}

function table(lines) {
  const head = ["runtime", "state", "passed", "failed", "same digests", "SIMD", "threads", "notices", "time"];
  const cells = lines.map((row) => [
    row.name, row.state, row.passed ?? "-", row.failed ?? "-", row.same ?? "-",
    row.simd ? "yes" : "refused", row.threads || 1,
    row.noticed === undefined ? "-" : row.noticed ? "yes" : "NO", row.took ?? "-",
  ].map(String));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)));
  const written = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [written(head), rule, ...cells.map(written)].join("\n");
}

function line({ name, state, took = "" }) {
  return `${state.padEnd(8)}${name} ${took}`.trimEnd();
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
