// Places to break where files, names and callers of any intent are met; see mutations.js.
export const borderChanges = {
  "packages/tensor/src/abort.ts": [
    ["signal.removeEventListener(\"abort\", stop);", ""],
    ["if (!over) Promise", "if (over) Promise"],
    ["    if (signal.aborted) stop();\n", ""],
    ["Math.abs(Date.now() - breathed) > BREATH", "false"],
    ["      await breathe(signal);\n", ""],
  ],
  "packages/relprop/src/command/verify.ts": [
    ["Array.isArray(files) && files.every(isFile)", "Array.isArray(files)"],
    ["[output, relevance].every(isDigest)", "[output, relevance].every(isObject)"],
  ],
  "packages/models/src/files/external-files.ts": [["if (!(error instanceof RangeError)) throw error;", "throw error;"]],
  "packages/tensor/src/simd/machine.ts": [
    ["array.length > MOST_COPIED ? undefined : this.operand(array)", "this.operand(array)"],
  ],
  "packages/tensor/src/one-of.ts": [["if (words.includes(value)) return value;", "return value;"]],
  "packages/heatmap/src/files/format-error.ts": [
    ["!(width >= 1 && height >= 1 && width * height <= maxPixels)", "width * height > maxPixels"],
  ],
  "packages/tensor/src/shape.ts": [["if (sizeOf(shape) === data?.length) return data;", "return data;"]],
  "packages/models/src/budget.ts": [
    ["if (length > MOST_INPUTS) throw", "if (false) throw"],
    ["const MOST_INPUTS: number = 2 ** 14;", "const MOST_INPUTS: number = 2 ** 13;"],
  ],
  "packages/relprop/src/command/node-terminal.ts": [
    ["stdout.on(\"error\", serving.close);", ""],
    ["Number.isInteger(said) && said > 0", "false"],
  ],
  "packages/tensor/src/deadline.ts": [
    ["deadline = Math.min(outer, time);", "deadline = time;"],
    ["deadline = outer;", ""],
  ],
  "packages/tensor/src/orientation.ts": [
    ["const most = Math.max(TIMES * there, ELEMENTS);", "const most = Infinity;"],
    ["const [TIMES, ELEMENTS] = [16, 2 ** 24];", "const [TIMES, ELEMENTS] = [16, 2 ** 10];"],
  ],
  "packages/tensor/src/simd/depthwise.ts": [
    ["const phases = count > 1 ? sourceStep : 1;", "const phases = sourceStep;"],
  ],
  "packages/models/src/read-npy.ts": [["shape.length > MOST_AXES", "false"]],
  "packages/models/src/read-safetensors.ts": [["shape.length > MOST_AXES", "false"]],
  "packages/layers/src/model/lower.ts": [
    ["perInput * Math.min(elements, counted)", "perInput * elements"],
    ["Number.isInteger(extent) && extent >= 0", "Number.isInteger(extent)"],
    ["Number.isInteger(extent) && extent >= 0", "extent >= 0"],
    ["shape.length <= MOST_AXES && isCounted", "isCounted"],
    ["spanOf(shape) <= most) return;", "true) return;"],
  ],
  "packages/models/src/onnx/bound.ts": [
    ["for (const met of [...shapes, output, ...known.map((value) => value.shape)]) allowance.take(spanOf(met));", ""],
    ["given[i] === undefined && !optional.includes(index)", "false"],
  ],
  "packages/models/src/onnx/fold/indices.ts": [
    ["[frontAxis(time, x.length), frontAxis(batch, x.length)]", "[time, batch]"],
  ],
  "packages/models/src/onnx/operators/arithmetic.ts": [
    ["if (op.inputs !== 2) throw", "if (op.inputs > 2) throw"],
  ],
  "packages/models/src/onnx/named-values.ts": [
    ["if (!(error instanceof RangeError)) throw error;", "throw error;"],
  ],
  "packages/models/src/tfjs/graph/rewrite.ts": [
    ["if (name === undefined) throw", "if (false) throw"],
  ],
  "packages/models/src/load-model.ts": [
    ["const bytes = await untilAborted(bytesOf(source), signal);", "const bytes = await bytesOf(source);"],
    ["const file = await untilAborted(Promise.resolve(files!(path)), signal);", "const file = await files!(path);"],
  ],
  "packages/models/src/files/bytes-source.ts": [
    ["if (!isBuffer(bytes)) throw", "if (false) throw"],
  ],
  "packages/relprop/src/command/read-input.ts": [
    ["maxPixels === undefined ? {} : { maxPixels }", "{}"],
  ],
  "packages/models/src/resize-plane.ts": [
    ["const center = (first + position + 0.5) * scale;", "const center = (position + 0.5) * scale;"],
    ["down[first]!.weights.length <= row + 1) first++", "down[first]!.weights.length < row + 1) first++"],
  ],
  "packages/models/src/onnx/external-data.ts": [
    ["part.trim() === part && !part.endsWith(\".\")", "true"],
    ["|%[0-9a-f]{2}/iu", "/iu"],
    [" && !DEVICE.test(part)", ""],
    ["(part !== \"\" || i === 0)", "part !== \"\""],
    ["\\p{Cc}\\p{Cf}", "\\p{Cc}"],
  ],
  "packages/lrp/src/compose/name-glob.ts": [
    ["(last) => endsAt(name, last)", "() => true"],
    ["text[at] !== piece[matched])) matched = borders[matched]!;", "text[at] !== piece[matched])) matched = 0;"],
    ["borders[i + 1] = matched;", "borders[i + 1] = 0;"],
  ],
  "packages/relprop/src/command/visible.ts": [
    ["while (taken.has(free)) free += \"'\";", ""],
    ["\\u0000-\\u001f\\u007f-\\u009f", "\\u0000-\\u001f\\u007f"],
    ["found.search(allowed) === 0 ? found", "true ? found"],
  ],
  "packages/relprop/src/command/column-table.ts": [
    ["[0, each] : [at, at + 1]", "[0, each] : [0, 1]"],
    ["cells.every((cell) => cell !== \"\" && Number.isNaN(Number(cell)) && !known.has(cell))", "false"],
    ["!known.has(cell)", "true"],
    ["free.delete(column);", ""],
    ["free.size < needed || ", ""],
  ],
  "packages/relprop/src/command/output-names.ts": [
    ["if (other !== undefined) {", "if (false) {"],
    ["if (same.length > 1) tell(same, count + 1);", "if (false) tell(same, count + 1);"],
    ["if (isAll) return;", "if (isAll || count > 1) return;"],
    ["names[i] = isAll ? name : ", "names[i] = "],
    ["taken.get(file.toLowerCase())", "taken.get(file)"],
  ],
  "packages/relprop/src/scored.ts": [
    ["shares && extents.slice(1).every((extent) => extent === 1)", "shares"],
    ["(index % channels) * plane", "(index % channels)"],
  ],
  "packages/relprop/src/default-composite.ts": [
    ["node.layer.kind === \"Dense\"", "false"],
    ["layer.role === \"recurrent\"", "false"],
  ],
  "packages/relprop/src/fit-picture.ts": [
    ["Math.max(height / image.height, width / image.width)", "Math.min(height / image.height, width / image.width)"],
    ["return [bound(0), bound(1)];", "return [bound(-1), bound(1)];"],
    ["each !== undefined);", "false);"],
  ],
  "packages/relprop/src/command/output-file.ts": [
    ["if (given.on(\"force\")) return;", "return;"],
    ["    if (other !== undefined) {", "    if (false) {"],
    ["(await terminal.readText(path)).includes(writes)", "true"],
    ["if (!path.includes(\"*\") && !(await isOwn())) held.push(path);", ""],
  ],
  "packages/relprop/src/command/arguments.ts": [
    ["needs?.some(isGiven) === false", "false"],
    ["if (known !== undefined) throw new UsageError(valueSaid(known));", ""],
    ["if (more.length > 0) throw", "if (false) throw"],
  ],
  "packages/relprop/src/odd-labels.ts": [["|| labels.length === count", ""], ["labels.length === count", "true"]],
  "packages/relprop/src/explain-options.ts": [["Object.hasOwn(NAMES, name)", "true"]],
  "packages/relprop/src/host-files.ts": [
    ["if (!known.isFile()) fail(", "if (false) fail("],
    ["![home, own].some(", "false && ![home, own].some("],
    ["[home, own].some(", "[home].some("],
  ],
  "packages/relprop/src/command/narrow-table.ts": [["columns - indent.length - 4", "columns"]],
  "packages/models/src/onnx/fold/outcome.ts": [
    ["others?.[output - 1] ?? ", ""],
    ["most === undefined || rank === undefined ? undefined : ", ""],
  ],
  "packages/heatmap/src/charts/feature-bars.ts": [["at += size;", "at = size;"]],
  "packages/heatmap/src/drawing/drawing-raster.ts": [["(y0 <= y) === (y1 <= y)", "false"]],
  "packages/heatmap/src/drawing/stroke-line.ts": [["half + 0.5 - far", "half - far"]],
  "packages/heatmap/src/pages/html-page.ts": [["<h1>${escapeHtml(title)}</h1>", "<h1>${title}</h1>"]],
  "packages/heatmap/src/charts/ansi-bars.ts": [["\" \".repeat(half - drawn.length)", "\"\""]],
  "packages/relprop/src/command/write-file.ts": [
    ["now !== undefined && stampOf(now) !== over?.stamp", "false"],
    ["await chmod(partial, known.mode & 0o777)", "await chmod(partial, 0o644)"],
    ["file = resolve(dirname(file), await readlink(file));", "return path;"],
    ["![path, await linkedTo(path)].some(", "![].some("],
    ["Date.now() - mtimeMs > LEFT", "Date.now() - mtimeMs >= 0"],
  ],
  "packages/relprop/src/command/read-beside.ts": [
    ["!isAbsolute(way)", "true"],
    ['way !== ".." && ', ""],
  ],
  "packages/relprop/src/did-you-mean.ts": [
    ["Math.min(next[j]!, before[j - 2]! + 1)", "next[j]!"],
    ["strokes <= most", "strokes < most"],
  ],
  "packages/tensor/src/simd/threads.ts": [
    ["(turn ?? Promise.resolve())", "Promise.resolve()"],
    ["late.forEach((worker) => worker?.terminate())", "late"],
  ],
};
