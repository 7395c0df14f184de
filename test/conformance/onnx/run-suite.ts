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

/** Runs every case in the folder's index; what passes may be gone back through too. */
export function runSuite(folder: string, gradients = false): readonly CaseResult[] {
  return entriesOf(folder).map((entry) => runEntry(folder, entry, gradients));
}

/** What fails, by operator, gradients that are no derivatives, and last how many cases of each tier pass. */
export function suiteReport(results: readonly CaseResult[]): readonly string[] {
  const failed = results.filter(({ passed }) => !passed).toSorted((a, b) => order(a, b));
  return [...failed.map(failure), ...gradientReport(results), ...summary(results)];
}

/** Whether nothing is wrong, gradients included; refusals do not count. */
export function suiteHolds(results: readonly CaseResult[]): boolean {
  const isOff = results.some(({ forms }) => forms.some(({ gradients }) => gradients?.fate === "OFF"));
  return results.length > 0 && !isOff && results.every(({ fate }) => fate !== "WRONG" && fate !== "SHAPE");
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

/** Gradients that are not the derivative and why, and last how many there are of each kind; nothing if not asked. */
function gradientReport(results: readonly CaseResult[]): readonly string[] {
  const found = results.flatMap((result) => result.forms.flatMap(({ form, gradients }) =>
    (gradients === undefined ? [] : [{ result, form, gradients }])));
  const quiet = ["AGREES", "NONE", "ROUNDED", "HELD"];
  const shown = found.filter(({ gradients }) => !quiet.includes(gradients.fate)).map(({ result, form, gradients }) =>
    `${gradients.fate.padEnd(7)} ${operators(result)} ${result.entry.name} ${form}: ${gradients.reason}`);
  if (found.length === 0) return shown;
  const counts = new Map<string, number>();
  for (const { gradients: { fate } } of found) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  return [...shown, `gradients: ${[...counts].map(([fate, count]) => `${count} ${fate}`).join(", ")}`];
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
