/** Transformers drawn at random: as ONNX files, and as modified gradients in double precision. */
import { loadOnnx } from "@relprop/models";
import type { Model } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import { float, int64, onnx, type TestTensor } from "../../packages/models/test/onnx/write-onnx.ts";
import { nodes } from "./arithmetic.ts";
import type { Draw } from "./draw.ts";
import { Backwards, Matrix } from "./modified-gradient.ts";

/** What a network is like. */
export interface Kind {
  readonly heads: number;
  /** Features of a head. */
  readonly size: number;
  readonly layers: number;
  readonly norm: "layer" | "rms";
  readonly before: boolean;
  readonly unit: "relu" | "silu" | "gated";
  readonly mask: "none" | "causal" | "padding";
}

/** A kind of network. */
export function drawKind(draw: Draw, given: Partial<Kind> = {}): Kind {
  return {
    heads: draw.integer(1, 3), size: draw.integer(2, 4), layers: draw.integer(1, 2),
    norm: draw.among(["layer", "rms"]), before: draw.chance(0.5), unit: draw.among(["relu", "silu", "gated"]),
    mask: draw.among(["none", "causal", "padding"]), ...given,
  };
}

/** Matrices and vectors by name; those of layer 1 end in 1. */
export type Weights = Readonly<Record<string, Tensor>>;

/** Weights for a kind of network. */
export function drawWeights(draw: Draw, { heads, size, layers }: Kind): Weights {
  const width = heads * size;
  const weights: Record<string, Tensor> = { head: draw.weight([width, 3], width) };
  for (let i = 0; i < layers; i++) {
    for (const name of ["wq", "wk", "wv", "wo"]) weights[name + i] = draw.weight([width, width], width / 2);
    for (const name of ["up", "gate"]) weights[name + i] = draw.weight([width, 2 * width], width / 2);
    weights[`down${i}`] = draw.weight([2 * width, width], width);
    for (const name of ["bq", "bo", "bd"]) weights[name + i] = draw.tensor([width], -0.3, 0.3);
    for (const name of ["ga", "gb"]) weights[name + i] = draw.tensor([width], 0.5, 1.5);
    for (const name of ["ba", "bb"]) weights[name + i] = draw.tensor([width], -0.3, 0.3);
  }
  return weights;
}

const EPSILON = 1e-5;

/** The network as a file: `x` `[N, T, D]`, for padding a `mask` `[N, T]`; logits of the first token. */
export function transformerModel({ heads, size, layers, norm, before, unit, mask }: Kind, weights: Weights): Model {
  const width = heads * size;
  let [program, stream] = ["first = Identity(x)", "first"];
  const add = (statement: string): void => void (program += `; ${statement}`);
  if (mask === "padding") add("mf = ToFloat(mask); no = Sub(one, mf); nm = Mul(no, low); added = Unsqueeze(nm, axes)");
  const normal = (x: string, y: string, g: string, b: string): void => {
    if (norm === "layer") return add(`${y}m = ReduceMean(${x}); ${y}c = Sub(${x}, ${y}m); ${y}s = Mul(${y}c, ${y}c); ` +
      `${y}v = ReduceMean(${y}s); ${y}e = Add(${y}v, epsilon); ${y}d = Sqrt(${y}e); ${y}n = Div(${y}c, ${y}d); ` +
      `${y}g = Mul(${y}n, ${g}); ${y} = Add(${y}g, ${b})`);
    add(`${y}s = Mul(${x}, ${x}); ${y}v = ReduceMean(${y}s); ${y}e = Add(${y}v, epsilon); ${y}d = Sqrt(${y}e); ` +
      `${y}n = Div(${x}, ${y}d); ${y} = Mul(${y}n, ${g})`);
  };
  for (let i = 0; i < layers; i++) {
    const block = (kind: string, g: string, b: string, body: (x: string) => string): void => {
      const inner = before ? `${kind}in${i}` : stream;
      if (before) normal(stream, inner, g, b);
      add(`${kind}sum${i} = Add(${body(inner)}, ${stream})`);
      stream = `${kind}sum${i}`;
      if (before) return;
      normal(stream, `${kind}out${i}`, g, b);
      stream = `${kind}out${i}`;
    };
    block("a", `ga${i}`, `ba${i}`, (x) => {
      add(`qd${i} = MatMul(${x}, wq${i}); qb${i} = Add(qd${i}, bq${i})`);
      for (const [to, from] of [["q", `qb${i}`], ["k", `kd${i}`], ["v", `vd${i}`]] as const) {
        if (to !== "q") add(`${from} = MatMul(${x}, w${to}${i})`);
        add(`${to}h${i} = Reshape(${from}, apart); ${to}${i} = Heads(${to}h${i})`);
      }
      add(`kt${i} = Turned(k${i}); s0${i} = MatMul(q${i}, kt${i}); s${i} = Div(s0${i}, root)`);
      if (mask === "padding") add(`sm${i} = Add(s${i}, added)`);
      if (mask === "causal") add(`sm${i} = Where(open, s${i}, infinite)`);
      const scores = `${mask === "none" ? "s" : "sm"}${i}`;
      add(`p${i} = Softmax(${scores}); c${i} = MatMul(p${i}, v${i}); ch${i} = Heads(c${i}); ` +
        `cm${i} = Reshape(ch${i}, together); od${i} = MatMul(cm${i}, wo${i}); ob${i} = Add(od${i}, bo${i})`);
      return `ob${i}`;
    });
    block("f", `gb${i}`, `bb${i}`, (x) => {
      add(`u${i} = MatMul(${x}, up${i})`);
      if (unit === "relu") add(`h${i} = Relu(u${i})`);
      else if (unit === "silu") add(`us${i} = Sigmoid(u${i}); h${i} = Mul(u${i}, us${i})`);
      else add(`g${i} = MatMul(${x}, gate${i}); gs${i} = Sigmoid(g${i}); ga_${i} = Mul(g${i}, gs${i}); ` +
        `h${i} = Mul(ga_${i}, u${i})`);
      add(`dd${i} = MatMul(h${i}, down${i}); db${i} = Add(dd${i}, bd${i})`);
      return `db${i}`;
    });
  }
  add(`token = Gather(${stream}, at); logits = MatMul(token, head)`);
  const stored = Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]): [string, TestTensor] =>
    [name, float([...data], shape)]));
  const constants = {
    ...stored, epsilon: float([EPSILON], []), root: float([Math.sqrt(size)], []), infinite: float([-Infinity], []),
    one: float([1], []), low: float([-1e4], []), axes: int64(1, 2), apart: int64(0, 0, heads, size),
    together: int64(0, 0, width), at: { shape: [], values: [mask === "causal" ? -1 : 0], type: "int64" } as const,
  };
  const extents = mask === "causal" ? [TOKENS] : ["tokens"];
  const open = { shape: [TOKENS, TOKENS], type: "bool", values: Array.from({ length: TOKENS ** 2 }, (_, i) =>
    (i % TOKENS <= Math.floor(i / TOKENS) ? 1 : 0)) } as const;
  return loadOnnx(onnx({
    nodes: nodes(program), constants: { ...constants, open }, integers: ["mask"], outputs: ["logits"],
    inputs: {
      x: ["batch", ...extents, width], ...(mask === "padding" ? { mask: ["batch", "tokens"] } : {}),
    },
  }, 13));
}

/** How many tokens a network has whose mask is part of the file. */
export const TOKENS = 5;

/** Relevance of one sample's tokens for a logit, and the logit, as values times modified gradients. */
export function twinRelevance(
  { heads, size, layers, norm, before, unit, mask }: Kind, weights: Weights,
  { x, counts, target, method }: { x: Tensor; counts: ArrayLike<number>; target: number; method: "attn" | "cp" },
): { readonly relevance: Float64Array; readonly logit: number; readonly streams: readonly Matrix[] } {
  const run = new Backwards();
  const width = heads * size;
  const tokens = x.size / width;
  const matrix = (name: string): Matrix => {
    const { shape: [rows, columns], data } = weights[name]!;
    return new Matrix(rows!, columns!, data);
  };
  const input = new Matrix(tokens, width, x.data);
  let stream = input;
  const streams: Matrix[] = [];
  const block = (g: string, b: string, body: (inner: Matrix) => Matrix): void => {
    const normal = (each: Matrix): Matrix =>
      run.normalize(each, weights[g]!.data, norm === "layer" ? weights[b]!.data : undefined, EPSILON);
    const sum = run.add(body(before ? normal(stream) : stream), stream);
    stream = before ? sum : normal(sum);
    streams.push(stream);
  };
  for (let i = 0; i < layers; i++) {
    block(`ga${i}`, `ba${i}`, (inner) => {
      const q = run.dense(inner, matrix(`wq${i}`), weights[`bq${i}`]!.data);
      const [k, v] = [run.dense(inner, matrix(`wk${i}`)), run.dense(inner, matrix(`wv${i}`))];
      let whole: Matrix | undefined;
      const out = matrix(`wo${i}`);
      for (let head = 0; head < heads; head++) {
        const [qh, kh, vh] = [q, k, v].map((each) => run.slice(each, head * size, (head + 1) * size)) as
          [Matrix, Matrix, Matrix];
        const scores = run.times(run.product(qh, kh, { turned: true }), () => 1 / Math.sqrt(size));
        const shares = run.softmax(scores, (row, column) =>
          (mask === "causal" ? column <= row : counts[column] === 1));
        const context = run.product(shares, vh, method === "cp" ? { first: 0, second: 1 } : {});
        const rows = out.data.subarray(head * size * width, (head + 1) * size * width);
        const bias = head === 0 ? weights[`bo${i}`]!.data : undefined;
        const part = run.dense(context, new Matrix(size, width, rows), bias);
        whole = whole === undefined ? part : run.add(whole, part);
      }
      return whole!;
    });
    block(`gb${i}`, `bb${i}`, (inner) => {
      const silu = (value: number): number => value / (1 + Math.exp(-value));
      const up = run.dense(inner, matrix(`up${i}`));
      const hidden = unit === "relu" ? run.apply(up, (value) => Math.max(0, value))
        : unit === "silu" ? run.apply(up, silu)
        : run.multiply(run.apply(run.dense(inner, matrix(`gate${i}`)), silu), up, ...(method === "cp" ? [0, 1] : []));
      return run.dense(hidden, matrix(`down${i}`), weights[`bd${i}`]!.data);
    });
  }
  const logits = run.dense(stream, matrix("head"));
  const at = (mask === "causal" ? tokens - 1 : 0) * 3 + target;
  run.from(logits, at);
  const relevance = input.data.map((value, i) => (value * input.gradient[i]!) / logits.data[at]!);
  return { relevance, logit: logits.data[at]!, streams };
}
