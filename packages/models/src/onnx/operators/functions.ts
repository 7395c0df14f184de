/** Functions that are no activations of networks, but stand in graphs: of one number, of two, of all along an axis. */
import {
  acos, acosh, ActivationLayer, asin, asinh, atan, atanh, ceil, cos, cosh, CumulativeProduct, CumulativeSum, floor,
  Identity, Power, Remainder, round, shrink, sign, sin, sinh, tan, type Activation, type RunningOptions,
} from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { isInteger } from "../../dtype.ts";
import type { Operator } from "./operator.ts";

const PLAIN: Readonly<Record<string, Activation>> = {
  Acos: acos, Acosh: acosh, Asin: asin, Asinh: asinh, Atan: atan, Atanh: atanh, Ceil: ceil, Cos: cos, Cosh: cosh,
  Floor: floor, Round: round, Sign: sign, Sin: sin, Sinh: sinh, Tan: tan,
};

/** Trigonometry, steps, remainders, running totals. */
export const functions: readonly (readonly [string, Operator])[] = [
  ...Object.entries(PLAIN).map(([name, activation]): [string, Operator] => [
    name, (op) => op.emit(new ActivationLayer(activation), [op.flow(0)]),
  ]),
  ["CastLike", (op) => {
    const like = op.value(1);
    const dtype = like?.kind === "flow" ? like.dtype : like?.constant.dtype;
    if (dtype === undefined || isInteger(dtype)) {
      throw new RangeError("takes casts between floats, got one to another type");
    }
    return op.emit(new Identity(), [op.flow(0)], { dtype });
  }],
  ["CumProd", (op) => running(op, (options) => new CumulativeProduct(options))],
  ["CumSum", (op) => running(op, (options) => new CumulativeSum(options))],
  ["Mod", (op) => op.emit(new Remainder(op.attributes.integer("fmod") === 1 ? "truncate" : "floor"), op.flows())],
  ["Shrink", (op) => {
    const activation = shrink(op.attributes.float("lambd") ?? 0.5, op.attributes.float("bias") ?? 0);
    return op.emit(new ActivationLayer(activation), [op.flow(0)]);
  }],
];

/** `x ^ y` of two flows. */
export function power(op: Operation): Flow {
  // Exponents may be whole numbers.
  const exponent = op.value(1)?.kind === "known" ? op.constantFlow(op.parameter(1)) : op.flow(1);
  return op.emit(new Power(), [op.flow(0), exponent]);
}

function running(op: Operation, make: (options: RunningOptions) => CumulativeSum | CumulativeProduct): Flow {
  const [exclusive, reverse] = ["exclusive", "reverse"].map((name) => op.attributes.integer(name) === 1) as [
    boolean, boolean,
  ];
  const { kind, role } = make({});
  return op.decide({
    kind, role, keepsSign: true, reads: [op.flow(0)], lists: [1],
    make: ({ lists: [axis] }) => make({ axis: axis?.[0] ?? NaN, exclusive, reverse }),
  });
}
