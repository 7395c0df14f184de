/** A case of the ONNX project's suite in its forms, and what the reader makes of each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "@relprop/layers";
import { loadOnnx } from "@relprop/models";
import { sameShape, Tensor, type Value } from "@relprop/tensor";
import { checkGradients, type GradientResult } from "./gradients.ts";
import { readTensorFile, valueOf, type TensorFile } from "./tensor-file.ts";

/** A case as the suite's index has it. */
export interface SuiteEntry {
  readonly name: string;
  readonly folder: string;
  readonly ops: readonly string[];
  readonly tier: number;
  readonly inputs: readonly string[];
  readonly constants?: readonly string[];
  readonly sample?: readonly string[];
  /** With 1, `constants.onnx` has the first output only. */
  readonly outputs?: number;
  readonly expect: "pass" | "refusal" | "pass or refusal";
}

/** What became of a form: it came out right, with other numbers, with another shape, or was refused. */
export type Fate = "PASS" | "WRONG" | "SHAPE" | "REFUSED";

/** What became of a form, and why. */
export interface FormResult {
  readonly form: "model" | "constants" | "sample";
  readonly fate: Fate;
  readonly reason: string;
  /** What became of its gradients, where they were looked at. */
  readonly gradients?: GradientResult;
}

/** What became of a case. */
export interface CaseResult {
  readonly entry: SuiteEntry;
  readonly forms: readonly FormResult[];
  readonly fate: Fate;
  /** Whether that is what the suite expects. */
  readonly passed: boolean;
}

/** Runs every form of a case: one must come out right, and none may come out wrong. */
export function runEntry(root: string, entry: SuiteEntry, gradients = false): CaseResult {
  const folder = join(root, entry.folder);
  const forms = formsOf(folder, entry).map((form) => runForm(form, gradients));
  const fates = forms.map(({ fate }) => fate);
  const fate = (["WRONG", "SHAPE", "PASS"] as const).find((one) => fates.includes(one)) ?? "REFUSED";
  const takes = { "pass": ["PASS"], "refusal": ["REFUSED"], "pass or refusal": ["PASS", "REFUSED"] }[entry.expect];
  const isUnwanted = entry.expect === "refusal" && fate === "PASS";
  return { entry, forms, fate: isUnwanted ? "WRONG" : fate, passed: takes.includes(fate) };
}

/** A model to load, what to feed it, and what is to come out. */
export interface Form {
  readonly form: FormResult["form"];
  readonly model: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The forms that a case has. */
export function formsOf(folder: string, entry: SuiteEntry): readonly Form[] {
  const data = join(folder, "test_data_set_0");
  const all = entry.inputs.map((_, i) => join(data, `input_${i}.pb`));
  const outputs = filesOf(data, "output");
  const { constants } = entry;
  const fed = all.filter((_, i) => constants?.includes(entry.inputs[i]!) !== true);
  const sample = join(folder, "sample");
  const forms: readonly Form[] = [
    { form: "model", model: join(folder, "model.onnx"), inputs: all, outputs },
    {
      form: "constants", model: join(folder, "constants.onnx"), inputs: fed,
      outputs: entry.outputs === 1 ? outputs.slice(0, 1) : outputs,
    },
    {
      form: "sample", model: join(folder, "sample.onnx"),
      inputs: (entry.sample ?? []).map((_, i) => join(sample, `input_${i}.pb`)), outputs: filesOf(sample, "output"),
    },
  ];
  // Samples of random nodes were made without moving axes that are constants, or raising the ranks of constants; and
  // the scale and zero point that a whole tensor has do not get an axis for the batch.
  const isAside = entry.folder.startsWith("differential/") || entry.ops.includes("DynamicQuantizeLinear");
  return forms.filter(({ form, model }) => existsSync(model) && !(isAside && form === "sample"));
}

function filesOf(folder: string, kind: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const count = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`)).length;
  return Array.from({ length: count }, (_, i) => join(folder, `${kind}_${i}.pb`));
}

function runForm({ form, model: path, inputs, outputs }: Form, gradients: boolean): FormResult {
  let got: readonly Value[];
  let want: readonly TensorFile[];
  let model: Model;
  let given: readonly Value[];
  try {
    want = outputs.map(readTensorFile);
    model = loadOnnx(readFileSync(path));
    given = inputs.map((file) => valueOf(readTensorFile(file)));
    got = model.run(...given);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Whatever is no sentence of ours is a fault, not a refusal.
    const isRefusal = error instanceof RangeError || /^(ModelFormat|Shape|Undetermined)/.test(error.name) ||
      error.message.startsWith("Model");
    const reason = isRefusal ? error.message : (error.stack ?? error.message);
    return { form, fate: isRefusal ? "REFUSED" : "WRONG", reason };
  }
  if (got.length < want.length) {
    return { form, fate: "REFUSED", reason: `takes ${want.length} outputs, got ${got.length}` };
  }
  for (const [i, expected] of want.entries()) {
    const found = differs(got[i]!, expected);
    if (found !== undefined) return { form, fate: found.fate, reason: `output ${i}: ${found.reason}` };
  }
  return { form, fate: "PASS", reason: "", ...(gradients && { gradients: checkGradients(model, given) }) };
}

function differs(got: Value, want: TensorFile): Omit<FormResult, "form"> | undefined {
  const type = got instanceof Tensor ? "float" : got.type;
  if (type !== (want.type.startsWith("float") ? "float" : want.type)) {
    return { fate: "WRONG", reason: `takes ${want.type}, got ${type}` };
  }
  if (!sameShape(got.shape, want.shape)) {
    return { fate: "SHAPE", reason: `takes [${want.shape.join(", ")}], got [${got.shape.join(", ")}]` };
  }
  const at = want.numbers.findIndex((value, i) => !agrees(got.data[i]!, value, want.type));
  return at < 0
    ? undefined
    : { fate: "WRONG", reason: `takes ${want.numbers[at]!} at ${at} of ${got.data.length}, got ${got.data[at]}` };
}

function agrees(got: number, want: number | bigint, type: TensorFile["type"]): boolean {
  if (typeof want === "bigint") return Number.isSafeInteger(got) && BigInt(got) === want;
  if (Number.isNaN(want)) return Number.isNaN(got);
  if (got === want) return true;
  if (!type.startsWith("float")) return false;
  const error = Math.abs(got - want);
  // Several expectations are rounded: what the ONNX project itself allows passes too.
  const allowed = 1e-3 * Math.abs(want) + 1e-7;
  const own = type === "float16" ? 1e-3 + 2e-3 * Math.abs(want) : 1e-5 + 1e-4 * Math.abs(want);
  return error <= Math.max(own, allowed);
}
