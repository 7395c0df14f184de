// Places to break where quantised networks, computed parameters and open extents are read; see mutations.js.
export const readerChanges = {
  "packages/models/src/onnx/operators/contributed-quantized.ts": [
    ["inputs.slice(at, at + 3)", "inputs.slice(at, at + 2)"],
    ["inputs.slice(result, result + 2)", "inputs.slice(result, result + 1)"],
    ["perm: [0, last, ...inner]", "perm: [0, ...inner, last]"],
    ["(i % 3 === 2 ? [i] : [])", "(i === 2 ? [i] : [])"],
  ],
  "packages/models/src/onnx/operators/computed-parameters.ts": [
    ["applied(op, \"Sub\", [beta, minus])", "applied(op, \"Add\", [beta, minus])"],
    ["applied(op, \"Max\", [x, low])", "applied(op, \"Min\", [x, low])"],
    ["[...applied(op, \"Relu\", [x]), ...below]", "[x, ...below]"],
  ],
  "packages/models/src/onnx/operators/computed-kernel.ts": [
    ["position.map((at, i) => at * dilation[i]!)", "position"],
    ["(kernel[i]! - 1) * dilation[i]!", "(kernel[i]! - 1)"],
    ["{ perm: [0, 2, 3, 1] }", "{ perm: [0, 2, 1, 3] }"],
  ],
  "packages/models/src/onnx/recognize/dynamic-scale.ts": [
    ["const scale = isWhole ? scaleOf(op, other) : undefined;", "const scale = undefined;"],
    ["scale.constant === undefined ? y : scaleAndShift(op, y, scale.constant, undefined)", "y"],
  ],
  "packages/models/src/onnx/operators/quantized.ts": [["if (node.domain !== \"\") return undefined;", ""]],
  "packages/models/src/onnx/load-onnx.ts": [
    ["spokenOf(graph).some((extent) => tried(extent) === undefined)", "false"],
    ["layer.kind === \"Quantize\" && inert !== true", "false"],
  ],
  "packages/lrp/src/prepare/data-flow.ts": [[" && layer.kind !== \"Quantize\"", ""]],
  "packages/lrp/src/prepare/prepared-model.ts": [["      ...this.remarks,\n", ""]],
  "packages/models/src/tfjs/streams.ts": [
    ["[undefined, ...STAND_INS].flatMap", "[undefined].flatMap"],
    ["made.some((other) => other[axis] !== extent)", "false"],
  ],
  "packages/models/src/tfjs/layers/normalizations.ts": [
    ["given === -1 ? x.shape[1]! : given", "given"],
    ["wanted.some((axis) => !axes.includes(axis))", "false"],
  ],
  "packages/models/src/tfjs/layers/products.ts": [["permuted(kernel, [rank, rank + 1, ...axes(rank)])", "kernel"]],
  "packages/models/src/onnx/operators/tabular/features.ts": [
    ["applied(op, \"Where\", [...isZero, constant(op, [1], []), ...largest])", "largest"],
  ],
  "packages/models/src/onnx/operators/tabular/scores.ts": [["number(op, -Infinity)", "number(op, 0)"]],
};
