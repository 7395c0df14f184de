/** What a value is before anything runs, as far as the shapes of inputs decide it. */
import { Model, STEP, Undetermined, type Described, type ModelInput, type Operator } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import type { Budget } from "../budget.ts";
import { nameOf, placedNodes, stepsBefore } from "./placed-nodes.ts";
import type { Setting } from "./setting.ts";
import type { Flow } from "./value.ts";

/** Extents that stand for those that are left open; what follows from a file is the same with all of them. */
const STAND_INS = [1, 2, 7] as const;

/**
 * The shape of a flow, and its value where that follows from shapes alone. Throws a `RangeError` where extents that
 * are left open decide what is said of it, or the values of inputs.
 */
export function describedFlow(
  flow: Flow, said: (described: Described) => string, { shapes: inputs, fixedBatch, budget }: Setting,
): Described {
  // Of a file that fixes the batch, what is found for that is held to it where it is used.
  const known = fixedBatch === undefined ? inputs : inputs.map((input): ModelInput =>
    (input.shape === undefined ? input : { ...input, shape: [fixedBatch, ...input.shape.slice(1)] }));
  const isOpen = known.some(({ shape }) => shape?.includes(undefined) ?? true);
  try {
    const [first, ...others] = (isOpen ? STAND_INS : [1]).map((extent) => describedWith(extent, flow, known, budget));
    if (others.every((other) => said(other) === said(first!))) return first!;
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof Undetermined)) throw error;
  }
  const shapes = inputs.map(({ name, shape }) =>
    `${name} [${shape?.map((extent) => extent ?? "?").join(", ") ?? "…"}]`);
  throw new RangeError(
    `takes what the file and the shapes of inputs decide, got what is open with ${shapes.join(" and ")}: ` +
      "say more by the options shapes or bind",
  );
}

function describedWith(extent: number, flow: Flow, inputs: readonly ModelInput[], budget: Budget): Described {
  const steps = stepsBefore([flow]);
  const names = new Map(steps.map((step) => [step, `step ${step.order}`]));
  const elements = STEP * (16 * steps.length + 64);
  budget.positions.take(elements);
  const seen: Described[] = [];
  const end: Operator = {
    kind: "Described",
    role: "other",
    lower: ([described]) => {
      seen.push(described!);
      return { value: new Tensor([], new Float32Array(1)) };
    },
  };
  const nodes = [...placedNodes(steps, names), { name: "end", layer: end, inputs: [nameOf(flow, names)], index: [] }];
  const model = new Model({ inputs, nodes, outputs: ["end"], limits: { elements, perInput: 0, largest: Infinity } });
  model.shapes(...inputs.map(({ name, shape }) => {
    if (shape === undefined) throw new RangeError(`takes an input "${name}" of a known number of axes`);
    return shape.map((known) => known ?? extent);
  }));
  return seen[0]!;
}
