/** Networks written as arithmetic, and their relevance. */
import { LRP, prepare, type Composite } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { integers, type Value } from "@relprop/tensor";
import { randomTensor } from "../../packages/layers/test/random.ts";
import {
  float, int64, onnx, type TestAttribute, type TestNode, type TestTensor,
} from "../../packages/models/test/onnx/write-onnx.ts";

/** Samples, tokens, features. */
export const [N, T, D] = [2, 4, 6] as const;

const LAST: Readonly<Record<string, TestAttribute>> = { axes: [-1] };
/** What operators are told where nothing is said. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, TestAttribute>>>> = {
  ReduceL2: LAST, ReduceLogSumExp: LAST, ReduceMax: LAST, ReduceMean: LAST, ReduceSumSquare: LAST,
  LayerNormalization: { axis: -1, epsilon: { float: 1e-5 } }, Transpose: { perm: [0, 2, 1] },
  ToFloat: { to: 1 }, ToBool: { to: 9 }, MeanOfTokens: { axes: [1] },
  Gather: { axis: 1 }, Heads: { perm: [0, 2, 1, 3] }, Turned: { perm: [0, 1, 3, 2] },
};
const OPERATORS: Readonly<Record<string, string>> = {
  ToFloat: "Cast", ToBool: "Cast", MeanOfTokens: "ReduceMean", Heads: "Transpose", Turned: "Transpose",
};
const CONTRIBUTED: ReadonlySet<string> = new Set(["FastGelu", "QuickGelu"]);

/** The nodes of `"e = Exp(s); t = ReduceSum(e, last)"`; an equation stands in front of the inputs of `Einsum`. */
export function nodes(program: string): readonly TestNode[] {
  return program.split(";").map((statement) => {
    const [, output, op, list] = /^\s*(\w+) = (\w+)\((.*)\)\s*$/.exec(statement)!;
    const inputs = list!.split(", ");
    const equation = op === "Einsum" ? { equation: inputs.shift()!.replaceAll(" ", ",") } : {};
    const attributes = { ...ATTRIBUTES[op!], ...equation };
    const domain = CONTRIBUTED.has(op!) ? "com.microsoft" : "";
    return { op: OPERATORS[op!] ?? op!, inputs, outputs: [output!], attributes, domain };
  });
}

const number = (value: number): TestTensor => float([value], []);
const random = (shape: readonly number[], seed: number): TestTensor =>
  float([...randomTensor(shape, seed).data], shape);

const constants: Readonly<Record<string, TestTensor>> = {
  wq: random([D, D], 11), wk: random([D, D], 12), wv: random([D, D], 13), wo: random([D, 3], 14),
  w1: random([D, D], 15), w2: random([D, D], 16), gamma: random([D], 17), beta: random([D], 18),
  means: float(new Array<number>(D * D).fill(1 / D), [D, D]), tokens: int64(1), last: int64(-1),
  zero: number(0), one: number(1), two: number(2), three: number(3), half: number(0.5), minusHalf: number(-0.5),
  minusOne: number(-1), tiny: number(1e-9), epsilon: number(1e-5), infinite: number(-Infinity), least: number(-3e38),
  low: number(-1e4), root2: number(Math.SQRT2), perRoot2: number(Math.SQRT1_2), cubic: number(0.044715),
  slope: number(Math.sqrt(2 / Math.PI)), quick: number(1.702), count: number(D), countLessOne: number(D - 1),
  rootCount: number(Math.sqrt(D)), perRootCount: number(1 / Math.sqrt(D)), rootLess: number(Math.sqrt(D - 1)),
};

const x = randomTensor([N, T, D], 1);
const mask = integers([1, 1, 1, 1, 1, 1, 0, 0], [N, T]);

/** What a program makes of `x` (and the `mask` of tokens) as `y`, `[N, T or 1, D]`, and which relevance x gets. */
export function relevanceOf(
  program: string, composite: Composite,
): { readonly relevance: Float32Array; readonly output: Float32Array; readonly report: string } {
  const isMasked = /\bmask\b/.test(program);
  const model = prepare(loadOnnx(onnx({
    nodes: [...nodes(program), ...nodes("o = MatMul(y, wo); out = MeanOfTokens(o); end = Squeeze(out, tokens)")],
    constants, integers: ["mask"], outputs: ["end"],
    inputs: { x: [N, T, D], ...(isMasked ? { mask: [N, T] } : {}) },
  }, 13)));
  const values: readonly Value[] = isMasked ? [x, mask] : [x];
  const { relevance, output } = new LRP(model, composite).analyze(values, { target: 1 });
  return { relevance: relevance.data, output: output.data, report: model.describe() };
}
