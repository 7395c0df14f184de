/** A choice between two values by a condition that carries no relevance. */
import { Where, type Described, type Operator as LayerOperator } from "@relprop/layers";
import { broadcastShape, type Value } from "@relprop/tensor";
import { constantTensor } from "../constant.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { constantFlow } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** `Where`. */
export const choices: readonly (readonly [string, Operator])[] = [["Where", chosen]];

function chosen(op: Operation): Flow {
  const condition = op.value(0);
  const options = [1, 2].map((index) => {
    const value = op.value(index);
    return value?.kind === "known" ? constantFlow(op, constantTensor(value.constant)) : op.flow(index);
  });
  if (condition === undefined) throw new RangeError("takes a condition, got none");
  const ranks = [...options.map(({ rank }) => rank),
    condition.kind === "known" ? condition.constant.shape.length : condition.rank];
  const rank = ranks.reduce((most, each) =>
    (most === undefined || each === undefined ? undefined : Math.max(most, each)));
  if (condition.kind === "known") return op.emit(new Where(constantTensor(condition.constant)), options, { rank });
  if (!condition.inert) throw new RangeError("takes conditions that carry no relevance, got the output of a layer");
  const choice: LayerOperator = {
    kind: "Where", role: "route", keepsSign: true,
    lower: (inputs: readonly Described[]) => {
      const known = inputs[2]!.value;
      if (known !== undefined) return { layer: new Where(known), reads: [0, 1] };
      const [a, b, c] = inputs.map(({ shape }) => shape);
      return {
        shape: broadcastShape("Where", c!, broadcastShape("Where", a!, b!)),
        reads: [0, 1],
        bind: ([, , actual]: readonly Value[]) => new Where(actual!),
      };
    },
  };
  const flow = op.emit(choice, [...options, condition], { rank });
  const inert = options.every((option) => option.inert);
  return { ...flow, inert, step: { ...flow.step!, inert } };
}
