/** Cases written by hand. */
import { writeFileSync } from "node:fs";
import { writeSafetensors } from "@relprop/models";
import { tensor, type NestedNumbers } from "@relprop/tensor";

/** Metadata (objects are written as JSON) and tensors (as nested lists). */
export interface Written {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, NestedNumbers>>;
}

/** Writes a case to a file. */
export function writeCase(path: string, { metadata, tensors }: Written): void {
  const texts = Object.entries(metadata).map(([key, value]): [string, string] =>
    [key, typeof value === "string" ? value : JSON.stringify(value)]);
  const numbers = Object.entries(tensors).map(([name, values]) => [name, tensor(values)] as const);
  writeFileSync(path, writeSafetensors(numbers, texts));
}
