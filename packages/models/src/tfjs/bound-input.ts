/** Inputs of Keras models that are made constants. */
import { sizeOf, Tensor, Integers } from "@relprop/tensor";
import type { Json } from "../json.ts";
import type { Binding } from "../onnx/bindings.ts";

/** What an input is for one sample: the numbers it is bound to, in the shape that it states behind the batch. */
export function boundTo(name: string, binding: Binding, stated: readonly (Json | undefined)[]): Tensor {
  const given = binding instanceof Tensor || binding instanceof Integers ? binding : undefined;
  const numbers = Float32Array.from(given?.data ?? [binding as number | boolean | readonly number[]].flat(), Number);
  const shape = stated.slice(1);
  const open = shape.filter((extent) => typeof extent !== "number").length;
  const known = sizeOf(shape.filter((extent) => typeof extent === "number"));
  const extents = shape.map((extent) => (typeof extent === "number" ? extent : numbers.length / known));
  if (open > 1 || sizeOf(extents) !== numbers.length || numbers.some(Number.isNaN)) {
    const takes = shape.map((extent) => extent ?? "?").join(", ");
    throw new RangeError(`takes [${takes}] to bind "${name}" to, got [${numbers.join(", ")}]`);
  }
  return new Tensor(extents, numbers);
}
