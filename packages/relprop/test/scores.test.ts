import { describe, expect, test } from "vitest";
import { chain, Dense, relu, Reshape, sigmoid, Softmax, Transpose } from "@relprop/layers";
import { LRP, prepare } from "@relprop/lrp";
import { full, tensor } from "@relprop/tensor";
import { endsInSoftmax, formatScores as format, scored, type ScoreOptions } from "../src/scored.ts";

const explained = (scores: readonly number[]) =>
  new LRP(chain(new Dense(tensor(scores, [scores.length, 1])))).analyze(full([1, 1], 1));

const formatScores = (explanation: Parameters<typeof scored>[0], options?: ScoreOptions): string =>
  format(scored(explanation, options));

describe("scores", () => {
  test("are shares of a softmax only where there is one", () => {
    const dense = new Dense(tensor([1, 2, 3], [3, 1]));
    expect([[dense], [dense, sigmoid], [dense, relu], [dense, new Softmax()]].map((layers) =>
      endsInSoftmax(chain(...layers)))).toEqual([false, false, false, true]);
    expect(endsInSoftmax(chain(dense, new Softmax(), new Reshape([3, 1]), new Transpose([0, 2, 1])))).toBe(true);
    expect(endsInSoftmax(prepare(chain(dense, new Softmax())))).toBe(false);
    expect(formatScores(explained([1, 3]))).toBe("> output 1: score 3.000\n  output 0: score 1.000");
    expect(formatScores(explained([1, 3]), { shares: true, labels: ["no", "yes"], count: 1 })).toBe(
      "> yes: score 3.000 (88.1 %)",
    );
  });

  test("of a map of pixels are not shared among them", () => {
    const { output, ...rest } = explained([1, 3]);
    expect(formatScores({ ...rest, output: output.reshape([1, 1, 2]) }, { shares: true })).not.toContain("%");
    expect(formatScores({ ...rest, output: output.reshape([1, 2, 1]) }, { shares: true, labels: ["no", "yes"] }))
      .toBe("> yes: score 3.000 (88.1 %)\n  no: score 1.000 (11.9 %)");
  });

  test("of a map with channels last are counted channels first", () => {
    const output = full([1, 2, 3, 2], 0);
    expect(scored({ output, target: [5] }, { layout: "channelsLast", count: 0 })).toMatchObject([
      { index: 8, label: "output 1 at 0, 2", explained: true },
    ]);
  });

  test("may be many", () => {
    const many = explained(Array.from({ length: 1_000_000 }, (_, i) => (i === 123_456 ? 2 : 1)));
    expect(formatScores(many, { shares: true, count: 1 })).toBe("> output 123456: score 2.000 (0.0 %)");
  });
});
