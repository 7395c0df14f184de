/** Positions and embeddings as onnxruntime fuses them. */
import { attnLRP, LRP } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { integers, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../../packages/layers/test/random.ts";
import { float, onnx, type TestNode, type TestTensor } from "../../packages/models/test/onnx/write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;

/** Samples, tokens, heads, features of one. */
const [N, T, h, d] = [2, 5, 2, 4] as const;
const D = h * d;
const drawn = (shape: readonly number[], seed: number): TestTensor => float([...randomTensor(shape, seed).data], shape);

describe("positions", () => {
  const angles = { cos: drawn([9, d / 2], 7), sin: drawn([9, d / 2], 8) };
  const rotary = (positions: TestTensor, attributes: Attributes = {}): Tensor => {
    const nodes = [{
      op: "RotaryEmbedding", domain: "com.microsoft", inputs: ["x", "p", "cos", "sin"], outputs: ["y"], attributes,
    }];
    const inputs = { x: [N, T, D] };
    return loadOnnx(onnx({ nodes, inputs, constants: { ...angles, p: positions }, outputs: ["y"] }))
      .predict(randomTensor([N, T, D], 1));
  };
  const long = (values: readonly number[], shape: readonly number[]): TestTensor => ({ shape, values, type: "int64" });

  test("one position is that of the first token", () => {
    const counted = Array.from({ length: N * T }, (_, i) => 3 + (i % T));
    const one = rotary(long([3], [1]));
    expect([...one.data]).toEqual([...rotary(long(counted, [N, T]), { num_heads: h }).data]);
    expect(() => rotary(long([3, 4], [2]))).toThrow("takes positions of every token or of the first");
  });

  test("attributes that change what is computed are refused", () => {
    const positions = long([0], [1]);
    expect(() => rotary(positions, { is_packed_batching: 1 })).toThrow("got is_packed_batching");
    expect(() => rotary(positions, { scale: { float: 2 } })).toThrow("takes a scale of 1, got 2");
  });
});

test("EmbedLayerNormalization looks up tokens, positions and types, and counts tokens", () => {
  const constants = {
    w: drawn([11, D], 1), p: drawn([8, D], 2), s: drawn([2, D], 3), g: drawn([D], 4), b: drawn([D], 5),
  };
  const inputs = { ids: [N, T], types: [N, T], mask: [N, T] };
  const nodes = [{
    op: "EmbedLayerNormalization", domain: "com.microsoft", outputs: ["y", "count", "sum"],
    inputs: ["ids", "types", "w", "p", "s", "g", "b", "mask"], attributes: { mask_index_type: 1 },
  }];
  const whole = Object.keys(inputs);
  const kept = [1, 1, 1, 0, 0, 0, 1, 1, 1, 1];
  const model = loadOnnx(onnx({ nodes, constants, inputs, integers: whole, outputs: ["y", "count", "sum"] }));
  const [ids, types] = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 0, 1, 1, 1, 0, 0, 0, 1, 1]];
  const values = [ids, types, kept].map((row) => integers(row, [N, T]));
  const [y, count, total] = model.forward(...values) as readonly [Tensor, Tensor, Tensor];
  expect([...count.data]).toEqual([3, 4]);
  ids.forEach((id, at) => {
    const rows = [[constants.w, id], [constants.p, at % T], [constants.s, types[at]!]] as const;
    const row = Array.from({ length: D }, (_, i) =>
      rows.reduce((all, [table, place]) => all + table.values[place * D + i]!, 0));
    const mean = row.reduce((all, each) => all + each, 0) / D;
    const deviation = Math.sqrt(row.reduce((all, each) => all + (each - mean) ** 2, 0) / D);
    row.forEach((value, i) => {
      expect(total.data[at * D + i]).toBeCloseTo(value, 5);
      const scaled = ((value - mean) / deviation) * constants.g.values[i]! + constants.b.values[i]!;
      expect(y.data[at * D + i]).toBeCloseTo(scaled, 4);
    });
  });
  const { sources } = new LRP(model, attnLRP()).analyze(values, { target: { at: [2, 1] } });
  expect([...sources.keys()]).toHaveLength(3);
});
