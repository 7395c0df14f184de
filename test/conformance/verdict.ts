/** Runs the case in a file and says whether it holds. */
import { attnCase } from "./attn/attn-case.ts";
import { CaseFile } from "./case-file.ts";
import { holds, type Check } from "./check.ts";
import { canonizeCase } from "./julia/canonize-case.ts";
import { juliaCrpCase } from "./julia/crp-case.ts";
import { modelCase } from "./julia/model-case.ts";
import { ruleCase } from "./julia/rule-case.ts";
import { lookUp } from "./words.ts";
import { zennitCrpCase } from "./zennit/crp-case.ts";
import { layersCase } from "./zennit/layers-case.ts";
import { netsCase } from "./zennit/nets-case.ts";
import { onnxCase } from "./zennit/onnx-case.ts";

/** What became of a case. */
export interface Verdict {
  readonly path: string;
  readonly kind: string;
  readonly passed: boolean;
  readonly checks: readonly Check[];
  /** Why it could not be read, understood or run; such a case fails. */
  readonly reason?: string;
}

/** What each kind of case means in our words. */
const adapters: Readonly<Record<string, (file: CaseFile) => readonly Check[]>> = {
  rule: ruleCase,
  model: modelCase,
  canonize: canonizeCase,
  crp: (file) => (file.says("conditions") ? zennitCrpCase(file) : juliaCrpCase(file)),
  layers: layersCase,
  nets: netsCase,
  onnx: onnxCase,
  "attn-net": attnCase,
  "attn-op": attnCase,
};

/** Kinds of file that go with cases and are none: parameters, intermediate values, numbers about functions. */
const companions: ReadonlySet<string> = new Set(["params", "debug", "util"]);

/** Runs the case in a file; `undefined` for a file that holds none. A case without a comparison does not pass. */
export function runCase(path: string): Verdict | undefined {
  let kind = "";
  try {
    const file = new CaseFile(path);
    kind = file.kind;
    if (companions.has(kind)) return undefined;
    const checks = lookUp(adapters, kind, "kind")(file);
    return { path, kind, passed: checks.length > 0 && checks.every(holds), checks };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { path, kind, passed: false, checks: [], reason };
  }
}

/** The check that used up most of its tolerance. */
export function worst({ checks }: Verdict): Check | undefined {
  const used = ({ error, tolerance }: Check): number => (Number.isNaN(error) ? Infinity : error / tolerance);
  return checks.toSorted((a, b) => used(b) - used(a))[0];
}
