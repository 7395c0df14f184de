/** Inputs of whole numbers that are pictures or sounds: where floats are made of them, their relevance is read off. */
import { Constant, Transpose, type Operator } from "@relprop/layers";
import type { Tensor, Value } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import { Attributes } from "./attributes.ts";
import { evaluation, type Calculation } from "./evaluation.ts";
import { castType } from "./fold/elementwise.ts";
import type { Operation } from "./operation.ts";
import type { NodeProto } from "./schema.ts";
import type { Flow, Known, Value as GraphValue } from "./value.ts";

/**
 * Whether an input of whole numbers is measured: a picture (bytes, or four axes; token ids and masks have fewer), or
 * samples of 16 bits, as sounds have them.
 */
export function isPicture(dtype: DType, rank: number | undefined): boolean {
  const [isByte, isSample] = [["U8", "I8"], ["U16", "I16"]].map((types) => types.includes(dtype));
  return isInteger(dtype) && rank !== undefined && (rank === 4 || isSample! || (isByte! && rank === 3));
}

/** What leaves the whole numbers of a picture what they are. */
export const KEEPING: ReadonlySet<string> = new Set([
  "Cast", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
]);

/** A calculation that makes floats of a picture's whole numbers. */
export function pictureSource(calculation: Calculation): Operator {
  const inner = evaluation(calculation);
  return {
    kind: calculation.opType,
    role: "route",
    axisUse: "kept",
    lower(described, allowance) {
      const lowered = inner.lower(described, allowance);
      if (!("compute" in lowered)) return lowered;
      const bind = (values: readonly Value[]): Constant => new Constant(lowered.compute(values) as Tensor);
      return { shape: lowered.shape, reads: [], source: true, bind };
    },
  };
}

/**
 * A cast to floats of a picture in another order: made floats first, so that relevance arrives as the picture is given.
 * `undefined` where it is none.
 */
export function turnedPicture(
  op: Operation, x: Flow | Known | undefined, lower: (node: NodeProto) => readonly GraphValue[],
): Flow | undefined {
  const { node: { opType, inputs: [name = ""] }, attributes } = op;
  if (opType !== "Cast" || isInteger(castType(attributes.type("to")))) return undefined;
  const before = x?.kind === "flow" && x.picture === true ? op.graph.producer(name) : undefined;
  const order = before?.opType === "Transpose" ? new Attributes(before).integers("perm") : undefined;
  if (before === undefined || order === undefined) return undefined;
  const [floats] = lower({ ...op.node, inputs: before.inputs, outputs: [`${name}.float`] });
  if (floats?.kind !== "flow") return undefined;
  return op.emit(new Transpose(order), [floats], { rank: order.length });
}
