import { attackChanges } from "./mutations-attacks.js";
import { attentionChanges } from "./mutations-attention.js";
import { borderChanges } from "./mutations-border.js";
import { evaluateChanges } from "./mutations-evaluate.js";
import { kernelChanges } from "./mutations-kernels.js";
import { layerChanges } from "./mutations-layers.js";
import { passChanges } from "./mutations-passes.js";
import { programs } from "./mutations-programs.js";
import { readerChanges } from "./mutations-reader.js";

// Places to break, for mutate.js: by file, what stands there once and what to put instead. Each changes what the code
// computes or refuses; none only changes how fast.
const changes = {
  "packages/models/src/onnx/operators/recurrences.ts": [
    ["if (op.value(4) === undefined) return hiddens;", "return hiddens;"],
    ["() => final([hidden, 2 * hidden])", "() => final([0, hidden])"],
  ],
  "packages/models/src/tfjs/layers/recurrences.ts": [
    ["blocks(tensor, 4, [0, 3, 1, 2])", "blocks(tensor, 4, [0, 1, 2, 3])"],
    ["isLast && isSequence && reverse", "false"],
    ["return mask === undefined ? steps : { ...steps, mask };", "return steps;"],
  ],
  "packages/models/src/tfjs/layers/masks.ts": [["if (data[i] !== value) out[row] = 1;", "out[row] = 1;"]],
  "packages/models/src/tfjs/keras-model.ts": [["if (KEEP_MASKS.has(className)) return { ...output, mask };", ""]],
  "packages/models/src/embedding.ts": [["fromEnd && index < 0", "index < 0"]],
  "packages/models/src/onnx/operators/cell-activations.ts": [["(alphas.shift() ?? alpha)", "alpha"]],
  "packages/tensor/src/scalar/taps.ts": [["sums.fill(0);", ""]],
  "packages/tensor/src/simd/code/taps.ts": [["plane!.increase(planeSize!)", ""], ["high!.set(zero),", ""]],
  "packages/lrp/src/rules/rules.ts": [
    ["isNormalization(layer) && ignoresInput", "false"],
    ["contributions(down, up), where: \"negative\"", "contributions(up, down), where: \"negative\""],
    ["contributions(negative, positive), scale: -beta", "contributions(negative, positive), scale: beta"],
    ["{ input: bound(low), weight: positive,", "{ input: bound(high), weight: positive,"],
    ["weight: onNegative, bias: null }", "weight: onNegative, bias: onNegative }"],
    ["const bias = options.squaredBias === true ? square : null;", "const bias = square;"],
    ["value * sign > 0 ? value + gamma * value : value", "value * sign > 0 ? gamma * value : value"],
    ["Math.abs(alpha - beta - 1) < 1e-9", "true"],
  ],
  "packages/lrp/src/run/interpret.ts": [
    ["scope(() => addSharedProduct(scale * sign,", "scope(() => addSharedProduct(scale,"],
    [" || rule.bias === \"ignored\"", ""],
    ["addSharedProduct(scale, ones(input),", "addSharedProduct(1, ones(input),"],
    ["unmasked(inputs[i]!)", "inputs[i]!"],
  ],
  "packages/lrp/src/lrp.ts": [
    ["inputsOf(this.model, input).map(copied)", "inputsOf(this.model, input)"],
    ["record(this.model, inOrder(this.model, inputs).map(copied))", "record(this.model, inOrder(this.model, inputs))"],
  ],
  "packages/lrp/src/run/tape.ts": [
    ["if (memory.ended) {", "if (false) {"],
    ["if (!allFinite(sum) && [x,", "if (!allFinite(activate(layer.activation, sum)) && [x,"],
    ["[x, layer.weight, layer.bias].every(", "[x, layer.weight].every("],
  ],
  "packages/lrp/src/rules/stabilizer.ts": [["epsilon * scale[i % z.size]!", "epsilon"]],
  "packages/lrp/src/prepare/canonize.ts": [
    ["draft.onlyReader(source) === undefined ? undefined : draft.node(source)", "draft.node(source)"],
    ["orders.unshift(order);", "orders.push(order);"],
    [" && before.layer.activation === identity", ""],
    ["rank: known.get(name)", "rank: 2"],
    ["given.inputs.map((source) => scaled.get(source) ?? source)", "given.inputs"],
  ],
  "packages/lrp/src/prepare/fuse.ts": [["order.indexOf(at), own)", "order[at]!, own)"]],
  "packages/lrp/src/compose/presets.ts": [
    ["composite(epsilonPlus(options), firstIf(options.firstLayer ?? LINEAR, flat()))", "epsilonPlus(options)"],
  ],
  "packages/lrp/src/compose/composite.ts": [
    ["assigned[i] = { node, rule, by };", "if (current.by === undefined) assigned[i] = { node, rule, by };"],
    ["matches === 0 && by.optional !== true", "false"],
  ],
  "packages/lrp/src/prepare/data-flow.ts": [
    ["if (linear || blocked || node.layer.role === \"recurrent\") behind", "if (linear || blocked) behind"],
    ["if (linear || blocked || node.layer.role === \"recurrent\") behind", "if (linear) behind"],
    ["if (linear || blocked || node.layer.role === \"recurrent\") {", "if (linear) {"],
  ],
  "packages/lrp/src/run/walk.ts": [
    ["already === undefined ? more : addStacks(already, more)", "more"],
    ["!isTraceable(propagation) || (", "("],
    [" || (endings !== undefined && liesIn(below, seen))", ""],
  ],
  "packages/lrp/src/run/target.ts": [
    ["plus!.relevance.data[i]! - minus!.relevance.data[i]!", "plus!.relevance.data[i]! + minus!.relevance.data[i]!"],
    ["from === \"one\" ? 1 : output.data[i]!", "1"],
  ],
  "packages/lrp/src/report/balance.ts": [
    ["if (sum === 0) dead += rest;", "if (false) dead += rest;"],
  ],
  "packages/lrp/src/prepare/ranks.ts": [["others.every((rank) => rank === two) ? two : undefined", "two"]],
  "packages/lrp/src/prepare/check.ts": [["verdict(node, atEnd.has(node), readers", "verdict(node, false, readers"]],
  "packages/lrp/src/prepare/softmax-at-end.ts": [
    ["read?.length === 1 ? source", "source !== undefined ? source"],
    ["node.layer.rearranges !== true && !keepsOrder(node)", "!keepsOrder(node)"],
  ],
  "packages/lrp/src/run/copies.ts": [["stack.data.subarray(k * size, (k + 1) * size)", "stack.data.subarray(0, size)"]],
  "packages/lrp/src/run/plan/execute.ts": [
    ["addRepeated(sign, summand, to);", "addRepeated(1, summand, to);"],
    ["constants.get(sample.join(),", "constants.get(\"\","],
    ["if (!written) act(() => void out.data.fill(0));", ""],
  ],
  "packages/lrp/src/run/plan/rewrite.ts": [["(bias === undefined && mode !== \"ignored\")", "bias === undefined"]],
  "packages/lrp/src/run/plan/signs.ts": [
    ["inputs.every((source) => nonnegative.has(source))", "inputs.some((source) => nonnegative.has(source))"],
    ["if (!(data[i]! >= 0)) return false;", "if (data[i]! < -0.5) return false;"],
  ],
  "packages/lrp/src/rules/structural-rules.ts": [
    ["Math.abs(whole[i]!) * 2 ** -22 ? 0", "0 ? 0"],
    ["if (centered[i] === 0) s[i] = 0;", ";"],
    ["Number(share === i)", "Number(share !== i)"],
    ["to[i] = part * from[i]!;", "to[i] = from[i]!;"],
    ["if (part === 1) return sum;", "return sum;"],
    ["zero({ ...options, stabilizer: guard })", "zero({ stabilizer: guard })"],
    ["return [bare.center(copy)];", "return [copy];"],
  ],
  "packages/lrp/src/prepare/strip-softmax.ts": [
    ["node = isRead ? undefined : draft.node(source);", "node = undefined;"],
  ],
  "packages/lrp/src/rules/where.ts": [
    ["negative |= signed & sum;", "negative |= signed;"],
    ["neither |= there & ~signed;", ""],
    ["const everywhere = !signs.neither && !signs", "const everywhere = !signs"],
  ],
  "packages/lrp/src/report/conservation.ts": [
    ["totals.other += this.#roundedAway;", ""],
    ["Math.abs(lost) > 1e-3 *", "Math.abs(lost) > 1e9 *"],
    ["before - out - bias - stabilizer - dead - ended", "before - out - bias - stabilizer - ended"],
    ["Number.isFinite(before) && !Number.isFinite(out)", "!Number.isFinite(before) && !Number.isFinite(out)"],
  ],
  "packages/lrp/src/compose/composite-json.ts": [
    ["...(optional === true ? { optional } : {}),", ""],
    ["flags: select.name.flags", "flags: \"\""],
  ],
  "packages/lrp/src/gradient-methods/repeated-methods.ts": [
    ["midpoint: 0.5", "midpoint: 0"],
    ["from[i]! + alpha * (x - from[i]!)", "alpha * x"],
    ["noises[i % size]!", "noises[0]!"],
  ],
  "packages/lrp/src/gradient-methods/occlusion.ts": [
    ["losses[n * plane + p]! / covers[p]! / channels", "losses[n * plane + p]! / channels"],
  ],
  "packages/crp/src/features.ts": [
    ["- sums[n * channels + a]! || a - b", "- sums[n * channels + a]! || b - a"],
    [".slice(0, count)", ".slice(0, count).reverse()"],
  ],
  "packages/crp/src/branching.ts": [
    ["excludeParallel ? without(other, copies, samples, concept) : copies", "copies"],
    ["else if (dropped.some(Boolean)) {", "else if (false) {"],
    ["below.map((k) => parents[k]!)", "below"],
  ],
  "packages/crp/src/channel-relevance.ts": [["by === \"absSum\" ? Math.abs(values[i]!) : values[i]!", "values[i]!"]],
  "packages/crp/src/concept.ts": [
    ["return place < 0 ? place + extent : place;", "return place;"],
    ["new Array<undefined>(axis - 1)", "new Array<undefined>(axis)"],
    ["flat * extents[axis]! + p", "flat + p"],
    ["component * direction.data[c]! * sensitivity", "component * sensitivity"],
  ],
  "packages/crp/src/conditions.ts": [["condition.target ?? settings.target);", "settings.target);"]],
  "packages/crp/src/receptive-field.ts": [["Math.min(from, a[axis]![0])", "from"]],
  "packages/crp/src/concept-relevance.ts": [
    ["row.reduce((sum, value) => sum + Math.abs(value), 0)", "row.reduce((sum, value) => sum + value, 0)"],
    ["if (!wantedBelow) ends.add(name);", "if (wantedBelow) ends.add(name);"],
  ],
  "packages/crp/src/attribution-graph.ts": [
    ["{ ...condition.nodes, [node]: channelAt(channel, axis) }", "{ [node]: channelAt(channel, axis) }"],
    ["relevance: before + relevance });", "relevance });"],
  ],
  "packages/crp/src/reference-crops.ts": [
    ["flat * extents[axis]! + region[axis]![0] + p", "flat * extents[axis]! + p"],
    ["from === \"neuron\" ? { startAt: node } :", ""],
  ],
  "packages/crp/src/statistics/collect.ts": [
    ["if (!isNew(sample) || batch.some", "if (batch.some"],
    ["sample.label ?? starts[n]!.chosen?.[0] ?? 0", "starts[n]!.chosen?.[0] ?? 0"],
    ["rowOf(arrived.get(node)!, n,", "rowOf(arrived.get(node)!, 0,"],
    ["argmax(tensor.data, c * size, (c + 1) * size) - c * size", "argmax(tensor.data, c * size, (c + 1) * size)"],
  ],
  "packages/crp/src/statistics/concept-statistics.ts": [
    ["for (const group of [ALL, label]) {", "for (const group of [ALL]) {"],
    ["if (mine !== theirs)", "if (false)"],
    ["this.samples.union(other.samples)", "this.samples"],
  ],
  "packages/crp/src/statistics/channel-statistics.ts": [
    ["valueOf(this.units) / this.count", "valueOf(this.units)"],
    ["new ChannelStatistics(this.count + other.count,", "new ChannelStatistics(other.count,"],
  ],
  "packages/crp/src/statistics/exact-sum.ts": [
    ["BigInt(exponent - 1)", "BigInt(exponent)"],
    ["exponent === 0 ? BigInt(fraction)", "exponent === 0 ? 0n"],
    ["| sticky", ""],
  ],
  "packages/crp/src/statistics/references.ts": [
    ["b.value - a.value || a.sample - b.sample", "b.value - a.value || b.sample - a.sample"],
    ["[...a, ...b].sort(compareReferences).slice(0, top)", "[...a, ...b].slice(0, top)"],
    ["compareReferences(weakest, reference) <= 0", "compareReferences(weakest, reference) >= 0"],
  ],
  "packages/crp/src/statistics/sample-set.ts": [
    ["first <= previous[1]", "first < previous[1]"],
    ["total + last - first + 1", "total + last - first"],
    ["high = middle - 1", "high = middle - 2"],
  ],
  "packages/crp/src/statistics/statistics-bytes.ts": [
    ["if (parts[\"version\"] !== VERSION) {", "if (false) {"],
    ["samples: samples.ranges,", "samples: samples.ranges.slice(0, 1),"],
    ["if (kept.length > top) {", "if (false) {"],
  ],
  "packages/relprop/src/command/collect.ts": [
    [".filter((id) => options.from?.samples.has(id) !== true)", ""],
    ["Math.floor((size * part) / parts)", "Math.floor((size * part) / parts) - 1"],
    ["    progress.end();\n    await save();", "    progress.end();"],
  ],
  "packages/relprop/src/command/progress.ts": [["(total - done) / rate", "total / rate"]],
};

const groups = [
  attackChanges, attentionChanges, kernelChanges, borderChanges, evaluateChanges, passChanges, programs, readerChanges,
  layerChanges, changes,
];

/** One change each: `old` stands once in `file`, and becomes `new`. */
export const mutations = groups.flatMap((group) => Object.entries(group)).flatMap(([file, pairs]) =>
  pairs.map(([old, instead]) => ({ file, old, new: instead })));
