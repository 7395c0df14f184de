// Places to break where small files ask for much work, and programs for what is none; see mutations.js.
export const attackChanges = {
  // Extents of 0 beside huge ones, sharing made into copies, many small steps.
  "packages/layers/src/layer/allowance.ts": [
    ["product * Math.max(extent, 1)", "product * extent"],
    ["this.#taken += elements;", ""],
    ["const STEP = 64;", "const STEP = 0;"],
  ],
  "packages/models/src/onnx/protobuf.ts": [["    this.#allowance?.take(STEP);\n", ""]],
  "packages/models/src/onnx/operation.ts": [["    checkFanIn(inputs);\n", ""]],
  "packages/models/src/tfjs/streams.ts": [
    ["    this.positions.take(inputs.reduce((sum, input) => sum + extents(input.shape), STEP + extents(shape)));", ""],
    ["outputOf(layer, inputs);\n    this.#take(shape, inputs);", "outputOf(layer, inputs);"],
  ],
  // Pictures that preprocessing makes large, patterns that hang, statistics of nothing.
  "packages/models/src/preprocess.ts": [["!(size[0] * size[1] <= maxPixels)", "false"]],
  "packages/lrp/src/compose/composite-json.ts": [["if (!patterns) throw", "if (false) throw"]],
  "packages/crp/src/statistics/statistics-bytes.ts": [
    ["channels > MOST_UNSEEN &&", "false &&"],
    ["\"a position\", LAST", "\"a position\""],
  ],
  // More scores than a function takes arguments.
  "packages/relprop/src/scored.ts": [
    ["scores.reduce((most, score) => Math.max(most, score), -Infinity)", "Math.max(...scores)"],
  ],
  // Samples that cannot be explained, files that never end, other hosts' pages.
  "packages/crp/src/statistics/collect.ts": [
    ["if (failed === undefined) throw named(sample, error);", "if (failed === undefined) throw error;"],
  ],
  "packages/relprop/src/command/collect.ts": [
    ["      failed(id, error);\n      continue;", "      throw error;"],
    ["left += 1;", ""],
  ],
  "packages/relprop/src/command/read-file.ts": [
    ["(kind.isFIFO() && GIVEN.test(path))", "kind.isFIFO()"],
    ["if (kind.isFile() ||", "if (!kind.isFIFO() ||"],
    ["if (length > most) throw", "if (false) throw"],
    ["kind.size > 0 ? readFile", "kind.isFile() ? readFile"],
  ],
  "packages/relprop/src/command/view-answer.ts": [
    ["method !== \"GET\" && method !== \"HEAD\"", "false"],
    ["host !== `127.0.0.1:${port}`", "false"],
    ["!sameText(path.slice(0, before.length), before)", "false"],
  ],
  // A heap that is full.
  "packages/tensor/src/simd/heap.ts": [
    ["own !== undefined || this.#left - roundUp(4 * length) < reserve", "own !== undefined"],
  ],
  // Settings that are none.
  "packages/models/src/read-npy.ts": [
    ["if (keys.length > 3) fail", "if (keys.length > 4) fail"],
    ["if (!/^\\s*\\{[^{}]*\\}\\s*$/.test(text))", "if (false)"],
  ],
  "packages/models/src/tfjs/layers/shapes.ts": [["Number.isInteger(times) && times >= 1", "times >= 1"]],
  // Callers that want no more.
  "packages/heatmap/src/pages/html-page.ts": [
    ["  throwIfAborted(signal);\n", ""], ["encodePng(image, { signal })", "encodePng(image)"],
  ],
  "packages/relprop/src/text-audit-page.ts": [
    ["await untilAborted(Promise.resolve(options.words(id, cluster.label)), options.signal)",
      "await options.words(id, cluster.label)"],
  ],
  "packages/relprop/src/audit-page.ts": [
    ["await untilAborted(Promise.resolve(data.read(id)), signal)", "await data.read(id)"],
  ],
  // Links in circles, patterns, many inputs.
  "packages/relprop/src/command/input-files.ts": [
    ["if (seen.has(place)) return [];", ""],
    ["[at, place] = [++taken, star + 1];", "return false;"],
    ["  while (pattern[place] === \"*\") place++;\n", ""],
    ["if (seen.has(visit)) return [];", ""],
    ["(name[0] !== \".\" || part[0] === \".\")", "true"],
    ["part === \"**\" ? [part, ...rest] : rest", "rest"],
  ],
  "packages/lrp/src/run/tape.ts": [
    ["find((each) => given.has(each))", "find((each) => model.inputs.some(({ name }) => name === each))"],
    ["sameShape(given.get(name)!.shape, output.shape)", "true"],
  ],
  "packages/models/src/onnx/operators/attention/heads.ts": [
    ["  op.graph.budget.positions.take(Math.max(to, 0));\n", ""],
  ],
  "packages/models/src/onnx/operators/tabular/linear-models.ts": [
    ["const wrong = perClass.find((each) => !(each >= 0));", "const wrong = undefined;"],
    ["* (STEP + count)", "* 0"],
  ],
  "packages/models/src/onnx/legacy-broadcast.ts": [["behind >= 0 && behind <= left - right", "behind >= 0"]],
  "packages/lrp/src/run/endings.ts": [
    ["(isWorth(data) ? saw : large)", "saw"], ["(isWorth(data) ? saw : large)", "large"],
  ],
  "packages/layers/src/model/lower.ts": [
    ["largest ?? PER_ALLOWED * most", "largest ?? Infinity * most"], [" + PER_GIVEN * elements);", ");"],
  ],
  "packages/models/src/onnx/described-flow.ts": [[", largest: Infinity", ""]],
  "packages/tensor/src/abort.ts": [["signal, typeof signal?.addEventListener === \"function\"", "signal, true"]],
};
