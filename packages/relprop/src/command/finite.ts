/** Inputs of which something can be measured. */
import { Integers, type Value } from "@relprop/tensor";
import { InputError } from "./terminal.ts";

/** The value; throws an `InputError` that names where it came from for numbers that are not finite. */
export function finite(where: string, value: Value): Value {
  if (value instanceof Integers) return value;
  const at = value.data.findIndex((each) => !Number.isFinite(each));
  if (at >= 0) throw new InputError(`${where}: takes finite numbers, got ${value.data[at]} at ${at}`);
  return value;
}
