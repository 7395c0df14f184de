/** ONNX files as models. */
import { Model, type ModelInput, type Node } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import { ModelFormatError } from "../model-format-error.ts";
import { Budget } from "./constant.ts";
import type { External } from "./external-data.ts";
import { GraphWalk } from "./graph.ts";
import { nameSteps } from "./naming.ts";
import { readModelProto, type ModelProto, type ValueInfo } from "./schema.ts";
import type { Flow, Step } from "./value.ts";

/** What `loadOnnx` may be given besides the file. */
export interface LoadOnnxOptions {
  /** Finds files beside the model that hold its weights, by their path relative to it. */
  readonly external?: External;
  /** Extents of inputs, by name, where the file leaves them free; `undefined` leaves an axis as it is. */
  readonly shapes?: Readonly<Record<string, readonly (number | undefined)[]>>;
}

/** The operator sets that are known, by version. */
const OPSETS = { first: 7, last: 25 };

/**
 * The network in an ONNX file as a model: nodes lowered to layers, constants folded, nodes named as where they were
 * trained (see the package's README). Throws a `ModelFormatError` for files that are damaged or not supported.
 */
export function loadOnnx(bytes: Uint8Array, options: LoadOnnxOptions = {}): Model {
  const proto = readModelProto(bytes);
  const version = proto.opsets.get("") ?? 0;
  if (version < OPSETS.first || version > OPSETS.last) {
    throw new ModelFormatError(`loadOnnx: takes operator sets ${OPSETS.first} to ${OPSETS.last}, got ${version}`);
  }
  const inputs = inputsOf(proto, options);
  const fixedBatch = inputs.every(({ shape }) => shape[0] === inputs[0]?.shape[0]) ? inputs[0]?.shape[0] : undefined;
  const attempt = (batches: readonly (number | undefined)[]): Model => {
    const walk = new GraphWalk({
      version,
      external: options.external,
      budget: new Budget(bytes.length),
      inputs: new Map(inputs.map(({ name, shape }) => [name, batches.map((batch, i) => probeShape(shape, batch, i))])),
      probes: batches.length,
      fixedBatch,
      outputs: new Set(proto.graph.outputs.map(({ name }) => name)),
    });
    walk.run(proto.graph);
    const frees = batches.length > 1;
    const freed = inputs.map(({ name, shape }) => ({ name, shape: frees ? [undefined, ...shape.slice(1)] : shape }));
    return build(freed, outputsOf(proto, walk));
  };
  if (fixedBatch === undefined) return attempt([2, 3]);
  try {
    return attempt([fixedBatch, fixedBatch + 1]);
  } catch (error) {
    // Something in the graph insists on the batch it was exported with.
    if (!(error instanceof ModelFormatError)) throw error;
    return attempt([fixedBatch]);
  }
}

interface Input {
  readonly name: string;
  readonly shape: OpenShape;
}

/** The graph's inputs that are not constants, with their shapes. */
function inputsOf({ graph }: ModelProto, { shapes = {} }: LoadOnnxOptions): readonly Input[] {
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
  const twice = inputs.find(({ name }, i) => inputs.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) throw new ModelFormatError(`loadOnnx: takes every name once, got "${twice.name}" twice`);
  if (inputs.length === 0) throw new ModelFormatError("loadOnnx: takes graphs with an input, got none");
  const unknown = Object.keys(shapes).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    const names = inputs.map(({ name }) => `"${name}"`).join(", ");
    throw new RangeError(`loadOnnx: takes shapes of inputs ${names}, got one of "${unknown}"`);
  }
  return inputs.map((input) => {
    const given = Object.hasOwn(shapes, input.name) ? shapes[input.name] : undefined;
    return { name: input.name, shape: shapeOf(input, given) };
  });
}

type OpenShape = readonly (number | undefined)[];

/** The shape an input has by the file and by what is given, one filling in what the other leaves open. */
function shapeOf({ name, shape = undefined }: ValueInfo, given: OpenShape | undefined): OpenShape {
  if (shape === undefined || given === undefined) {
    const only = given ?? shape;
    if (only === undefined) {
      throw new ModelFormatError(`loadOnnx: takes inputs with a shape, got "${name}" without: use option shapes`);
    }
    return only;
  }
  const clashes = given.some((extent, i) => extent !== undefined && shape[i] !== undefined && extent !== shape[i]);
  if (given.length !== shape.length || clashes) {
    const [takes, got] = [shape, given].map((extents) => `[${extents.map((extent) => extent ?? "?").join(", ")}]`);
    throw new RangeError(`loadOnnx: takes a shape for "${name}" that fits ${takes}, got ${got}`);
  }
  return shape.map((extent, i) => given[i] ?? extent);
}

/** A shape to try a graph with: free extents differ from probe to probe. */
function probeShape(shape: OpenShape, batch: number | undefined, probe: number): Shape {
  return shape.map((extent, axis) => (axis === 0 ? (batch ?? extent ?? 1) : (extent ?? 224 + 64 * probe)));
}

/** The flows that the graph's outputs name. */
function outputsOf({ graph }: ModelProto, walk: GraphWalk): readonly Flow[] {
  if (graph.outputs.length === 0) throw new ModelFormatError("loadOnnx: takes graphs with an output, got none");
  return graph.outputs.map(({ name }) => {
    const value = walk.value(name);
    if (value.kind === "refused") throw value.error;
    if (value.kind === "known") {
      throw new ModelFormatError(`loadOnnx: takes outputs that depend on the input, got "${name}", a constant`);
    }
    return value;
  });
}

/** The model of the steps that outputs depend on. */
function build(inputs: readonly ModelInput[], outputs: readonly Flow[]): Model {
  const found = new Set<Step>();
  const stack = [...outputs];
  for (let flow = stack.pop(); flow !== undefined; flow = stack.pop()) {
    if (flow.step === undefined || found.has(flow.step)) continue;
    found.add(flow.step);
    stack.push(...flow.step.inputs);
  }
  const steps = [...found].sort((a, b) => a.order - b.order);
  const names = nameSteps(steps, new Set(inputs.map(({ name }) => name)));
  const nameOf = ({ step, input }: Flow): string => (step === undefined ? input! : names.get(step)!);
  const nodes = steps.map((step, position): Node => ({
    name: names.get(step)!,
    layer: step.layer,
    inputs: step.inputs.map(nameOf),
    index: [position],
  }));
  return new Model({ inputs, nodes, outputs: outputs.map(nameOf) });
}
