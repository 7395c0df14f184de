/** Values that carry no relevance and follow from others that do not. */
import type { Operator } from "@relprop/layers";
import type { Shape, Tensor, Value } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";

/** How a value is worked out. */
export interface Computation {
  readonly kind: string;
  readonly rank: number | undefined;
  /** The flows it reads. */
  readonly reads: readonly Flow[];
  shape(inputs: readonly Shape[]): Shape;
  compute(inputs: readonly Value[], shapes: readonly Shape[]): Tensor;
}

/** A flow of floats that carries no relevance: worked out when its inputs are known, at run time at the latest. */
export function computed(op: Operation, { kind, rank, reads, shape, compute }: Computation): Flow {
  const operator: Operator = {
    kind, role: "other",
    lower: (inputs) => {
      const shapes = inputs.map((input) => input.shape);
      const values = inputs.map(({ value }) => value);
      if (values.every((value) => value !== undefined)) return { value: compute(values, shapes) };
      return { type: "float", shape: shape(shapes), compute: (actual) => compute(actual, shapes) };
    },
  };
  const flow = op.emit(operator, reads, { rank, part: kind });
  return { ...flow, inert: true, step: { ...flow.step!, inert: true } };
}
