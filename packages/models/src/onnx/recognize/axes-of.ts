/** Numbers of axes: files branch on them, and they are known where extents are not. */
import { Allowance, isOperator, MOST_AXES } from "@relprop/layers";
import { known, type Flow, type Known } from "../value.ts";

/** A list as long as the shape that an operator counts the extents of; `undefined` for other operators and values. */
export function axesOf(name: string, { step }: Flow): Known | undefined {
  const rank = step?.inputs[0]?.rank;
  if (!/^(Shape|Size)$/.test(name) || rank === undefined || step?.layer.kind !== "Shape" || !isOperator(step.layer)) {
    return undefined;
  }
  const shape = new Array<number>(rank).fill(1);
  const told = step.layer.lower([{ type: "float", shape }], new Allowance(MOST_AXES));
  const length = "value" in told ? told.value.size : rank;
  return known({ dtype: "I64", shape: [length], data: new Float64Array(length) });
}
