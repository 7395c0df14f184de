/** The command: runs the cases below folders and says which hold. */
import { scalar, useKernels, type Kernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { findCases } from "./find-cases.ts";
import { json, line, summary, tally } from "./report.ts";
import { isSuite, runSuite, suiteHolds, suiteReport } from "./onnx/run-suite.ts";
import { runCase } from "./verdict.ts";

const usage = `pnpm conformance DIR… [--json] [--simd] [--gradients] [--help]

Runs every reference case (.safetensors) below the given folders and prints, for each, the relative L2 error
‖got − want‖ / ‖want‖ of the comparison that came nearest to its tolerance, and last how many passed and failed.
A folder with an index.json is one of the ONNX project's suite: what fails is listed by operator, and how much of each
tier passes.

  --json   print every comparison as JSON instead
  --simd   run on the WebAssembly SIMD kernels instead of the scalar ones
  --gradients  compare the gradients of what passes in the ONNX project's suite with central differences
  --help   print this

Exits with 1 if a case failed, could not be read or understood, or if there was none; for the ONNX project's suite, if
a model gave another result or gradient than it should (what is refused is counted, and no failure).`;

const known = ["--json", "--simd", "--gradients", "--help"];

/** Where lines go. */
export interface Terminal {
  log(line: string): void;
  error(line: string): void;
}

/** Runs the command with these words and returns its exit code. */
export function conformance(words: readonly string[], terminal: Terminal): number {
  const options = words.filter((word) => word.startsWith("--") && word !== "--");
  const folders = words.filter((word) => !word.startsWith("--"));
  const unknown = options.find((option) => !known.includes(option));
  if (unknown !== undefined) {
    terminal.error(`conformance: takes ${known.join(", ")}, got ${unknown}`);
    return 1;
  }
  if (options.includes("--help")) {
    terminal.log(usage);
    return 0;
  }
  if (folders.length === 0) {
    terminal.error(usage);
    return 1;
  }
  const kernels = options.includes("--simd") ? simd() : scalar;
  if (kernels === undefined) {
    terminal.error("conformance: takes a host with WebAssembly SIMD for --simd");
    return 1;
  }
  return runningOn(kernels, () => runAll(folders, options, terminal));
}

function runAll(folders: readonly string[], options: readonly string[], terminal: Terminal): number {
  const asJson = options.includes("--json");
  const suites = folders.filter(isSuite);
  const codes = suites.map((folder) => {
    const results = runSuite(folder, options.includes("--gradients"));
    if (asJson) terminal.log(JSON.stringify(results, undefined, 2));
    else suiteReport(results).forEach((line) => terminal.log(line));
    return suiteHolds(results) ? 0 : 1;
  });
  const others = folders.filter((folder) => !suites.includes(folder));
  return Math.max(...codes, others.length > 0 ? runReferences(others, asJson, terminal) : 0);
}

function runReferences(folders: readonly string[], asJson: boolean, terminal: Terminal): number {
  const verdicts = findCases(folders).flatMap((path) => {
    const verdict = runCase(path);
    if (verdict === undefined) return [];
    if (!asJson) terminal.log(line(verdict));
    return [verdict];
  });
  const counts = tally(verdicts);
  terminal.log(asJson ? json(verdicts) : summary(counts));
  return counts.failed > 0 || verdicts.length === 0 ? 1 : 0;
}

/** What `body` returns, computed on these kernels. */
export function runningOn<T>(kernels: Kernels, body: () => T): T {
  const before = useKernels(kernels);
  try {
    return body();
  } finally {
    useKernels(before);
  }
}
