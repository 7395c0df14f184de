/** What structure that a file is taken apart by needs: counts known beforehand, and nodes that the file has not. */
import { Identity, valueAt, type Described, type Operator as LayerOperator } from "@relprop/layers";
import { ShapeError } from "@relprop/tensor";
import { constantOf } from "../evaluation.ts";
import { integers, type Constant } from "../constant.ts";
import { frontAxis } from "../fold/call.ts";
import type { Operation } from "../operation.ts";
import type { AttributeProto } from "../schema.ts";
import { known, type Flow, type Known } from "../value.ts";

/** A number that decides how a file is taken apart, and what holds the network to it. */
export interface Decisive<T> {
  readonly value: T;
  /** The value of this name, of a network that refuses inputs for which the number is another. */
  held(name: string): string;
}

/** The constant that a value is; throws a `RangeError` where neither the file nor the shapes of inputs decide it. */
export function decidedConstant(op: Operation, value: Flow | Known): Decisive<Constant> {
  if (value.kind === "known") return { value: value.constant, held: (name) => name };
  const found = op.graph.described(value, ({ value: numbers }) => numbers?.data.join() ?? "").value;
  if (found === undefined) {
    throw new RangeError("takes a number that the file decides, or the shapes of its inputs, got one that is computed");
  }
  const constant = constantOf(found);
  const holds = guard(op, (inputs) => {
    const { data } = valueAt(inputs, 1);
    return data.length === constant.data.length && data.every((each, i) => each === constant.data[i]);
  });
  return { value: constant, held: (name) => holds(name, value) };
}

/** The extent of a value along an axis; throws a `RangeError` where the shapes of inputs do not decide it. */
export function decidedExtent(op: Operation, value: Flow | Known, axis: number): Decisive<number> {
  const said = ({ shape }: Described): string => `${shape.length} ${shape.at(axis)}`;
  const { shape } = value.kind === "known" ? value.constant : op.graph.described(value, said);
  const at = frontAxis(axis, shape.length);
  if (value.kind === "known") return { value: shape[at]!, held: (name) => name };
  const holds = guard(op, (inputs) => said(inputs[1]!) === said({ type: "float", shape }));
  return { value: shape[at]!, held: (name) => holds(name, value) };
}

/** Nodes that hand a value on, as long as what another one is keeps to what was found. */
function guard(
  op: Operation, keeps: (inputs: readonly Described[]) => boolean,
): (name: string, by: Flow) => string {
  return (name: string, by: Flow): string => {
    const value = op.graph.value(name);
    if (value.kind !== "flow") return name;
    const operator: LayerOperator = {
      kind: "Identity",
      role: "route",
      keepsSign: true,
      elementwise: true,
      axisUse: "kept",
      lower: (inputs) => {
        if (!keeps(inputs)) {
          throw new ShapeError(
            `${op.node.opType}: takes inputs as many steps long as those that the file was read for, got others: ` +
              "read it with the option shapes",
          );
        }
        const [input] = inputs;
        if (input!.value !== undefined) return { value: input!.value };
        if (input!.type === "float") return { layer: new Identity(), reads: [0] };
        return { type: input!.type, shape: input!.shape, compute: ([actual]) => actual! };
      },
    };
    const flow = op.emit(operator, [value, by], { rank: value.rank, dtype: value.dtype });
    const { inert } = value;
    return op.graph.define({ ...value, ...flow, inert, step: { ...flow.step!, inert } }, name);
  };
}

/** Whole numbers as a value of the graph: its name. */
export function whole(op: Operation, values: number | readonly number[]): string {
  const constant = typeof values === "number" ? integers([values], []) : integers(values);
  return op.graph.define(known(constant), op.node.opType);
}

/** A single float as a value of the graph: its name. */
export function number(op: Operation, value: number): string {
  return op.graph.define(known({ dtype: "F32", shape: [], data: Float32Array.of(value) }), op.node.opType);
}

/** Attributes that are whole numbers, or lists of some, or those of another node. */
export type Settings = Readonly<Record<string, number | readonly number[] | AttributeProto>>;

/** The outputs of a node that the file has not: their names. */
export function applied(
  op: Operation, opType: string, inputs: readonly string[], settings: Settings = {}, outputs = 1,
): readonly string[] {
  const attributes = new Map(Object.entries(settings).map(([name, value]): [string, AttributeProto] => {
    if (typeof value === "object" && "name" in value) return [name, value];
    const numbers = typeof value === "number" ? { integer: value, integers: [value] } : { integers: value };
    return [name, { name, floats: [], texts: [], ...numbers }];
  }));
  const names = Array.from({ length: outputs }, (_, i) => `${op.node.outputs[0] ?? op.node.opType} ${opType} ${i}`);
  const values = op.graph.lowered({ ...op.node, opType, domain: "", inputs, outputs: names, attributes });
  return names.map((name, i) => op.graph.define(values[i]!, name));
}

/** Values laid beside each other along a new axis: the name of the whole. */
export function stacked(op: Operation, names: readonly string[], axis: number): string {
  const parts = names.map((name) => applied(op, "Unsqueeze", [name, whole(op, [axis])])[0]!);
  return joined(op, parts, axis);
}

/** Values laid beside each other along one of their axes. */
export function joined(op: Operation, names: readonly string[], axis: number): string {
  if (names.length === 0) throw new RangeError("takes at least one value to put together, got none");
  return names.length === 1 ? names[0]! : applied(op, "Concat", names, { axis })[0]!;
}
