/** Model files by what they contain. */
import type { Model } from "@relprop/layers";
import { prepare, type PreparedModel } from "@relprop/lrp";
import { loadModel, ModelFormatError, type FileParts, type LoadModelOptions } from "@relprop/models";
import { Stages } from "./progress.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visiblyNamed } from "./visible.ts";

/** How a model is read. */
export interface ReadModelOptions extends Pick<LoadModelOptions, "bind" | "outputs" | "shapes"> {
  readonly stages?: Stages;
  /** Keep the names of nodes as they are in the file, for output that quotes them; else they can be shown. */
  readonly exact?: boolean;
}

/** Reads a model as it is in the file, and in files beside it that hold its weights. */
export async function readModel(
  path: string | undefined, terminal: Terminal, options: ReadModelOptions = {},
): Promise<Model> {
  const { stages = new Stages(terminal), exact = false, bind = {}, shapes = {}, outputs } = options;
  if (path === undefined) throw new UsageError("takes a MODEL file, got none");
  stages.say(`reading ${path}`);
  const bytes = await terminal.read(path);
  const files = (name: string): FileParts | undefined => {
    stages.say(`reading ${name}`);
    return terminal.readBeside(path, name);
  };
  try {
    const model = await loadModel(bytes, { files, bind, shapes, ...(outputs && { outputs }) });
    return exact ? model : visiblyNamed(model);
  } catch (error) {
    if (error instanceof ModelFormatError) {
      throw new InputError(`${path} is no model that can be read: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    stages.end();
  }
}

/** Reads a model and makes it ready for relevance propagation. */
export async function readPrepared(
  path: string | undefined, terminal: Terminal, options: ReadModelOptions = {},
): Promise<PreparedModel> {
  const { stages = new Stages(terminal) } = options;
  return prepared(await readModel(path, terminal, { ...options, stages }), stages);
}

/** Makes a model ready for relevance propagation. */
export function prepared(model: Model, stages: Stages): PreparedModel {
  try {
    stages.say("preparing it");
    return prepare(model);
  } finally {
    stages.end();
  }
}
