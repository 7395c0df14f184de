// Places to break where explanations are measured; see mutations.js.
export const evaluateChanges = {
  "packages/evaluate/src/clusters/eigen.ts": [
    ["const t = (theta >= 0 ? 1 : -1)", "const t = (theta >= 0 ? -1 : 1)"], ["    checkDeadline();\n", ""],
  ],
  "packages/evaluate/src/clusters/spectral.ts": [
    ["Math.sqrt(degrees[i]! * degrees[j]!)", "degrees[i]!"], ["    checkDeadline();\n", ""],
  ],
  "packages/evaluate/src/clusters/spray.ts": [
    ["if (gap > widest + 1e-9)", "if (gap < widest + 1e-9)"],
    ["mean + 3 * deviation", "mean + 30 * deviation"],
    ["b.length - a.length ||", ""],
  ],
  "packages/evaluate/src/clusters/k-means.ts": [
    ["run.spread < best.spread ? run : best", "run"], ["    checkDeadline();\n", ""],
  ],
  "packages/evaluate/src/audit/examine.ts": [
    ["mask[i] === 1 ? donor.data[i]! : value", "value"],
    ["lender?.size === input.size", "false"],
    ["held >= total / 2", "held >= total"],
    ["leastShare(count, into.length) > DECIDES", "count / into.length > DECIDES - 0.3"],
  ],
  "packages/evaluate/src/audit/is-count.ts": [["Number.isInteger(size) && ", ""], [" && (size as number) >= 0", ""]],
  "packages/evaluate/src/audit/audit.ts": [["    await breathe(signal);\n    const some", "    const some"]],
  "packages/evaluate/src/audit/audit-texts.ts": [
    ["    await breathe(signal);\n    return", "    return"],
    ["if (!kept.has(token)) words.set", "words.set"],
    ["scores.with(label, -Infinity)", "scores"],
  ],
  "packages/evaluate/src/audit/examine-texts.ts": [
    ["area <= SMALL && leastShare(followed, tried) > DECIDES", "area <= SMALL"],
    ["(words.has(token) && lender.length > 0 ?", "(lender.length < 0 ?"],
  ],
  "packages/evaluate/src/expect/relevance-check.ts": [
    ["found >= atLeast", "found > atLeast - 1"],
    ["found <= atMost", "true"],
    ["arrived / started", "started / arrived"],
  ],
  "packages/evaluate/src/expect/expect-relevance.ts": [["y < top + high", "y <= top + high"]],
  "packages/relprop/src/command/manifest.ts": [
    ["if (now.get(path) !== digest)", "if (false)"],
    ["else if (apart(before, after) > TOLERANCE)", "else if (false)"],
    ["view.setFloat32(4 * i, value, true)", "view.setFloat32(4 * i, 0, true)"],
  ],
  "packages/relprop/src/command/signed.ts": [
    ["return verify(null, utf8(JSON.stringify(rest)), key, fromBase64(signature));", "return true;"],
  ],
  "packages/relprop/src/command/test-report.ts": [["verdicts.every(({ holds }) => holds)", "true"]],
  "packages/relprop/src/command/test.ts": [["if (failed > 0) throw", "if (failed > 1) throw"]],
  "packages/evaluate/src/compare/paired.ts": [
    [">= observed) extreme++;\n    return extreme / count;", "> observed) extreme++;\n    return extreme / count;"],
    ["(values.length - rank) * values[which]!", "values.length * values[which]!"],
    ["least = Math.max(least, ", "least = Math.max(0, "],
  ],
  "packages/evaluate/src/compare/comparison.ts": [
    ["scores.better === \"lower\" ? 1 : -1", "scores.better === \"lower\" ? -1 : 1"],
  ],
  "packages/heatmap/src/charts/line-chart.ts": [
    ["bottom - ((value - low) / (high - low))", "top + ((value - low) / (high - low))"],
  ],
  "packages/relprop/src/command/tune.ts": [
    ["id % 2 === half", "true"],
    ["!seen.has(rules) && seen.add(rules)", "true"],
  ],
  "packages/lrp/src/gradient-methods/occlusion.ts": [["if (sample.length === 1)", "if (sample.length === 0)"]],
  "packages/evaluate/src/draw/random.ts": [
    ["const j = random.below(i + 1);", "const j = random.below(i);"],
    ["for (let i = 0; i < 12; i++) sum", "for (let i = 0; i < 11; i++) sum"],
  ],
  "packages/evaluate/src/impute/fills.ts": [
    ["= sum / grid.positions", "= sum / grid.channels"],
    ["within < extent ? within : period - 1 - within", "within < extent ? within : period - within"],
  ],
  "packages/evaluate/src/impute/linear.ts": [
    ["1 / step.filter((move) => move !== 0).length", "1"],
    ["out[element] = value + added[element]!;", "out[element] = value + added[0]!;"],
  ],
  "packages/evaluate/src/units/units.ts": [
    ["i < (element + 1) * each", "i < element * each + 1"],
    ["sum / sizes[unit]!", "sum"],
  ],
  "packages/evaluate/src/run/outcome.ts": [
    ["if (score === \"margin\") return { score: own - other, ...common };", ""],
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
  "packages/evaluate/src/units/segments.ts": [["if (step > 1.5) return Infinity;", "if (step > 0.4) return Infinity;"]],
  "packages/evaluate/src/methods/averaged.ts": [["relevance.data[i]! / samples", "relevance.data[i]!"]],
  "packages/evaluate/src/methods/deep-lift.ts": [
    ["(each * (y.data[i]! - y0.data[i]!)) / moved", "slope.data[i]!"],
    ["const [down] = before.back(multiply(s, fell));", "const [down] = seen.back(multiply(s, fell));"],
  ],
  "packages/evaluate/src/methods/expected-gradients.ts": [["draw % order.length", "0"]],
  "packages/evaluate/src/methods/kernel-shap.ts": [
    ["const y = outcomes[k + 1]!.score - empty - last * total;", "const y = outcomes[k + 1]!.score - empty;"],
    ["binomial(count, size) * size * (count - size)", "size * (count - size)"],
    ["values[unit]! / sizes[unit]!", "values[unit]!"],
  ],
  "packages/evaluate/src/methods/layer-methods.ts": [
    ["+= value / grid.positions", "+= value"],
    ["(signed ? value : Math.max(0, value))", "value"],
  ],
  "packages/evaluate/src/methods/spread.ts": [["((t + 0.5) * from) / to - 0.5", "(t * from) / to"]],
  "packages/lrp/src/prepare/given-model.ts": [["model, fits);", "model, true);"]],
  "packages/tensor/src/check-kind.ts": [["if (fits) return;", "return;"]],
  "packages/evaluate/src/run/given-samples.ts": [["Symbol.iterator in samples", "true"]],
  "packages/evaluate/src/run/method.ts": [
    ["? \"value\" : \"one\"", "? \"one\" : \"value\""],
    ["scaled: start === \"value\" ||", "scaled: true ||"],
  ],
  "packages/evaluate/src/run/randomized-model.ts": [
    ["[seed, \"weight\", node.name]", "[seed, \"weight\"]"],
    ["(i) => data[i]!));", "() => data[0]!));"],
  ],
  "packages/evaluate/src/metrics/sensitivity-n.ts": [
    ["mask[unit] = 1;", "mask[unit] = 0;"],
    ["Math.round(most ** (i / 7))", "Math.round(count ** (i / 7)) + 1"],
  ],
  "packages/evaluate/src/metrics/faithfulness-estimate.ts": [["ofUnits.map(Math.abs), falls", "ofUnits, falls"]],
  "packages/evaluate/src/metrics/infidelity.ts": [
    ["fell - beta * both", "fell - both"],
    ["beta <= 0 ? 1 :", ""],
    ["whole.data[i]! - masked.data[i]!", "masked.data[i]! - whole.data[i]!"],
  ],
  "packages/evaluate/src/metrics/completeness.ts": [
    ["sum(relevance) - explained", "sum(relevance) + explained"],
    ["totals[cause] / started", "totals[cause]"],
  ],
  "packages/evaluate/src/metrics/stability.ts": [
    [".filter((input) => masked.outcomesOf([input])[0]!.kept === masked.whole.kept)", ""],
    ["!.kept === masked.whole.kept", "!.kept"],
    ["slope: differs / distance(input.data, whole.data)", "slope: differs"],
  ],
  "packages/evaluate/src/metrics/class-contrast.ts": [["explain(firstInput, other)", "explain(firstInput, target)"]],
  "packages/evaluate/src/metrics/complexity.ts": [
    ["2 * (i + 1) - sorted.length - 1", "2 * i - sorted.length - 1"],
    ["Math.exp(bits) / ofUnits.length", "Math.exp(bits)"],
  ],
  "packages/evaluate/src/metrics/localization.ts": [
    ["if (size === 0) return NOWHERE;", ""],
    ["(mass * count) / size", "(mass * size) / count"],
    ["inside - (size * (size + 1)) / 2", "inside - size"],
    ["(places * hitsOf(equals)) / equals.length", "places"],
  ],
  "packages/evaluate/src/metrics/parameter-randomization.ts": [
    ["names.slice(0, k + 1)", "names.slice(0, k)"],
    ["(after! - before!) / before!", "after! - before!"],
    ["alone ? [name] :", "false ? [name] :"],
    ["Math.floor(((value - low) / (high - low)) * bins)", "0"],
  ],
  "packages/evaluate/src/result/correlation.ts": [["(from + to + 1) / 2", "from + 1"]],
  "packages/evaluate/src/result/interval.ts": [
    ["bias + z / (1 - acceleration * z)", "bias + z"],
    ["mean < average ? 1 :", "mean < average ? 0 :"],
    ["(middle - reach)", "(middle + reach)"],
  ],
};
