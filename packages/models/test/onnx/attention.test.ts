/** Which keys a query attends to, by attention as one node; what is not computed as it asks is refused. */
import { integers, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../../../layers/test/random.ts";
import { loadOnnx } from "../../src/index.ts";
import { float, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;

interface Setting {
  readonly attributes?: Attributes;
  readonly keys?: number;
  readonly past?: number;
  readonly mask?: TestTensor;
}

const [heads, size] = [2, 3];
const queries = 3;

/** Probabilities `[1, heads, T, S]`, or the scores of another mode, of `Attention` with random operands. */
function standard({ attributes = {}, keys = 3, past = 0, mask }: Setting): readonly Tensor[] {
  const cached = past === 0 ? ["", ""] : ["pk", "pv"];
  const inputs = ["q", "k", "v", mask === undefined ? "" : "mask", ...cached];
  const shapes = {
    q: [1, heads, queries, size], k: [1, heads, keys, size], v: [1, heads, keys, size],
    ...(past === 0 ? {} : { pk: [1, heads, past, size], pv: [1, heads, past, size] }),
  };
  const outputs = ["y", "", "", "shown"];
  const model = loadOnnx(onnx({
    nodes: [{ op: "Attention", inputs, outputs, attributes: { qk_matmul_output_mode: 3, ...attributes } }],
    ...(mask === undefined ? {} : { constants: { mask } }),
    inputs: shapes, outputs: ["y", "shown"],
  }, 25));
  return model.forward(...Object.values(shapes).map((shape, i) => randomTensor(shape, i + 1)));
}

/** For every query of the first head, the keys it attends to. */
function attended(setting: Setting): readonly (readonly number[])[] {
  const [, probabilities] = standard(setting);
  const keys = probabilities!.shape[3]!;
  return Array.from({ length: queries }, (_, i) => Array.from({ length: keys }, (__, j) => j)
    .filter((j) => probabilities!.data[i * keys + j]! > 0));
}

describe("Attention", () => {
  test("is causal from the first key on, or from the first behind the past", () => {
    const attributes = { is_causal: 1 };
    expect(attended({ attributes })).toEqual([[0], [0, 1], [0, 1, 2]]);
    expect(attended({ attributes, keys: 5 })).toEqual([[0], [0, 1], [0, 1, 2]]);
    expect(attended({ attributes, keys: 2, past: 1 })).toEqual([[0, 1], [0, 1, 2], [0, 1, 2]]);
  });

  test("reaches as many keys back as a window has, and the query's own", () => {
    expect(attended({ attributes: { is_causal: 1, left_window_size: 1 } })).toEqual([[0], [0, 1], [1, 2]]);
    expect(attended({ attributes: { is_causal: 1, left_window_size: 0 }, past: 2 })).toEqual([[2], [3], [4]]);
  });

  test("gives zeros to queries that may attend to nothing", () => {
    const mask: TestTensor = { shape: [3, 3], values: [1, 1, 0, 0, 0, 0, 0, 1, 1], type: "bool" };
    const [y] = standard({ mask });
    expect(attended({ mask })).toEqual([[0, 1], [], [1, 2]]);
    expect([...y!.data.subarray(size, 2 * size)]).toEqual([0, 0, 0]);
    expect(y!.data.every((value) => Number.isFinite(value))).toBe(true);
  });

  test("shows scores as products, capped, masked, and as probabilities", () => {
    const mask = float([0, 1, 2, 3, 4, 5, 6, 7, 8], [3, 3]);
    const [raw, capped, masked, shares] = [0, 1, 2, 3].map((mode) =>
      standard({ mask, attributes: { softcap: { float: 0.5 }, qk_matmul_output_mode: mode } })[1]!.data);
    raw!.forEach((value, i) => {
      expect(capped![i]).toBeCloseTo(0.5 * Math.tanh(value / 0.5), 5);
      expect(masked![i]).toBeCloseTo(capped![i]! + mask.values[i % 9]!, 5);
    });
    expect(shares![0]! + shares![1]! + shares![2]!).toBeCloseTo(1, 5);
  });

  test("is refused where it asks for more", () => {
    expect(() => standard({ attributes: { right_window_size: 1 } })).toThrow("takes no attribute besides is_causal");
    expect(() => standard({ attributes: { qk_matmul_output_mode: 4 } })).toThrow("takes a qk_matmul_output_mode of");
    expect(() => standard({ mask: float([1, 2, 3], [3, 1]) })).toThrow(
      "Attention: takes masks of all 3 keys, got [3, 1]",
    );
    expect(() => standard({ attributes: { right_window_size: -1 } })).not.toThrow();
  });
});

describe("GroupQueryAttention", () => {
  const options = { num_heads: heads, kv_num_heads: heads };

  function grouped(constants: Readonly<Record<string, TestTensor>>, attributes: Attributes = options): Uint8Array {
    const known = "lengths" in constants;
    const operands = { q: [1, 4, heads * size], k: [1, 4, heads * size], v: [1, 4, heads * size] };
    return onnx({
      nodes: [{
        op: "GroupQueryAttention", domain: "com.microsoft", inputs: ["q", "k", "v", "", "", "lengths", "total"],
        outputs: ["y"], attributes,
      }],
      constants: { total: { shape: [1], values: [4], type: "int32" }, ...constants },
      inputs: known ? operands : { ...operands, lengths: [1] }, integers: ["lengths"], outputs: ["y"],
    });
  }

  const operands = [1, 2, 3].map((seed) => randomTensor([1, 4, heads * size], seed));
  const lengths = (last: number): TestTensor => ({ shape: [1], values: [last], type: "int32" });
  const advice = "GroupQueryAttention: takes seqlens_k of 3 where there are 4 keys, got 2; give samples";

  test("takes lengths of all keys, known beforehand or not", () => {
    const one = loadOnnx(grouped({ lengths: lengths(3) })).predict(...operands);
    const other = loadOnnx(grouped({})).predict(...operands, integers([3]));
    expect([...one.data]).toEqual([...other.data]);
  });

  test("refuses other lengths where queries see all keys, when they are known", () => {
    const options = { num_heads: heads, kv_num_heads: heads, causal: 0 };
    expect(() => loadOnnx(grouped({ lengths: lengths(2) }, options)).predict(...operands)).toThrow(advice);
    expect(() => loadOnnx(grouped({}, options)).predict(...operands, integers([2]))).toThrow(advice);
  });
});
