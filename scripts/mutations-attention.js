/** Places to break where transformers are read, explained and asked about. */
export const attentionChanges = {
  "packages/models/src/onnx/recognize/softmax.ts": [
    ["if (above === of) return softmaxOf(op, of, axis, sum.isGuarded);", ""],
    ["isGuarded ? \"zeros\" : \"nan\"", "\"nan\""],
    ["const inputs = at === 0 ? [nothing, inner] : [inner, nothing];", "const inputs = [inner, nothing];"],
    ["return unshifted(exponent, axis);", "return exponent;"],
  ],
  "packages/models/src/onnx/recognize/logistic.ts": [
    ["return z && ofMultiple(op, sigmoid, z, -1);", "return z && ofMultiple(op, sigmoid, z, 1);"],
    ["return z && ofMultiple(op, sigmoid, z, 2);", "return z && ofMultiple(op, sigmoid, z, 1);"],
  ],
  "packages/models/src/onnx/recognize/gating.ts": [
    ["return gating?.as === \"self\" || ", "return "],
  ],
  "packages/models/src/onnx/recognize/deviation.ts": [
    ["if (layer.kind === \"Einsum\") return a === b;", ""],
  ],
  "packages/models/src/onnx/operators/attention/padding.ts": [
    ["? data[samples + sample]! : 0", "? 0 : 0"],
    ["[samples, 2 * samples, 3 * samples + 2].includes(n)", "true"],
  ],
  "packages/models/src/onnx/operators/attention/attend.ts": [
    ["const end = causal ? Math.min(last, at) : last;", "const end = causal ? at : last;"],
    ["given?.data[Math.floor(i / queries) % h] ?? 0", "given?.data[0] ?? 0"],
  ],
  "packages/models/src/onnx/operators/attention/standard.ts": [
    ["const end = causal ? at + 1 : count;", "const end = count;"],
    ["if (scale !== 1) throw", "if (scale === 0) throw"],
  ],
  "packages/models/src/onnx/operators/attention/rotary.ts": [
    ["ids!.data[0]! + t", "t"],
    ["cut(2 * angles!.at(-1)!)", "cut(angles!.at(-1)!)"],
  ],
  "packages/lrp/src/gradient-methods/patching.ts": [
    ["(changed.data[i]! - value.data[i]!) * slope", "changed.data[i]! * slope"],
    ["start: \"value\"", "start: \"one\""],
  ],
  "packages/models/src/transposed.ts": [
    ["return matrix.stored;", "return matrix;"],
    ["data[(i % rows) * columns + Math.floor(i / rows)]!", "data[i]!"],
  ],
  "packages/models/src/onnx/fold/layout.ts": [
    ["if (x.encoded?.turned !== undefined) return", "if (x.encoded === undefined) return"],
  ],
};
