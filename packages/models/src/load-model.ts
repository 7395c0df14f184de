/** Model files of any kind that is read here, from wherever their bytes come. */
import type { Model } from "@relprop/layers";
import { optionsOf, throwIfAborted, untilAborted, type Abortable } from "@relprop/tensor";
import { bytesOf, partsOf, type ByteSource } from "./files/bytes-source.ts";
import { externalFiles } from "./files/external-files.ts";
import type { FileParts } from "./files/parts.ts";
import { recognizeFile } from "./files/recognize-file.ts";
import { ModelFormatError } from "./model-format-error.ts";
import { loadOnnx, type LoadOnnxOptions } from "./onnx/load-onnx.ts";
import { loadTfjs } from "./tfjs/load-tfjs.ts";

/** A file, or its parts in order where one array cannot hold it. */
export type FileSource = ByteSource | readonly Uint8Array[];

/** What `loadModel` may be given besides the model's file. */
export interface LoadModelOptions extends Omit<LoadOnnxOptions, "external">, Abortable {
  /**
   * Gives a file that holds weights, by its path relative to the model: `(path) => fetch(new URL(path, folder))`. Paths
   * are plain names leading down from the model; absolute ones, `..` and URLs are refused before.
   */
  readonly files?: (path: string) => FileSource | undefined | Promise<FileSource | undefined>;
}

/**
 * The model in a file, from bytes, a `Blob` or the `Response` of `fetch`: ONNX, or the `model.json` of TensorFlow.js,
 * told apart by content. Weights that lie in other files are asked for by the option `files`. Throws a
 * `ModelFormatError`; for a kind of file that is not read here it says what leads from there to a model.
 */
export async function loadModel(source: ByteSource, options: LoadModelOptions = {}): Promise<Model> {
  const { files, signal, ...rest } = optionsOf("loadModel", options);
  throwIfAborted(signal);
  const bytes = await untilAborted(bytesOf(source), signal);
  const paths = externalFiles(bytes, rest);
  if (paths.length > 0 && files === undefined) {
    const listed = paths.slice(0, 3).map((path) => JSON.stringify(path)).join(", ");
    throw new ModelFormatError(
      `loadModel: takes the option files: (path) => bytes, to be asked for ${listed}${paths.length > 3 ? ", …" : ""}`,
    );
  }
  const found = new Map<string, FileParts>();
  for (const path of paths) {
    throwIfAborted(signal);
    const file = await untilAborted(Promise.resolve(files!(path)), signal);
    if (file === undefined) {
      const why = "the model keeps weights there: put that file beside it";
      throw new ModelFormatError(`loadModel: takes ${JSON.stringify(path)} too, got none; ${why}`);
    }
    found.set(path, Array.isArray(file) ? file : await untilAborted(partsOf(file as ByteSource), signal));
  }
  if (recognizeFile(bytes)?.reader === "loadTfjs") return loadTfjs(bytes, paths.map((path) => found.get(path)!), rest);
  return loadOnnx(bytes, { ...rest, external: (path) => found.get(path) });
}
