/** Checks one after another, each said as it ends; all together in `out/NAME.json` and as the exit code. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./runtimes/pack.js";

const counts = { passed: 0, failed: 0 };

/** Runs one: `find` gives a list of complaints, or throws one. */
export async function check(what, find) {
  let complaints;
  try {
    complaints = await find();
  } catch ({ message }) {
    complaints = [message];
  }
  const passed = complaints.length === 0;
  counts[passed ? "passed" : "failed"]++;
  console.log(`${passed ? "passed" : "FAILED"}  ${what}`);
  for (const complaint of complaints) console.log(`        ${complaint}`);
}

/** Says how many passed. */
export function conclude(name) {
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed`);
  mkdirSync(join(root, "out"), { recursive: true });
  writeFileSync(join(root, `out/${name}.json`), `${JSON.stringify(counts)}\n`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
