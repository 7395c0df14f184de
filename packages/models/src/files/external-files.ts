/** Which files belong to a model besides its own. */
import { optionsOf } from "@relprop/tensor";
import { allowanceOf, type ReadLimits } from "../budget.ts";
import { decodeUtf8 } from "../host.ts";
import { isObject, parseJson } from "../json.ts";
import { ModelFormatError } from "../model-format-error.ts";
import { plainPath } from "../onnx/external-data.ts";
import { readModelProto, type GraphProto } from "../onnx/schema.ts";
import type { TensorProto } from "../onnx/tensor-proto.ts";
import { manifestPaths } from "../tfjs/weights-manifest.ts";
import { inPlace } from "./bytes-source.ts";
import { recognizeFile, refuseOtherKinds } from "./recognize-file.ts";

/**
 * The paths of the files that hold a model's weights, relative to the model: those of an ONNX file's external data,
 * each once, or the shards of a `model.json` in the order of its manifest. Empty where the model has all itself.
 * A path is written in one way: `./a//b` is `a/b`. Throws a `ModelFormatError` for paths that are not plain names
 * leading down from the model.
 */
export function externalFiles(
  model: Uint8Array | ArrayBuffer, options: { readonly limits?: ReadLimits } = {},
): readonly string[] {
  optionsOf("externalFiles", options);
  const bytes = inPlace(model);
  if (recognizeFile(bytes)?.reader === "loadTfjs") return shardPaths(bytes);
  refuseOtherKinds("loadOnnx", "an ONNX file", bytes);
  const found = new Set<string>();
  const { graph, functions = [] } = readModelProto(bytes, allowanceOf(bytes.length, options.limits));
  for (const each of [graph, ...functions.map((made) => made.graph)]) collect(each, found);
  return [...found];
}

function shardPaths(bytes: Uint8Array): readonly string[] {
  const json = parseJson(decodeUtf8(bytes), "loadTfjs");
  const manifest = isObject(json) ? json.get("weightsManifest") : undefined;
  const paths = Array.isArray(manifest) ? said(() => manifestPaths(manifest)) : [];
  for (const path of paths) if (plainPath(path) === undefined) {
    throw new ModelFormatError(`loadTfjs: takes shards at plain relative paths, got ${JSON.stringify(path)}`);
  }
  return paths;
}

/** What a manifest says, or a `ModelFormatError` that says why it cannot be read. */
function said<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelFormatError(`loadTfjs: ${error.message}`, undefined, { cause: error });
  }
}

/** Adds where a graph's tensors are stored, those of nodes and of graphs within it included. */
function collect({ initializers, sparse: stored = [], nodes }: GraphProto, into: Set<string>): void {
  for (const tensor of initializers) add(tensor, into);
  for (const { values, indices } of stored) [values, indices].forEach((tensor) => add(tensor, into));
  for (const { attributes } of nodes) {
    for (const { tensor, sparse, graph } of attributes.values()) {
      if (tensor !== undefined) add(tensor, into);
      if (sparse !== undefined) [sparse.values, sparse.indices].forEach((each) => add(each, into));
      if (graph !== undefined) collect(graph, into);
    }
  }
}

function add({ name, isExternal, external, position }: TensorProto, into: Set<string>): void {
  if (!isExternal) return;
  const location = external.get("location") ?? "";
  const path = plainPath(location);
  if (path === undefined) {
    const got = JSON.stringify(location);
    throw new ModelFormatError(
      `loadOnnx: tensor "${name}" is stored in another file: takes a plain relative path, got ${got}`, position,
    );
  }
  into.add(path);
}
