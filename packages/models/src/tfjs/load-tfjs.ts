/** TensorFlow.js models, of layers or graphs: `model.json` and its binary shards. */
import { optionsOf } from "@relprop/tensor";
import type { Model } from "@relprop/layers";
import { allowanceOf, type ReadLimits } from "../budget.ts";
import { inPlace, isBuffer } from "../files/bytes-source.ts";
import { Parts, type FileParts } from "../files/parts.ts";
import { refuseOtherKinds } from "../files/recognize-file.ts";
import { decodeUtf8 } from "../host.ts";
import { isObject, parseJson } from "../json.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { Binding } from "../onnx/bindings.ts";
import { graphModel } from "./graph/load-graph-model.ts";
import { KerasModel, type OpenShapes } from "./keras-model.ts";
import { Settings } from "./settings.ts";
import { Streams } from "./streams.ts";
import { readManifest } from "./weights-manifest.ts";

/** What `loadTfjs` may be given besides the files. */
export interface LoadTfjsOptions {
  /** Extents of inputs, batch included, by name, where the file leaves them free. */
  readonly shapes?: OpenShapes;
  /** Inputs made constants, by name: `{ rate: 0.5 }`; the model asks for the others only. */
  readonly bind?: Readonly<Record<string, Binding>>;
  /** Where the model ends, by names of nodes; the file's own outputs unless given. */
  readonly outputs?: readonly string[];
  /** How much work and memory reading and using the files may take besides a multiple of their size. */
  readonly limits?: ReadLimits;
}

/**
 * The model that `model.json` (its text or bytes) describes, with the weights in its shards, in the order of the
 * manifest's paths, any of them in parts. Nodes have the names of Keras layers, or of a graph's. Inputs and outputs
 * stay as the user has them, channels last mostly; transpositions to channels first are nodes called `….transpose`.
 * Throws a `ModelFormatError`.
 */
export function loadTfjs(
  modelJson: string | Uint8Array | ArrayBuffer, files: readonly (FileParts | ArrayBuffer)[],
  options: LoadTfjsOptions = {},
): Model {
  optionsOf("loadTfjs", options);
  const description = typeof modelJson === "string" ? modelJson : inPlace(modelJson);
  refuseOtherKinds("loadTfjs", "the model.json of a TensorFlow.js model", description);
  if (!Array.isArray(files)) throw new TypeError("loadTfjs: takes a list of weight files, got something else");
  const shards = files.map((file) => (isBuffer(file) ? inPlace(file) : file));
  const once = new Parts([...new Set(shards.flat().map(inPlace))]);
  const allowance = allowanceOf(description.length + once.length, options.limits);
  const json = parseJson(typeof description === "string" ? description : text(description), "loadTfjs");
  try {
    const file = new Settings(json, "model.json");
    const format = file.text("format") ?? "layers-model";
    if (format !== "layers-model" && format !== "graph-model") {
      throw new RangeError(`takes a layers-model or a graph-model, got a ${format}`);
    }
    const topology = file.settings("modelTopology");
    const model = isObject(topology.any("model_config")) ? topology.settings("model_config") : topology;
    const weights = readManifest(file.list("weightsManifest") ?? [], shards, allowance);
    if (format === "graph-model" || Array.isArray(topology.any("node"))) {
      const { shapes = {}, bind = {}, outputs } = options;
      return graphModel(file, weights, allowance, { shapes, bind, outputs });
    }
    const streams = new Streams(allowance);
    const keras = new KerasModel(streams, weights, options);
    const outputs = keras.run(model, undefined, "");
    keras.checkNames();
    const chosen = options.outputs?.map((name) => streams.named(name)) ?? outputs;
    return streams.model(chosen.map((output) => streams.asGiven(output)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelFormatError(`loadTfjs: ${error.message}`, undefined, { cause: error });
  }
}

function text(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw new ModelFormatError("loadTfjs: takes model.json in UTF-8, got other bytes", 0);
  }
}
