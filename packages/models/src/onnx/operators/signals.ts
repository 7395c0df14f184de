/** Transforms of signals, and norms. */
import {
  abs, ActivationLayer, Determinant, Flatten, Fourier, Hardmax, LpNormalization, Multiply, Pick, pow, ReduceSum,
  Reshape, SumPool, Unsqueeze, type FourierOptions,
} from "@relprop/layers";
import { sizeOf } from "@relprop/tensor";
import { takePositions } from "../bound.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { normRoot } from "./norm-root.ts";
import type { Operator } from "./operator.ts";
import { windowOf } from "./window.ts";

/** Fourier transforms, p-norms, determinants. */
export const signals: readonly (readonly [string, Operator])[] = [
  ["DFT", fourier],
  ["Det", (op) => {
    const x = op.flow(0);
    return op.emit(new Determinant(), [x], { rank: x.rank && x.rank - 2 });
  }],
  ["GlobalLpPool", (op) => {
    const x = op.flow(0);
    const p = op.attributes.float("p") ?? 2;
    const axes = Array.from({ length: op.rank(x) - 2 }, (_, axis) => axis + 2);
    return root(op, op.emit(new ReduceSum({ axes }), [powered(op, x, p)], { rank: x.rank }), p);
  }],
  ["Hardmax", hardmax],
  ["LpNormalization", (op) => {
    const p = op.attributes.integer("p") ?? 2;
    if (p !== 1 && p !== 2) throw new RangeError(`takes p 1 or 2, got ${p}`);
    return op.emit(new LpNormalization(p, op.attributes.integer("axis") ?? -1), [op.flow(0)]);
  }],
  ["LpPool", (op) => {
    const x = op.flow(0);
    const p = op.attributes.float("p") ?? 2;
    const kernel = op.attributes.integers("kernel_shape") ?? [];
    if (kernel.length < 1 || kernel.length > 3) {
      throw new RangeError(`takes a kernel of 1 to 3 axes, got ${kernel.length}`);
    }
    const { padding, same, stride, dilation } = windowOf(op, kernel);
    const ceilMode = op.attributes.integer("ceil_mode") === 1;
    const pool = new SumPool(kernel, { padding, same, stride, dilation, ceilMode });
    return root(op, op.emit(pool, [powered(op, x, p)], { rank: kernel.length + 2 }), p);
  }],
  ["STFT", shortTime],
];

function powered(op: Operation, x: Flow, p: number): Flow {
  if (p === 2) return op.emit(new ActivationLayer(pow(2)), [x]);
  const sizes = op.emit(new ActivationLayer(abs), [x]);
  return p === 1 ? sizes : op.emit(new ActivationLayer(pow(p)), [sizes]);
}

function root(op: Operation, x: Flow, p: number): Flow {
  return p === 1 ? x : op.emit(new ActivationLayer(normRoot(p)), [x]);
}

/** Before operator set 13, it runs over all axes from `axis` on as if they were one. */
function hardmax(op: Operation): Flow {
  const x = op.flow(0);
  const axis = op.attributes.integer("axis") ?? (op.version < 13 ? 1 : -1);
  if (op.version >= 13) return op.emit(new Hardmax(axis), [x]);
  const rank = axis < 0 ? x.rank && x.rank + axis + 1 : axis + 1;
  const joined = op.emit(new Flatten({ startAxis: axis }), [x], { rank });
  const y = op.emit(new Hardmax(-1), [joined]);
  return op.decide({
    kind: "Reshape", role: "route", keepsSign: true, reads: [y], shapesOf: [x], rank: x.rank,
    make: ({ shapes: [shape] }) => new Reshape(shape!, { from: 0 }),
  });
}

function fourier(op: Operation): Flow {
  const { attributes } = op;
  const attribute = attributes.integer("axis") ?? (op.version < 20 ? 1 : -2);
  const options: FourierOptions = {
    inverse: attributes.integer("inverse") === 1, onesided: attributes.integer("onesided") === 1,
  };
  return op.decide({
    kind: "Fourier", role: "sum", reads: [op.flow(0)], lists: [1, 2],
    make: ({ lists: [length, axis] }) => new Fourier({ ...options, length: length?.[0], axis: axis?.[0] ?? attribute }),
  });
}

/** Windows of a signal, each transformed. */
function shortTime(op: Operation): Flow {
  const x = op.flow(0);
  const window = op.value(2);
  const [onesided, step] = [op.attributes.integer("onesided") !== 0, op.scalar(1) ?? NaN];
  const length = op.scalar(3) ?? (window?.kind === "known" ? window.constant.data.length : undefined);
  if (length === undefined) throw new RangeError("takes a window or a length of frames that is known, got neither");
  const frames = op.decide({
    kind: "Frames", role: "route", keepsSign: true, reads: [x], shapesOf: [x], rank: 4,
    make: ({ shapes: [shape], allowance }) => {
      const [batch = 0, extent = 0, parts = 1] = shape!;
      const count = Math.floor((extent - length) / step) + 1;
      if (!(count >= 1)) throw new RangeError(`takes signals of at least ${length} elements, got ${extent}`);
      const output = [batch, count, length, parts];
      takePositions(allowance, output);
      const positions = Int32Array.from({ length: sizeOf(output) }, (_, i) => {
        const [part, at] = [i % parts, Math.floor(i / parts) % length];
        const [frame, sample] = [Math.floor(i / (parts * length)) % count, Math.floor(i / (parts * length * count))];
        return (sample * extent + frame * step + at) * parts + part;
      });
      return new Pick({ kind: "Frames", input: shape!, output, positions });
    },
  });
  const weighted = window === undefined
    ? frames
    : op.emit(new Multiply(), [frames, op.emit(new Unsqueeze([1]), [op.flow(2)], { rank: 2 })], { rank: 4 });
  return op.emit(new Fourier({ axis: 2, onesided }), [weighted], { rank: 4 });
}
