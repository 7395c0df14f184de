/** Networks that take one picture without an axis for samples, as detectors are exported. */
import { Model, Reshape, type Described, type Node, type Operator } from "@relprop/layers";

/**
 * The model with an axis for samples before its picture `[C, H, W]` and before its outputs, whose rows (boxes, say) are
 * no samples; the model itself where it has that axis. Whole numbers beside (labels) are left out.
 */
export function oneSample(model: Model): Model {
  const [input, ...others] = model.inputs;
  const [channels, ...rest] = input?.shape ?? [];
  const isPicture = rest.length === 2 && (channels === 3 || channels === 4) && input!.type === undefined;
  if (!isPicture || others.length > 0 || hasSamples(model, channels)) return model;
  const { name, shape, ...said } = input!;
  const taken = new Set(model.nodes.map((node) => node.name));
  const free = (wanted: string): string => (taken.has(wanted) ? free(`${wanted}'`) : wanted);
  const sample = free(`${name}.sample`);
  const inert = new Set(model.nodes.flatMap((node) => (node.inert === true ? [node.name] : [])));
  const kept = model.outputs.filter((output) => !inert.has(output));
  const ends = kept.map((output): Node =>
    ({ name: free(`${output}.rows`), layer: behind, inputs: [output], index: [] }));
  const nodes = [
    { name: sample, layer: before, inputs: [name], index: [] },
    ...model.nodes.map((node) => ({ ...node, inputs: node.inputs.map((each) => (each === name ? sample : each)) })),
    ...ends,
  ];
  let position = 0;
  return new Model({
    inputs: [{ name, shape: [1, ...shape!], ...said }],
    nodes: nodes.map((node) => ({ ...node, index: inert.has(node.name) ? [] : [position++] })),
    outputs: ends.map((end) => end.name), limits: model.limits, remarks: model.remarks,
  });
}

/** Whether what a model gives has the first axis of what it takes. */
function hasSamples(model: Model, samples: number): boolean {
  try {
    const shapes = model.shapes(...model.inputs.map(({ shape }) => shape!.map((extent) => extent ?? SIZE)));
    return model.outputs.every((output) => shapes.get(output)?.[0] === samples);
  } catch {
    return false;
  }
}

/** What stands for extents that are open. */
const SIZE = 64;

const ROUTE = { kind: "Reshape", role: "route", keepsSign: true, rearranges: true } as const;

const before: Operator = {
  ...ROUTE,
  lower: ([input]: readonly Described[]) => ({ layer: new Reshape(input!.shape.slice(1), { from: 0 }), reads: [0] }),
};

const behind: Operator = {
  ...ROUTE,
  lower: ([input]: readonly Described[]) => ({ layer: new Reshape([1, ...input!.shape], { from: 0 }), reads: [0] }),
};
