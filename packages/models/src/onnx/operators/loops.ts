/** Loops: their bodies once for every turn, as many as are known beforehand. */
import { STEP } from "@relprop/layers";
import type { Constant } from "../constant.ts";
import type { Operation } from "../operation.ts";
import type { GraphProto } from "../schema.ts";
import { known, type Value } from "../value.ts";
import { any } from "./branches.ts";
import type { Operator } from "./operator.ts";
import { applied, decidedConstant, decidedExtent, stacked, whole, type Decisive } from "./unrolled.ts";

/** `Loop`, `Scan`, and a function of every element of a list. */
export const loops: readonly (readonly [string, Operator])[] = [
  ["Loop", loop],
  ["Scan", scan],
  ["SequenceMap", map],
];

function bodyOf(op: Operation): GraphProto {
  const body = op.attributes.graph("body");
  if (body === undefined) throw new RangeError("takes a body, got none");
  return body;
}

/** Turns as many as the first input says, as long as the condition holds; what turns hand on, and what each makes. */
function loop(op: Operation): readonly Value[] {
  const body = bodyOf(op);
  const [most, condition] = [0, 1].map((index) => {
    const value = op.value(index);
    return value === undefined ? undefined : decidedConstant(op, value);
  });
  const guards: Decisive<unknown>[] = [most, condition].filter((each) => each !== undefined);
  const trips = most?.value.data[0] ?? Infinity;
  let goesOn = condition?.value.data[0] !== 0;
  let states = op.node.inputs.slice(2);
  const made: string[][] = body.outputs.slice(1 + states.length).map(() => []);
  for (let turn = 0; turn < trips && goesOn; turn++) {
    op.graph.budget.positions.take(STEP);
    const truth: Constant = { dtype: "BOOL", shape: [], data: Uint8Array.of(1) };
    const inputs = [whole(op, turn), op.graph.define(known(truth), "condition"), ...states];
    const [goes = "", ...outputs] = op.graph.enter(body, inputs);
    const next = decidedConstant(op, op.valueNamed(goes));
    goesOn = next.value.data[0] !== 0;
    if (op.graph.value(goes).kind === "flow") guards.push(next);
    states = outputs.slice(0, states.length);
    outputs.slice(states.length).forEach((name, k) => made[k]!.push(name));
  }
  return [...states.map((name) => () => name), ...made.map((names) => () => stacked(op, names, 0))]
    .map((name) => finished(op, name, guards));
}

/** A value at the end of all turns, held to what decided how many there are. */
function finished(op: Operation, name: () => string, guards: readonly Decisive<unknown>[]): Value {
  try {
    return op.graph.value(guards.reduce((held, guard) => guard.held(held), name()));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "refused", error: op.error(error.message) };
  }
}

/** Turns as many as the scanned inputs are long. */
function scan(op: Operation): readonly Value[] {
  const body = bodyOf(op);
  const count = op.attributes.integer("num_scan_inputs") ?? 0;
  const at = op.inputs - count;
  if (count < 1 || at < 0) throw new RangeError(`takes inputs to scan, got ${count} of ${op.inputs}`);
  if (op.version < 9) return scanOfSamples(op, at);
  const setting = (name: string, index: number): number => op.attributes.integers(name)?.[index] ?? 0;
  const scanned = op.node.inputs.slice(at).map((name, i) => {
    const axis = setting("scan_input_axes", i);
    const extent = decidedExtent(op, op.valueNamed(name), axis);
    const isReversed = setting("scan_input_directions", i) === 1;
    return { name: extent.held(name), extent: extent.value, axis, isReversed };
  });
  const { states, made } = turns(op, body, op.node.inputs.slice(0, at), scanned);
  const wholes = made.map((names, k) => (): string => {
    const ordered = setting("scan_output_directions", k) === 1 ? names.toReversed() : names;
    return stacked(op, ordered, setting("scan_output_axes", k));
  });
  return [...states.map((name) => () => name), ...wholes].map((name) => finished(op, name, []));
}

/** The form of operator set 8: every sample is scanned by itself, behind an input with their lengths. */
function scanOfSamples(op: Operation, at: number): readonly Value[] {
  const body = bodyOf(op);
  const isReversed = (i: number): boolean => op.attributes.integers("directions")?.[i] === 1;
  const scanned = op.node.inputs.slice(at).map((name, i) => {
    const [samples, steps] = [0, 1].map((axis) => decidedExtent(op, op.valueNamed(name), axis));
    return { name: samples!.held(steps!.held(name)), samples: samples!.value, extent: steps!.value, axis: 0,
      isReversed: isReversed(i) };
  });
  const { samples, extent } = scanned[0]!;
  const lengths = op.value(0);
  if (lengths !== undefined && !decidedConstant(op, lengths).value.data.every((length) => length === extent)) {
    throw new RangeError("takes samples of one length, got others: export with operator set 9 or newer");
  }
  const made: string[][] = body.outputs.map(() => []);
  for (let n = 0; n < samples; n++) {
    const own = (name: string): string => applied(op, "Gather", [name, whole(op, n)], { axis: 0 })[0]!;
    const ends = turns(op, body, op.node.inputs.slice(1, at).map(own),
      scanned.map((each) => ({ ...each, name: own(each.name) })));
    [...ends.states, ...ends.made.map((names) => stacked(op, names, 0))].forEach((name, k) => made[k]!.push(name));
  }
  return made.map((names) => finished(op, () => stacked(op, names, 0), []));
}

/** What turns take apart: a value, and the axis along which they go. */
interface Scanned {
  readonly name: string;
  readonly extent: number;
  readonly axis: number;
  readonly isReversed: boolean;
}

/** A turn for every position of what is scanned: the states behind the last, and what every turn made. */
function turns(
  op: Operation, body: GraphProto, begun: readonly string[], scanned: readonly Scanned[],
): { readonly states: readonly string[]; readonly made: readonly (readonly string[])[] } {
  const { extent: count } = scanned[0]!;
  if (scanned.some(({ extent }) => extent !== count)) {
    throw new RangeError(`takes inputs to scan of one length, got ${scanned.map(({ extent }) => extent).join(", ")}`);
  }
  let states = begun;
  const made: string[][] = body.outputs.slice(begun.length).map(() => []);
  for (let turn = 0; turn < count; turn++) {
    op.graph.budget.positions.take(STEP);
    const parts = scanned.map(({ name, axis, isReversed }) => {
      const position = isReversed ? count - 1 - turn : turn;
      return applied(op, "Gather", [name, whole(op, position)], { axis })[0]!;
    });
    const outputs = op.graph.enter(body, [...states, ...parts]);
    states = outputs.slice(0, begun.length);
    outputs.slice(begun.length).forEach((name, k) => made[k]!.push(name));
  }
  return { states, made };
}

/** A body for every element of a list, with what else it reads: elements of other lists, or values as they are. */
function map(op: Operation): readonly Value[] {
  const body = bodyOf(op);
  const inputs = op.node.inputs.map((name, i) => ({ name, value: any(op, i) }));
  const first = inputs[0]?.value;
  if (first?.kind !== "sequence") throw new RangeError("takes a sequence, got a tensor");
  const made: string[][] = body.outputs.map(() => []);
  first.items.forEach((_, turn) => {
    op.graph.budget.positions.take(STEP);
    const own = inputs.map(({ name, value }) => (value.kind === "sequence" ? (value.items[turn] ?? "") : name));
    op.graph.enter(body, own).forEach((name, k) => made[k]!.push(name));
  });
  return made.map((items) => ({ kind: "sequence", items }));
}
