/** ONNX files as models, by the operators that a program names. */
import type { Model } from "@relprop/layers";
import { checkKind, optionsOf } from "@relprop/tensor";
import { allowanceOf } from "../budget.ts";
import { inPlace } from "../files/bytes-source.ts";
import { modelOf, type LoadOnnxOptions } from "./load-onnx.ts";
import { tableOf, type OperatorGroup } from "./operators/operator-group.ts";
import { readModelProto } from "./schema.ts";

/** Reads a file as `loadOnnx` does. */
export type OnnxReader = (file: Uint8Array | ArrayBuffer, options?: LoadOnnxOptions) => Model;

/**
 * `loadOnnx` with these operators alone, for programs that are to be small: `onnxReader(convolutionalOperators)`. Files
 * with others are refused; what is read is what `loadOnnx` reads.
 */
export function onnxReader(...groups: readonly OperatorGroup[]): OnnxReader {
  for (const each of groups) {
    checkKind("onnxReader", "groups such as convolutionalOperators", each, Object(each).operators);
  }
  const table = tableOf(groups);
  return (file, options = {}) => {
    const bytes = inPlace(file);
    const allowance = allowanceOf(bytes.length, optionsOf("onnxReader", options).limits);
    return modelOf(readModelProto(bytes, allowance), allowance, options, table);
  };
}
