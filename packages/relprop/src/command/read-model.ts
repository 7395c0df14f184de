/** Model files by what they contain. */
import type { Model } from "@relprop/layers";
import { prepare, type PreparedModel } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { UsageError, type Terminal } from "./terminal.ts";

/** Reads a model as it is in the file. */
export async function readModel(path: string | undefined, terminal: Terminal): Promise<Model> {
  if (path === undefined) throw new UsageError("takes a MODEL file, got none");
  return loadOnnx(await terminal.read(path));
}

/** Reads a model and makes it ready for relevance propagation. */
export async function readPrepared(path: string | undefined, terminal: Terminal): Promise<PreparedModel> {
  return prepare(await readModel(path, terminal));
}
