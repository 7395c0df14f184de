/** Reading the words of a record by name. */
import { i32, type Code, type Operand } from "../instructions.ts";
import type { Struct } from "../struct.ts";

/** Loads words of the record that stands `offset` bytes behind `address`. */
export function reader<Name extends string>(
  record: Struct<Name>, address: Operand, offset = 0,
): (name: Name) => Code<"i32"> {
  return (name) => i32.load(address, offset + record.offset(name));
}
