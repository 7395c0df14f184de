export { byteSize, type DType, type Numbers } from "./dtype.ts";
export { ModelFormatError } from "./model-format-error.ts";
export type { External } from "./onnx/external-data.ts";
export { loadOnnx, type LoadOnnxOptions } from "./onnx/load-onnx.ts";
export { readNpy } from "./read-npy.ts";
export { readSafetensors, type Safetensors } from "./read-safetensors.ts";
export { StoredTensor } from "./stored-tensor.ts";
export { writeNpy } from "./write-npy.ts";
export { writeSafetensors, type ShapedNumbers } from "./write-safetensors.ts";
