/** Tensors whose numbers are in files beside the model. */
import { ModelFormatError } from "../model-format-error.ts";

/** Finds the bytes of a file by its path relative to the model; `undefined` if there is none. */
export type External = (path: string) => Uint8Array | undefined;

/** A tensor that is stored elsewhere. */
export interface ExternalTensor {
  readonly name: string;
  /** Where: `location`, `offset`, `length`. */
  readonly external: ReadonlyMap<string, string>;
  readonly position: number;
}

/** The `length` bytes of a tensor that is stored elsewhere. Only plain relative paths are passed on. */
export function locateExternal(tensor: ExternalTensor, length: number, external: External | undefined): Uint8Array {
  const { name, position } = tensor;
  const refused = (message: string): ModelFormatError =>
    new ModelFormatError(`loadOnnx: tensor "${name}" is stored in another file: ${message}`, position);
  const path = tensor.external.get("location") ?? "";
  const isPlain = path !== "" && !/^[/\\]|^[A-Za-z]:|[\0]/.test(path) && !path.split(/[/\\]/).includes("..");
  if (!isPlain) throw refused(`takes a relative path without "..", got ${JSON.stringify(path)}`);
  if (external === undefined) {
    throw refused(`takes the option external: (path) => bytes, to be asked for ${JSON.stringify(path)}`);
  }
  const file = external(path);
  if (file === undefined) throw refused(`${JSON.stringify(path)} was not found`);
  const offset = Number(tensor.external.get("offset") ?? 0);
  const stated = Number(tensor.external.get("length") ?? length);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > file.length || stated !== length) {
    throw refused(`takes ${length} bytes from ${offset} in ${JSON.stringify(path)}, got ${stated} of ${file.length}`);
  }
  return file.subarray(offset, offset + length);
}
