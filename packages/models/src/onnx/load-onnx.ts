/** ONNX files as models. */
import {
  Model, MOST_AXES, Undetermined, withLayouts, type Allowance, type ModelInput,
} from "@relprop/layers";
import { optionsOf, ShapeError, type Layout } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import { allowanceOf, allowMore, Budget, MOST_INPUTS, type ReadLimits } from "../budget.ts";
import { inPlace } from "../files/bytes-source.ts";
import { Parts } from "../files/parts.ts";
import { refuseOtherKinds } from "../files/recognize-file.ts";
import { ModelFormatError } from "../model-format-error.ts";
import { boundInputs, type Binding } from "./bindings.ts";
import { chosenOutputs, flowsNamed } from "./chosen-outputs.ts";
import type { External } from "./external-data.ts";
import type { OnnxOperator } from "./custom-operator.ts";
import { integerType } from "./evaluation.ts";
import { GraphWalk } from "./graph.ts";
import { functionKey } from "./instance.ts";
import { nameSteps } from "./naming.ts";
import { isPicture } from "./pictures.ts";
import type { OperatorTable } from "./operators/operator-group.ts";
import { EVERY_OPERATOR } from "./operators/operators.ts";
import { mixesSamples } from "./one-sample-files.ts";
import { nameOf, placedNodes, stepsBefore } from "./placed-nodes.ts";
import { readModelProto, type GraphProto, type ModelProto, type ValueInfo } from "./schema.ts";
import { DATA_TYPES } from "./tensor-proto.ts";
import type { Flow, Step } from "./value.ts";

/** What `loadOnnx` may be given besides the file. */
export interface LoadOnnxOptions {
  /** Finds files beside the model that hold its weights, by their path relative to it. */
  readonly external?: External;
  /** Extents of inputs, by name, where the file leaves them free; `undefined` leaves an axis as it is. */
  readonly shapes?: Readonly<Record<string, readonly (number | undefined)[]>>;
  /** Inputs made constants, by name: `{ sr: 16000 }`; the model asks for the others only. */
  readonly bind?: Readonly<Record<string, Binding>>;
  /**
   * Where the model ends: values of the file by name, or nodes as the model calls them. The file's own outputs unless
   * given; what only those need is left out, readable or not.
   */
  readonly outputs?: readonly string[];
  /**
   * What nodes do that are not known here, or that are to do something else, by operator: `MyOp`, `my.domain.MyOp`.
   * Each makes a layer with a forward pass and a way back.
   */
  readonly operators?: Readonly<Record<string, OnnxOperator>>;
  /** How much work and memory reading and using the file may take besides a multiple of its size. */
  readonly limits?: ReadLimits;
}

/** The operator sets that are known, by version. */
const OPSETS = { first: 1, last: 28 };

/**
 * The network in an ONNX file as a model: nodes lowered to layers, constants folded, nodes named as where they were
 * trained (see the package's README). Throws a `ModelFormatError` for files that are damaged or not supported, or of
 * another kind, with what leads from there to a model.
 */
export function loadOnnx(file: Uint8Array | ArrayBuffer, options: LoadOnnxOptions = {}): Model {
  optionsOf("loadOnnx", options);
  const bytes = inPlace(file);
  refuseOtherKinds("loadOnnx", "an ONNX file", bytes);
  const allowance = allowanceOf(bytes.length, options.limits);
  return modelOf(readModelProto(bytes, allowance), allowance, options, EVERY_OPERATOR);
}

/**
 * The network that messages describe; inputs of pictures stand in the layout `otherwise` where nothing says.
 */
export function modelOf(
  proto: ModelProto, allowance: Allowance, options: LoadOnnxOptions, table: OperatorTable, otherwise?: Layout,
): Model {
  const numbered = table.steps.textsAsNumbers?.(proto, allowance);
  if (numbered !== undefined) return numbered.told(modelOf(numbered.proto, allowance, options, table, otherwise));
  const version = proto.opsets.get("") ?? (proto.opsets.size > 0 ? OPSETS.last : 0);
  if (version < OPSETS.first || version > OPSETS.last) {
    throw new ModelFormatError(
      `loadOnnx: takes operator sets ${OPSETS.first} to ${OPSETS.last}, got ${version}: export with one of these`,
    );
  }
  const { graph } = proto;
  const bound = boundInputs(graph.inputs, options.bind ?? {});
  const inputs = inputsOf(graph, options, bound);
  // A file exported for one sample takes any number of them; its shapes say 1 where the batch stands.
  const isSingle = inputs.every(({ shape }) => shape?.[0] === 1);
  const freed = isSingle
    ? inputs.map((input) => ({ ...input, shape: input.shape && [undefined, ...input.shape.slice(1)] }))
    : inputs;
  const walk = new GraphWalk({
    version,
    external: options.external && allowing(options.external, allowance),
    budget: new Budget(allowance),
    table,
    inputs: inputs.map(inputFlow),
    shapes: freed.map(modelInput),
    functions: new Map((proto.functions ?? []).map((each) => [functionKey({ ...each, opType: each.name }), each])),
    bound,
    fixedBatch: isSingle ? 1 : undefined,
    outputs: new Set([...(options.outputs ?? []), ...graph.outputs.map(({ name }) => name)]),
    operators: options.operators ?? {},
  });
  walk.run(graph);
  const end = endOf(graph, walk, inputs, options);
  const model = build(freed.map(modelInput), walk, end, allowance, otherwise);
  checkShapes(model, inputs, graph);
  const why = isSingle ? mixesSamples(model) : undefined;
  const single = why === undefined ? undefined : [...end.remarks, `takes one sample at a time, as exported: ${why}`];
  const made = single && build(inputs.map(modelInput), walk, { ...end, remarks: single }, allowance, otherwise);
  walk.forget();
  return made ?? model;
}

/** Files beside the model count like the model itself, each once. */
function allowing(external: External, allowance: Allowance): External {
  const seen = new Set<string>();
  return (path) => {
    const file = external(path);
    if (file !== undefined && !seen.has(path)) allowMore(allowance, new Parts(file).length);
    seen.add(path);
    return file;
  };
}

/**
 * Throws a `ModelFormatError` where a file that leaves at most the first axis open can run with no extent of it: not
 * with one sample, and not with what its constants speak of.
 */
function checkShapes(model: Model, inputs: readonly Input[], graph: GraphProto): void {
  const known = inputs.every(({ shape }) => shape?.slice(1).every((extent) => extent !== undefined) === true);
  if (!known) return;
  const isOpen = inputs.some(({ shape }) => shape![0] === undefined);
  // The only axis of a vector is nobody's batch: each may have an extent of its own.
  if (inputs.length > 1 && inputs.some(({ shape }) => shape!.length === 1 && shape![0] === undefined)) return;
  const tried = (extent: number): RangeError | undefined => {
    try {
      model.shapes(...inputs.map(({ shape }) => shape!.map((given) => given ?? extent)));
    } catch (error) {
      if (error instanceof RangeError) return error;
      if (!(error instanceof Undetermined)) throw error;
    }
    return undefined;
  };
  const failed = tried(1);
  if (failed === undefined) return;
  const fits = isOpen && failed instanceof ShapeError && spokenOf(graph).some((extent) => tried(extent) === undefined);
  if (!fits) throw new ModelFormatError(`loadOnnx: ${failed.message}`, undefined, { cause: failed });
}

/** Extents that a file may be made for: small ones and those of its constants; few where trying costs much. */
function spokenOf({ initializers, nodes }: GraphProto): readonly number[] {
  const small = Array.from({ length: 7 }, (_, i) => i + 2);
  const spoken = initializers.slice(0, 2 ** 12).flatMap(({ shape }) => shape);
  const all = [...new Set([...small, ...spoken])].filter((extent) => extent > 1 && extent <= 2 ** 16);
  return all.slice(0, Math.floor(2 ** 9 / (nodes.length + 2 ** 5)));
}

interface Input {
  readonly name: string;
  readonly shape: OpenShape | undefined;
  readonly dtype: DType;
}

function inputFlow({ name, shape, dtype }: Input): Flow {
  const [rank, inert] = [shape?.length, isInteger(dtype)];
  return { kind: "flow", step: undefined, input: name, dtype, rank, inert, picture: isPicture(dtype, rank) };
}

function modelInput({ name, shape, dtype }: Input): ModelInput {
  const type = integerType(dtype);
  return {
    name, ...(shape === undefined ? {} : { shape }), ...(type === undefined ? {} : { type }),
    ...(dtype === "F64" ? { double: true } : {}),
  };
}

/** The graph's inputs that are not constants, with their shapes. */
function inputsOf(
  graph: GraphProto, { shapes = {} }: LoadOnnxOptions, bound: ReadonlyMap<string, unknown>,
): readonly Input[] {
  const stored = [...graph.initializers, ...(graph.sparse ?? [])].map(({ name }) => name);
  const constants = new Set([...stored, ...bound.keys()]);
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
  const names = new Set<string>();
  const twice = inputs.find(({ name }) => names.size === names.add(name).size);
  if (twice !== undefined) throw new ModelFormatError(`loadOnnx: takes every name once, got "${twice.name}" twice`);
  if (inputs.length === 0) throw new ModelFormatError("loadOnnx: takes graphs with an input, got none");
  if (inputs.length > MOST_INPUTS) {
    throw new ModelFormatError(`loadOnnx: takes at most ${MOST_INPUTS} inputs, got ${inputs.length}`);
  }
  const unknown = Object.keys(shapes).find((name) => !names.has(name));
  if (unknown !== undefined) {
    const listed = [...names].map((name) => `"${name}"`).join(", ");
    throw new RangeError(`loadOnnx: takes shapes of inputs ${listed}, got one of "${unknown}"`);
  }
  const deep = inputs.find(({ shape = [] }) => shape.length > MOST_AXES);
  if (deep !== undefined) {
    const got = `${deep.shape!.length} of "${deep.name}"`;
    throw new ModelFormatError(`loadOnnx: takes inputs of at most ${MOST_AXES} axes, got ${got}`);
  }
  return inputs.map((input) => {
    const given = Object.hasOwn(shapes, input.name) ? shapes[input.name] : undefined;
    return { name: input.name, shape: shapeOf(input, given), dtype: DATA_TYPES.get(input.elementType ?? 1) ?? "F32" };
  });
}

type OpenShape = readonly (number | undefined)[];

/**
 * The shape an input has by the file and by what is given, one filling in what the other leaves open. The batch a file
 * was exported with stands for any.
 */
function shapeOf({ name, shape = undefined }: ValueInfo, given: OpenShape | undefined): OpenShape | undefined {
  if (shape === undefined || given === undefined) return given ?? shape;
  const clashes = given.some((extent, i) => extent !== undefined && shape[i] !== undefined && extent !== shape[i]);
  if (given.length !== shape.length || clashes) {
    const [takes, got] = [shape, given].map((extents) => `[${extents.map((extent) => extent ?? "?").join(", ")}]`);
    throw new RangeError(`loadOnnx: takes a shape for "${name}" that fits ${takes}, got ${got}`);
  }
  return shape.map((extent, i) => given[i] ?? extent);
}

interface Outputs {
  readonly flows: readonly Flow[];
  /** The steps that names are given to: those of the file's own outputs too, so that names stay what they are. */
  readonly named: readonly Step[];
  /** Why others were left out. */
  readonly remarks: readonly string[];
}

/** Where the model ends: where it was asked to, or where the graph does. */
function endOf(
  graph: GraphProto, walk: GraphWalk, inputs: readonly Input[], { outputs }: LoadOnnxOptions,
): Outputs {
  if (outputs === undefined) return outputsOf(graph, walk);
  const chosen = chosenOutputs(outputs, graph.outputs, walk, new Set(inputs.map(({ name }) => name)));
  const flows = flowsNamed(chosen, walk);
  return { flows, named: stepsBefore([...flows, ...flowsNamed(graph.outputs, walk)]), remarks: [] };
}

/** The flows that the graph's outputs name. Those that cannot be read are left out, as long as another one can. */
function outputsOf(graph: GraphProto, walk: GraphWalk): Outputs {
  if (graph.outputs.length === 0) throw new ModelFormatError("loadOnnx: takes graphs with an output, got none");
  const values = graph.outputs.flatMap(({ name, elementType }) => {
    const value = walk.value(name);
    const names = value.kind === "sequence" ? value.items : [name];
    return names.map((each) => ({ name: each, elementType, value: walk.value(each) }));
  });
  const flows = values.flatMap(({ value }) => (value.kind === "flow" ? [value] : []));
  const refused = values.flatMap(({ value }) => (value.kind === "refused" ? [value.error] : []));
  // A label beside probabilities can be done without; the first floats are what a network is for.
  const first = values.find(({ elementType = 0 }) => !isInteger(DATA_TYPES.get(elementType) ?? "I64"))?.value;
  const usable = flows.some(({ inert }) => !inert) && first?.kind !== "refused";
  if (refused[0] !== undefined && !usable) throw walk.unknownOperators ?? refused[0];
  const [constant] = values.filter(({ value }) => value.kind === "known");
  if (constant !== undefined && !usable) {
    throw new ModelFormatError(`loadOnnx: takes outputs that depend on the input, got "${constant.name}", a constant`);
  }
  const remarks = values.flatMap(({ name, value }) => {
    const why = value.kind === "refused" ? value.error.message : "it is a constant";
    return value.kind === "flow" ? [] : [`output "${name}" is left out: ${why}`];
  });
  const found = usable ? flows : [...flows, ...scoresOf(flows)];
  if (found.length === 0) throw new ModelFormatError("loadOnnx: takes outputs that depend on the input, got none");
  return { flows: found, named: stepsBefore(found), remarks };
}

/** What a file whose outputs are choices chooses from: the floats that an `ArgMax` at its end reads. */
function scoresOf(outputs: readonly Flow[]): readonly Flow[] {
  return outputs.flatMap(({ step }) => (step === undefined ? [] : step.inputs.filter(({ inert }) => !inert)));
}

/** The model of the steps that outputs depend on. */
function build(
  inputs: readonly ModelInput[], walk: GraphWalk, { flows: outputs, named, remarks }: Outputs, allowance: Allowance,
  otherwise: Layout | undefined,
): Model {
  const limits = { elements: allowance.most };
  const names = nameSteps(named, new Set(inputs.map(({ name }) => name)));
  const steps = stepsBefore(outputs);
  const nodes = placedNodes(steps, names, walk.valuesOf());
  const made = outputs.map((flow) => nameOf(flow, names));
  const { roundings, scalesFirst } = walk.table.steps;
  const graph = { inputs, nodes, outputs: made, limits, remarks: [...remarks, ...roundings?.(nodes) ?? []] };
  return new Model(withLayouts(scalesFirst?.(graph, steps, allowance) ?? graph, otherwise));
}
