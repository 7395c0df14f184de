/** Model files by what they contain. */
import type { Model } from "@relprop/layers";
import { prepare, type PreparedModel } from "@relprop/lrp";
import { loadOnnx, ModelFormatError } from "@relprop/models";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** Reads a model as it is in the file. */
export async function readModel(path: string | undefined, terminal: Terminal): Promise<Model> {
  if (path === undefined) throw new UsageError("takes a MODEL file, got none");
  const bytes = await terminal.read(path);
  try {
    return loadOnnx(bytes);
  } catch (error) {
    if (error instanceof ModelFormatError) {
      throw new InputError(`${path} is no ONNX model that can be read: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Reads a model and makes it ready for relevance propagation. */
export async function readPrepared(path: string | undefined, terminal: Terminal): Promise<PreparedModel> {
  return prepare(await readModel(path, terminal));
}
