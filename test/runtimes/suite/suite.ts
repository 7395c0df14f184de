/** All checks, in the order in which a program would choose its kernels: none yet, plain loops, SIMD, threads. */
import { kernels, scalar, useKernels } from "@relprop/tensor";
import { useSimd, useThreads } from "@relprop/tensor/simd";
import { activationChecks } from "./activations.ts";
import { explanationChecks } from "./explanations.ts";
import { hostileChecks } from "./hostile.ts";
import { perform, type Check, type Outcome } from "./harness.ts";
import { fromBase64, now, withoutWebAssembly } from "./host.ts";
import { kernelChecks } from "./products.ts";
import { readingChecks } from "./reading.ts";
import { tensorChecks } from "./tensors.ts";

/** What a runtime is told: what it should find in itself, and what others found. */
export interface Assignment {
  /** Whether SIMD kernels can be had. */
  readonly simd: boolean;
  /** How many threads two asked for come to. */
  readonly threads: number;
  /** Digests of another runtime. */
  readonly known?: Readonly<Record<string, string>>;
  /** Makes one expectation wrong. */
  readonly broken?: boolean;
}

/** What a runtime brings. */
export interface Supplies {
  /** Files by name, in base64; a JSON list of some. */
  readonly files: Readonly<Record<string, string>>;
  /** The SIMD kernels, where they must be compiled before they are asked for. */
  readonly module?: object | undefined;
}

/** An outcome, and how long it took. */
export interface Report extends Outcome {
  readonly milliseconds: number;
}

/** Runs the suite. */
export async function runSuite(assignment: Assignment, { files, module }: Supplies): Promise<Report> {
  const { known, broken = false } = assignment;
  const model = fromBase64(files["digits.onnx"]!);
  const image = fromBase64(files["4-a.png"]!);
  const structures = JSON.parse(files["structures.json"]!) as readonly string[];
  const onKernels = (): readonly Check[] => [...kernelChecks(), ...explanationChecks({ model, image, broken })];

  const fallback: Check = ["without WebAssembly, plain loops do the work", (it) => {
    it.equal(withoutWebAssembly(() => useSimd()), false);
    it.equal(kernels().name, "scalar");
  }];
  const choice: Check = [`SIMD kernels ${assignment.simd ? "can" : "cannot"} be had`, (it) => {
    it.equal(useSimd(module), assignment.simd);
    it.equal(kernels().name, assignment.simd ? "simd" : "scalar");
  }];
  const start: Check = [`two threads asked for are ${assignment.threads}`, async (it) => {
    it.equal(await useThreads(2), assignment.threads);
  }];
  const end: Check = ["the plain loops can be chosen again", async (it) => {
    await useThreads(1);
    useKernels(scalar);
    it.equal(kernels().name, "scalar");
  }];

  const begun = now();
  const reading = [...readingChecks(model), ...hostileChecks({ structures, image })];
  const before = [fallback, ...tensorChecks, ...reading, ...activationChecks, ...onKernels()];
  // With threads the digests have the same names: their bits are compared with those without, in the same runtime too.
  const plain = await perform([...before, choice, ...(assignment.simd ? onKernels() : [])], known);
  const threaded = assignment.threads > 1 ? onKernels() : [];
  const after = await perform([start, ...threaded, end], { ...plain.digests, ...known });
  return {
    passed: plain.passed + after.passed,
    failures: [...plain.failures, ...after.failures],
    digests: { ...plain.digests, ...after.digests },
    milliseconds: Math.round(now() - begun),
  };
}
