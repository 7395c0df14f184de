/** The ONNX project's suite in a folder: how many cases pass, and what fails and why, by operator. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runEntry, type CaseResult, type SuiteEntry } from "./suite-case.ts";

/** Whether a folder holds the suite rather than reference cases. */
export function isSuite(folder: string): boolean {
  return existsSync(join(folder, "index.json")) && "tier" in (entriesOf(folder)[0] ?? {});
}

function entriesOf(folder: string): readonly SuiteEntry[] {
  return JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as readonly SuiteEntry[];
}

/** Runs every case in the folder's index. */
export function runSuite(folder: string): readonly CaseResult[] {
  return entriesOf(folder).map((entry) => runEntry(folder, entry));
}

/** What fails, by operator, and last how many cases of each tier pass. */
export function suiteReport(results: readonly CaseResult[]): readonly string[] {
  const failed = results.filter(({ passed }) => !passed).toSorted((a, b) => order(a, b));
  return [...failed.map(failure), ...summary(results)];
}

/** Whether nothing is wrong; refusals do not count. */
export function suiteHolds(results: readonly CaseResult[]): boolean {
  return results.length > 0 && results.every(({ fate }) => fate !== "WRONG" && fate !== "SHAPE");
}

function order(a: CaseResult, b: CaseResult): number {
  return a.entry.tier - b.entry.tier || compare(operators(a), operators(b)) || compare(a.entry.name, b.entry.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function operators({ entry }: CaseResult): string {
  return entry.ops.join("+");
}

function failure(result: CaseResult): string {
  const { entry, fate, forms } = result;
  const reasons = forms.filter(({ fate: one }) => one !== "PASS").map(({ form, reason }) => `${form}: ${reason}`);
  const indent = `\n${" ".repeat(10)}`;
  return [`${fate.padEnd(7)} ${entry.tier} ${operators(result)} ${entry.name}`, ...reasons].join(indent);
}

function summary(results: readonly CaseResult[]): readonly string[] {
  const tiers = [...new Set(results.map(({ entry }) => entry.tier))].sort((a, b) => a - b);
  return tiers.map((tier) => {
    const all = results.filter(({ entry }) => entry.tier === tier);
    const passed = all.filter((result) => result.passed).length;
    const count = (fate: string): number => all.filter((result) => !result.passed && result.fate === fate).length;
    const share = (100 * passed / all.length).toFixed(1);
    return `tier ${tier}: ${passed} of ${all.length} pass (${share} %), ${count("REFUSED")} refused, ` +
      `${count("WRONG")} wrong, ${count("SHAPE")} of another shape`;
  });
}
