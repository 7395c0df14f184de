/** Verdicts in words and in JSON. */
import { basename } from "node:path";
import { holds } from "./check.ts";
import { worst, type Verdict } from "./verdict.ts";

/** How many cases passed and how many did not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Counts verdicts. */
export function tally(verdicts: readonly Verdict[]): Tally {
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  return { passed, failed: verdicts.length - passed };
}

/** One line: whether it passed, the check that came nearest to its tolerance or went furthest beyond it, the file. */
export function line(verdict: Verdict): string {
  const { passed, path, kind, reason } = verdict;
  const check = worst(verdict);
  const measured = check === undefined
    ? (reason ?? "compared nothing")
    : `${exponent(check.error)} of ${exponent(check.tolerance)} (${check.what})`;
  return `${passed ? "pass" : "FAIL"}  ${kind.padEnd(8)} ${basename(path, ".safetensors")}  ${measured}`;
}

/** The last line. */
export function summary({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** Everything, for machines; an error that is no finite number is written as a string. */
export function json(verdicts: readonly Verdict[]): string {
  const cases = verdicts.map(({ path, kind, passed, reason, checks }) => ({
    path, kind, passed, reason,
    checks: checks.map((check) => ({
      ...check,
      error: Number.isFinite(check.error) ? check.error : String(check.error),
      passed: holds(check),
    })),
  }));
  return JSON.stringify({ ...tally(verdicts), cases }, undefined, 2);
}

function exponent(value: number): string {
  return value.toExponential(1);
}
