// Places to break in layers and models of them; see mutations.js.
export const layerChanges = {
  "packages/layers/src/model/lowered-model.ts": [
    ["if (overlaps && other.buffer === buffer) return;", ""],
    ["for (const slot of outputs) readings[slot] = Infinity;", ""],
    ["value === undefined ? 0 : Infinity", "0"],
    ["if (data.length >= 1024) end", "if (false) end"],
  ],
  "packages/layers/src/recurrent/gates-rule.ts": [
    ["gates === \"half\" ? 0.5 : 0", "0"],
    ["copy * data.length", "0"],
  ],
  "packages/layers/src/model/fused-steps.ts": [
    ["others.length > 0 || kept.has(step.writes)", "kept.has(step.writes)"],
    ["others.length > 0 || kept.has(step.writes)", "others.length > 0"],
    ["product.activation === identity ? product : undefined", "product"],
  ],
  "packages/layers/src/model/model.ts": [
    ["output instanceof Tensor ? clone(output) : output", "output"],
    ["lowered.elements > most", "true"],
  ],
  "packages/layers/src/weighted/conv.ts": [
    ["(kernel[axis]! - 1) * this.dilation[axis]! + 1", "kernel[axis]!"],
    ["layer.padding.map(([before]) => before)", "layer.padding.map(([, after]) => after)"],
  ],
  "packages/layers/src/pools/pool-windows.ts": [
    ["MOST_PER_ELEMENT * extent + MOST_WINDOWS", "Infinity"],
    ["MOST_PER_ELEMENT * extent + MOST_WINDOWS", "MOST_WINDOWS"],
    ["(windows - 1) * stride >= extent + before", "(windows - 1) * stride > extent + before"],
    ["countPadding ? [-before, extent + after] : [0, extent]", "[-before, extent + after]"],
    ["Math.ceil(((i + 1) * extent) / windows) - first", "Math.floor(((i + 1) * extent) / windows) - first"],
  ],
  "packages/layers/src/weighted/batch-norm.ts": [
    ["Math.sqrt(v + epsilon)", "Math.sqrt(v)"],
    ["(beta?.data[c] ?? 0) - mean.data[c]! * w", "(beta?.data[c] ?? 0) + mean.data[c]! * w"],
  ],
  "packages/layers/src/weighted/fold.ts": [["* scale.data[c]! + (shift?.data[c] ?? 0)", "+ (shift?.data[c] ?? 0)"]],
  "packages/layers/src/recurrent/lstm-cell.ts": [
    ["coupled ? 1 - i :", "coupled ? i :"],
    ["if (p !== undefined) toC += p[H + j]! * toO;", ""],
    ["(coupled ? g - cell : g)", "g"],
  ],
  "packages/layers/src/recurrent/lstm-sharing.ts": [
    ["(coupled ? added + kept : added)", "added"],
    ["if (p !== undefined) toC += p[H + j]! * c * s;", ""],
    ["let toCell = (1 - part) * kept;", "let toCell = kept;"],
  ],
  "packages/layers/src/recurrent/gru-sharing.ts": [
    ["(added + kept) / 2", "kept / 2"],
    ["(resetAfter ? r * (weights.apart?.[2 * H + j] ?? 0) : 0)", "0"],
    ["state.h[i]! += half;", ""],
  ],
  "packages/layers/src/recurrent/recurrent-cell.ts": [
    ["(Math.abs(z) <= limit ? activation.slope(z) : 0)", "activation.slope(z)"],
  ],
  "packages/layers/src/recurrent/recurrent-trace.ts": [
    ["this.#absent(at, (first, last) => moved(state, waiting, first, last));", ""],
    ["this.course.reverse ? this.#steps - 1 - i : i", "i"],
  ],
  "packages/layers/src/recurrent/final-states.ts": [["isReverse ? 0 :", "false ? 0 :"]],
  "packages/layers/src/norms/softmax.ts": [
    ["op.multiply(y, op.subtract(s, mean))", "op.multiply(y, s)"],
    ["if (masked < extent) continue;", "continue;"],
    ["Math.floor(first / step) % x.shape[i]!", "Math.floor(first / step)"],
  ],
  "packages/layers/src/sampling/upsample.ts": [["weight: 1 - weight }", "weight: 1 }"]],
  "packages/layers/src/arithmetic/extremum.ts": [
    ["op.where(op.equal(x, x), 0, op.where(op.equal(y, y), 0, 1))", "0"],
    ["op.where(isChosen(x, y), 0, s)", "op.add(s, op.multiply(x, op.multiply(y, 0)))"],
  ],
  "packages/layers/src/activations/quantize.ts": [
    ["op.clamp(op.round(scaled(x, scale)), low, high)", "op.clamp(scaled(x, scale), low, high)"],
    ["op.lessOrEqual(level, high)", "1"],
    ["Math.floor(at / block)", "Math.floor(at / blocks)"],
    ["keep(() => this.#spreadOver(input))", "this.#spreadOver(input)"],
  ],
  "packages/layers/src/norms/local-response-norm.ts": [
    ["channel + Math.ceil((this.size - 1) / 2) + 1", "channel + Math.floor((this.size - 1) / 2) + 1"],
    ["(2 * alpha * beta) / size", "(alpha * beta) / size"],
    ["power(energy, -beta - 1)", "power(energy, -beta)"],
  ],
  "packages/layers/src/shaping/depth-to-space.ts": [
    ["axes: [0, 3, 4, 1, 5, 2]", "axes: [0, 3, 4, 2, 5, 1]"],
    ["axes: [0, 1, 4, 2, 5, 3]", "axes: [0, 1, 4, 3, 5, 2]"],
    ["axes.map((_, axis) => axes.indexOf(axis))", "axes"],
  ],
  "packages/layers/src/sampling/resample.ts": [["back.positions[to] = p;", "back.positions[to] = t;"]],
  "packages/layers/src/shaping/slice.ts": [
    ["start === undefined ? (step > 0 ? lowest : highest)", "start === undefined ? lowest"],
  ],
  "packages/layers/src/shaping/concat.ts": [
    ["from += length, to += step", "from += length, to += length"],
    ["to += length, from += step", "to += length, from += length"],
    ["to[at + i] = from[start + i]!", "to[at + i] = from[start]!"],
  ],
};
