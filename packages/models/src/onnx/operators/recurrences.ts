/** Networks that go through a sequence step by step: LSTM, GRU, RNN. */
import {
  FinalStates, gatesRule, GRUCell, LSTMCell, Recurrent, RNNCell, Slice, ValidSteps, type Layer,
  type Operator as LayerOperator, type RecurrentCell, type RecurrentOptions,
} from "@relprop/layers";
import { formatShape, ShapeError, type Tensor, type Value } from "@relprop/tensor";
import { constantTensor } from "../constant.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { cellActivations } from "./cell-activations.ts";
import { constantFlow } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** The recurrent operators; each has outputs Y, Y_h and, for LSTM, Y_c. */
export const recurrences: readonly (readonly [string, Operator])[] = [
  ["LSTM", (op) => recurrent(op, 4, ["Sigmoid", "Tanh", "Tanh"], (parameters, [gate, candidate, output]) =>
    new LSTMCell({
      ...parameters, gate: gate!, candidate: candidate!, output: output!, clip: op.attributes.float("clip"),
      coupled: op.attributes.integer("input_forget") === 1,
    }))],
  ["GRU", (op) => recurrent(op, 3, ["Sigmoid", "Tanh"], (parameters, [gate, candidate]) =>
    new GRUCell({
      ...parameters, gate: gate!, candidate: candidate!, clip: op.attributes.float("clip"),
      resetAfter: op.attributes.integer("linear_before_reset") === 1,
    }))],
  ["RNN", (op) => recurrent(op, 1, ["Tanh"], (parameters, [activation]) =>
    new RNNCell({ ...parameters, activation: activation!, clip: op.attributes.float("clip") }))],
];

type Directions = readonly ("forward" | "reverse")[];

const DIRECTIONS: ReadonlyMap<string, Directions> = new Map([
  ["forward", ["forward"]], ["reverse", ["reverse"]], ["bidirectional", ["forward", "reverse"]],
]);

/** What each direction has of its own. */
interface DirectionParameters {
  readonly weight: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor | undefined;
  readonly recurrentBias: Tensor | undefined;
  readonly peepholes: Tensor | undefined;
}

type MakeCell = (
  parameters: DirectionParameters, activations: ReturnType<typeof cellActivations>[number],
) => RecurrentCell;

function recurrent(op: Operation, gates: number, activations: readonly string[], make: MakeCell): readonly Flow[] {
  const word = op.attributes.text("direction") ?? "forward";
  const directions = DIRECTIONS.get(word);
  if (directions === undefined) {
    throw new RangeError(`takes directions ${[...DIRECTIONS.keys()].join(", ")}, got ${word}`);
  }
  const parameters = parametersOf(op, gates, directions.length);
  const given = cellActivations(op.attributes, activations, directions.length);
  const cells = parameters.map((each, d) => make(each, given[d]!));
  const batchFirst = op.attributes.integer("layout") === 1;
  const states = [stateOf(op, 5, "h"), ...(cells[0]!.hasCells ? [stateOf(op, 6, "c")] : [])].flat();
  const withCells = cells[0]!.hasCells && isRead(op, 2);
  const { hidden } = cells[0]!.weights;
  const options: RecurrentOptions = { directions, batchFirst, withCells, initial: states.map(({ which }) => which) };

  const reads = [op.flow(0), ...states.map(({ flow }) => flow)];
  const all = byLengths(op, reads, op.node.opType, "recurrent", (lengths) =>
    new Recurrent(cells, { ...options, lengths }));
  const final = (part: readonly [number, number]): Flow => {
    const reverse = directions.map((direction) => direction === "reverse");
    return op.emit(new FinalStates({ reverse, batchFirst, part }), [all], { rank: 3 });
  };
  const results = [
    () => {
      const hiddens = withCells ? op.emit(new Slice({ axis: 3, start: 0, end: hidden }), [all], { rank: 4 }) : all;
      if (op.value(4) === undefined) return hiddens;
      return byLengths(op, [hiddens], "ValidSteps", "route", (lengths) => new ValidSteps(lengths!, { batchFirst }));
    },
    () => final([0, hidden]),
    () => final([hidden, 2 * hidden]),
  ];
  // What nobody reads may as well be the whole.
  return op.node.outputs.map((_, i) => (isRead(op, i) ? results[i]!() : all));
}

/** The parameters of every direction. */
function parametersOf(op: Operation, gates: number, directions: number): readonly DirectionParameters[] {
  const [weight, recurrent] = [op.parameter(1), op.parameter(2)];
  const [bias, peepholes] = [op.tensor(3), op.inputs > 7 ? op.tensor(7) : undefined];
  const hidden = op.attributes.integer("hidden_size") ?? recurrent.shape[2] ?? 0;
  const takes: readonly (readonly [string, Tensor | undefined, readonly number[]])[] = [
    ["weight", weight, [directions, gates * hidden, weight.shape[2] ?? 0]],
    ["recurrent weight", recurrent, [directions, gates * hidden, hidden]],
    ["bias", bias, [directions, 2 * gates * hidden]],
    ["peepholes", peepholes, [directions, 3 * hidden]],
  ];
  for (const [name, tensor, shape] of takes) {
    if (tensor !== undefined && formatShape(tensor.shape) !== formatShape(shape)) {
      throw new ShapeError(`takes ${formatShape(shape)} as ${name}, got ${formatShape(tensor.shape)}`);
    }
  }
  const row = (tensor: Tensor | undefined, d: number): Tensor | undefined => {
    const [, ...own] = tensor?.shape ?? [];
    return tensor?.rows(d, d + 1).reshape(own);
  };
  return Array.from({ length: directions }, (_, d) => {
    const biases = row(bias, d)?.reshape([2, gates * hidden]);
    return {
      weight: row(weight, d)!,
      recurrent: row(recurrent, d)!,
      bias: row(biases, 0),
      recurrentBias: row(biases, 1),
      peepholes: row(peepholes, d),
    };
  });
}

/** An initial state, unless it is left out or 0. */
function stateOf(op: Operation, index: number, which: "h" | "c"): readonly { which: "h" | "c"; flow: Flow }[] {
  const value = op.value(index);
  if (value === undefined) return [];
  if (value.kind === "flow") return [{ which, flow: op.flow(index) }];
  const constant = constantTensor(value.constant);
  return constant.data.every((number) => number === 0) ? [] : [{ which, flow: constantFlow(op, constant) }];
}

/** A layer that lengths decide, if the node has any: constants, or whole numbers that are known when it runs. */
function byLengths(
  op: Operation, reads: readonly Flow[], kind: string, role: "recurrent" | "route",
  make: (lengths: readonly number[] | undefined) => Layer,
): Flow {
  const lengths = op.value(4);
  if (lengths?.kind !== "flow") {
    return op.emit(make(lengths && Array.from(lengths.constant.data)), reads, { rank: 4 });
  }
  const positions = reads.map((_, i) => i);
  const listed = (value: Value): readonly number[] => Array.from(value.data);
  const operator: LayerOperator = {
    ...(role === "recurrent" ? { rule: gatesRule() } : {}),
    kind,
    role,
    lower: (inputs) => {
      const { value, shape } = inputs[reads.length]!;
      if (value !== undefined) return { layer: make(listed(value)), reads: positions };
      const shapes = positions.map((i) => inputs[i]!.shape);
      // Any lengths make a sequence of this shape.
      const like = make(new Array<number>(shape[0] ?? 0).fill(0));
      return {
        shape: like.outputShape(...shapes),
        reads: positions,
        bind: (values) => make(listed(values[reads.length]!)),
      };
    },
  };
  return op.emit(operator, [...reads, lengths], { rank: 4 });
}

function isRead(op: Operation, output: number): boolean {
  const name = op.node.outputs[output] ?? "";
  return name !== "" && op.graph.isRead(name);
}
