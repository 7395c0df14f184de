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
    ["isPerElement ? scaledBy : scaledPerChannel", "scaledPerChannel"],
  ],
  "packages/models/src/onnx/operators/tabular/scores.ts": [["how !== \"NONE\" && !takes.includes(how)", "false"]],
  "packages/models/src/onnx/operators/tabular/trees.ts": [["isPositive && !isLogistic ?", "isPositive ?"]],
  "packages/models/src/onnx/operators/tabular/probit.ts": [
    ["(x < 0 ? -1 : 1) * Math.sqrt", "Math.sqrt"],
    ["inner / (2 * value(x))", "inner / value(x)"],
  ],
  "packages/models/src/onnx/texts-as-numbers.ts": [
    ["isInner || !(MOVING.has(opType) || TELLING.has(opType) || isCast)", "isInner"],
    ["before < found.size;", "before < 0;"],
    ["[...numbers.keys()].map(decoded)", "[...numbers.keys()]"],
    ["graph.outputs.filter((output) => !isText(output))", "graph.outputs"],
    ["name !== \"default_string\" || mapped.has(\"values_strings\")", "true"],
  ],
  "packages/models/src/files/external-files.ts": [
    ["[graph, ...functions.map((made) => made.graph)]", "[graph]"],
    ["[values, indices].forEach((tensor) => add(tensor, into))", "add(values, into)"],
  ],
  "packages/models/src/files/parts.ts": [
    ["Math.max(begins, from) - from", "begins - from"],
    ["this.#starts[middle]! <= from", "this.#starts[middle]! < from"],
  ],
  "packages/models/src/text-column.ts": [["numbers.get(text) ?? -1", "numbers.get(text) ?? 0"]],
  "packages/models/src/onnx/operators/loops.ts": [
    ["op.node.inputs.slice(1, at).map(own)", "op.node.inputs.slice(0, at).map(own)"],
    ["isReversed ? count - 1 - turn : turn", "turn"],
    [".every((length) => length === extent)", ".every((length) => length >= 0)"],
  ],
  "packages/models/src/onnx/operators/given-up.ts": [["axis === along[0] ? times[0]! : 1", "times![0]!"]],
  "packages/models/src/onnx/operators/computed-transposed.ts": [
    ["wanted === undefined ? placement(op, window) : reaching(op, window, wanted)", "placement(op, window)"],
  ],
  "packages/models/src/onnx/operators/computed-kernel.ts": [
    ["position.map((at, i) => at * dilation[i]!)", "position"],
    ["(kernel[i]! - 1) * dilation[i]!", "(kernel[i]! - 1)"],
    ["{ perm: [0, 2, 3, 1] }", "{ perm: [0, 2, 1, 3] }"],
  ],
  "packages/models/src/onnx/recognize/dynamic-scale.ts": [
    ["const scale = isWhole ? scaleOf(op, other) : undefined;", "const scale = undefined;"],
    ["scaled !== undefined ? y : scaleAndShift(op, y, scale.constant, undefined)", "scaled !== undefined ? y : y"],
    ["layer.withParameters(weight, undefined)", "layer"],
    ["scale.constant && scaledBy(op, layer as Conv | Dense, scale.constant)", "undefined"],
  ],
  "packages/models/src/onnx/operators/roundings.ts": [["layer.kind === \"Quantize\" && inert !== true", "false"]],
  "packages/models/src/onnx/recognize/scales-first.ts": [
    ["ends.has(node.name) || ", ""],
    ["reads.get(name!) === 1 ? ", "reads.get(name!)! > 0 ? "],
    ["return isOne ? found : undefined;", "return found;"],
    ["at === axes - i ? 1 : extent", "extent"],
    ["instead.set(node.name, moves.at(-1)!.name);", ""],
    ["shapesWith(graph, [2, 3])", "[]"],
    ["makers.get(before.name) ?? before", "before"],
  ],
  "packages/models/src/onnx/operators/quantized.ts": [
    ["if (node.domain !== \"\") return undefined;", ""],
    ["return low <= least && high >= greatest", "return false"],
    ["return low <= least && high >= greatest", "return true"],
  ],
  "packages/models/src/onnx/recognize/axes-of.ts": [
    ["/^(Shape|Size)$/", "/^(Size)$/"], ["\"value\" in told ? told.value.size : rank", "rank"],
  ],
  "packages/models/src/onnx/load-onnx.ts": [
    ["spokenOf(graph).some((extent) => tried(extent) === undefined)", "false"],
  ],
  "packages/models/src/onnx/chosen-outputs.ts": [
    ["if (value.kind === \"refused\") throw value.error;", ""],
    ["const step = nodes.get(name);", "const step = undefined;"],
  ],
  "packages/models/src/onnx/described-flow.ts": [
    ["shape: [fixedBatch, ...input.shape.slice(1)]", "shape: input.shape"],
  ],
  "packages/models/src/onnx/operators/lists.ts": [
    ["made[place] = values[i]!;", "made[i] = values[i]!;"],
    ["new Array<string>(count).fill(\"\")", "new Array<string>(count + 1).fill(\"\")"],
  ],
  "packages/models/src/tfjs/graph/control/choices.ts": [
    ["const isFirst = a.get(told) ?? b.get(told) === false;", "const isFirst = true;"],
    ["side ? `${name}:1` : name", "side ? name : `${name}:1`"],
  ],
  "packages/models/src/tfjs/graph/control/frames.ts": [
    ["if (reader.op !== \"Exit\") found.add(reader);", "if (false) found.add(reader);"],
    ["nodes.every(({ op }) => op !== \"Enter\")", "true"],
    ["reading(node, value)", "node"],
  ],
  "packages/models/src/tfjs/graph/control/control.ts": [
    ["went(again, \"cond\", made, within)", "went(again, \"cond\", variables, within)"],
    ["[\"then_branch\", \"else_branch\"].map((name) => went", "[\"else_branch\", \"then_branch\"].map((name) => went"],
  ],
  "packages/models/src/tfjs/graph/control/library.ts": [
    ["(named < 0 ? outputs!.length : named)", "0"], ["(named < 0 ? outputs!.length : named)", "Math.max(named, 0)"],
  ],
  "packages/relprop/src/command/more-inputs.ts": [
    ["Number(b.name === name) - Number(a.name === name)", "0"],
    ["startingWith(model, name), terminal", "model, terminal"],
  ],
  "packages/relprop/src/one-sample.ts": [
    ["shapes.get(output)?.[0] === samples", "false"],
    ["kept = model.outputs.filter((output) => !inert.has(output))", "kept = model.outputs"],
  ],
  "packages/relprop/src/scored.ts": [["while (at?.layer.rearranges === true)", "while (false)"]],
  "packages/lrp/src/prepare/data-flow.ts": [
    ["|Quantize)$/", ")$/"], ["(Clip|", "("], ["(route|", "("],
    ["|average)", ")"],
  ],
  "packages/models/src/onnx/one-sample-files.ts": [
    ["if (numbered !== undefined) return said(numbered);", ""],
    ["=== 2 * sizeOf(one.get(name) ?? [])", "> 0"],
  ],
  "packages/models/src/onnx/recognize/planewise.ts": [
    ["channels.pads || ", ""], ["!(isInput(x) || isLinear(x))", "false"], [" || isLinear(x)", ""],
    ["stride.some((step) => step !== 1)", "false"], ["mixes ? undefined : ", ""],
    ["factor !== 0 && !isOwn(factor, i)", "factor !== 0"],
  ],
  "packages/lrp/src/prepare/softmax-at-end.ts": [
    ["(Clip|Log|", "(Log|"], ["|Log|", "|"], ["layer.weight.size === 1 && ", ""],
    ["&& layer.weight.data[0]! > 0", ""],
  ],
  "packages/models/src/onnx/recognize/softmax.ts": [["layer.masked !== \"nan\"", "false"]],
  "packages/lrp/src/prepare/prepared-model.ts": [["      ...this.remarks,\n", ""]],
  "packages/models/src/tfjs/streams.ts": [
    ["[undefined, ...STAND_INS].flatMap", "[undefined].flatMap"],
    ["made.some((other) => other[axis] !== extent)", "false"],
  ],
  "packages/models/src/tfjs/layers/categories.ts": [
    ["(mode === \"count\") return call.emit(new ReduceSum", "(mode === \"count\") return call.emit(new ReduceMax"],
  ],
  "packages/models/src/tfjs/layers/films.ts": [
    ["[\"i\", \"f\", \"c\", \"o\"].map", "[\"i\", \"c\", \"f\", \"o\"].map"],
    ["[gated(f, before.kept, \"old\"), fresh]", "[before.kept, fresh]"],
  ],
  "packages/models/src/tfjs/layers/recurrences.ts": [
    ["const names = [`RNNCell_${i}`, own.text(\"name\")];", "const names = [`RNNCell_0`, own.text(\"name\")];"],
  ],
  "packages/models/src/tfjs/layers/normalizations.ts": [
    ["given === -1 ? x.shape[1]! : given", "given"],
    ["wanted.some((axis) => !axes.includes(axis))", "false"],
  ],
  "packages/models/src/tfjs/layers/products.ts": [["permuted(kernel, [rank, rank + 1, ...axes(rank)])", "kernel"]],
  "packages/models/src/onnx/operators/tabular/pair-coupling.ts": [
    ["Q[i]![j] = Q[j]![i] = -r * (1 - r);", "Q[i]![j] = Q[j]![i] = r * (1 - r);"],
    ["const first = 2 * (r - 1) * p[i]!", "const first = 2 * r * p[i]!"],
  ],
  "packages/models/src/onnx/operators/tabular/features.ts": [
    ["applied(op, \"Where\", [...isZero, constant(op, [1], []), ...largest])", "largest"],
  ],
  "packages/models/src/onnx/operators/tabular/scores.ts": [["number(op, -Infinity)", "number(op, 0)"]],
};
