/** For hosts with files: models by their paths. */
import { loadModel, ModelFormatError, type LoadModelOptions } from "@relprop/models";
import type { Model } from "@relprop/layers";
import { reasonOf } from "../command/node-terminal.ts";
import { readBeside } from "../command/read-beside.ts";
import { readWhole } from "../command/read-file.ts";

/**
 * The model in a file, with the files that it keeps its weights in: from its own folder or below, also where links lead
 * to where it really lies, and from nowhere else. Folders, named pipes and devices are refused. Throws a
 * `ModelFormatError`.
 */
export async function loadModelFile(path: string, options: Omit<LoadModelOptions, "files"> = {}): Promise<Model> {
  const fail = (what: string, error: unknown): never => {
    throw new ModelFormatError(`loadModelFile: ${what}: ${reasonOf(error)}`, undefined, { cause: error });
  };
  const bytes = await readWhole(path).catch((error: unknown) => fail(`cannot read ${path}`, error));
  return loadModel(bytes, { ...options, files: (name) => readBeside(path, name, fail) });
}
