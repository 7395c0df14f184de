// Places to break where explanations are measured; see mutations.js.
export const evaluateChanges = {
  "packages/evaluate/src/draw/random.ts": [
    ["const j = random.below(i + 1);", "const j = random.below(i);"],
    ["for (let i = 0; i < 12; i++) sum", "for (let i = 0; i < 11; i++) sum"],
  ],
  "packages/evaluate/src/impute/fills.ts": [
    ["sums[grid.channelOf(i)]! / grid.positions", "sums[grid.channelOf(i)]! / grid.channels"],
    ["within < extent ? within : period - 1 - within", "within < extent ? within : period - within"],
  ],
  "packages/evaluate/src/impute/linear.ts": [
    ["1 / step.filter((move) => move !== 0).length", "1"],
    ["out[element] = value + added[element]!;", "out[element] = value + added[0]!;"],
  ],
  "packages/evaluate/src/units/units.ts": [["if (unit < 0) return;", ""]],
  "packages/evaluate/src/run/outcome.ts": [
    ["if (score === \"margin\") return { score: own - other, kept };", ""],
    ["const kept = own >= other;", "const kept = true;"],
  ],
  "packages/evaluate/src/metrics/sweep.ts": [
    ["(values[k]! + values[k - 1]!) / 2", "values[k]!"],
    ["Math.round((k * units) / count)", "Math.ceil((k * units) / count)"],
  ],
  "packages/evaluate/src/metrics/flipping.ts": [
    ["relevance[b]! - relevance[a]!", "relevance[a]! - relevance[b]!"],
    ["[order, order.toReversed()]", "[order, order]"],
  ],
  "packages/evaluate/src/metrics/flipping-result.ts": [
    ["insertionOf(sample) - deletionOf(sample)", "insertionOf(sample) + deletionOf(sample)"],
    ["sum + scores[0]! - score, 0) / scores.length", "sum + scores[0]! - score, 0) / (scores.length - 1)"],
    ["1 - area(scores.map", "area(scores.map"],
  ],
  "packages/evaluate/src/result/interval.ts": [
    ["bias + z / (1 - acceleration * z)", "bias + z"],
    ["mean < average ? 1 :", "mean < average ? 0 :"],
  ],
};
