/** Images made larger or smaller. */
import {
  DepthToSpace, SpaceToDepth, Upsample, type Coordinates, type Rounding, type UpsampleOptions,
} from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Interpolation, and blocks moved between space and channels. */
export const resizing: readonly (readonly [string, Operator])[] = [
  ["DepthToSpace", (op) => {
    const order = op.attributes.text("mode") === "CRD" ? "depthFirst" : "depthLast";
    return op.emit(new DepthToSpace(op.attributes.integer("blocksize") ?? 0, order), [op.flow(0)]);
  }],
  ["Resize", resize],
  ["SpaceToDepth", (op) => op.emit(new SpaceToDepth(op.attributes.integer("blocksize") ?? 0), [op.flow(0)])],
  ["Upsample", (op) => resampled(op, 1, 3, { ...modeOf(op), coordinates: "asymmetric", rounding: "floor" })],
];

const COORDINATES: ReadonlyMap<string, Coordinates> = new Map([
  ["asymmetric", "asymmetric"], ["half_pixel", "halfPixel"], ["pytorch_half_pixel", "pytorchHalfPixel"],
  ["align_corners", "alignCorners"],
]);

const ROUNDINGS: ReadonlyMap<string, Rounding> = new Map([
  ["floor", "floor"], ["ceil", "ceil"],
  ["round_prefer_floor", "roundPreferFloor"], ["round_prefer_ceil", "roundPreferCeil"],
]);

function modeOf({ attributes }: Operation): { mode: "nearest" | "linear" } {
  const mode = attributes.text("mode") ?? "nearest";
  if (mode === "bilinear") return { mode: "linear" };
  if (mode !== "nearest" && mode !== "linear") throw new RangeError(`takes modes nearest and linear, got ${mode}`);
  return { mode };
}

function resize(op: Operation): Flow {
  const { attributes } = op;
  const early = op.version < 11;
  const transformation = attributes.text("coordinate_transformation_mode") ?? (early ? "asymmetric" : "half_pixel");
  const coordinates = COORDINATES.get(transformation);
  const nearest = attributes.text("nearest_mode") ?? (early ? "floor" : "round_prefer_floor");
  const rounding = ROUNDINGS.get(nearest);
  if (coordinates === undefined) {
    throw new RangeError(`takes coordinates ${[...COORDINATES.keys()].join(", ")}, got ${transformation}`);
  }
  if (rounding === undefined) {
    throw new RangeError(`takes nearest modes ${[...ROUNDINGS.keys()].join(", ")}, got ${nearest}`);
  }
  if (attributes.integer("antialias") === 1) {
    throw new RangeError("takes resizing without antialias, got antialias = 1");
  }
  const policy = attributes.text("keep_aspect_ratio_policy") ?? "stretch";
  if (policy !== "stretch") throw new RangeError(`takes the aspect ratio policy stretch, got ${policy}`);
  const options = { ...modeOf(op), coordinates, rounding };
  return resampled(op, early ? 1 : 2, 3, options);
}

/** Resizing by scales, or to sizes; either may depend on shapes. */
function resampled(op: Operation, scalesAt: number, sizesAt: number, options: UpsampleOptions): Flow {
  const x = op.flow(0);
  const axes = op.attributes.integers("axes");
  const scaleList = op.attributes.floats("scales");
  return op.decide({
    kind: "Upsample", role: options.mode === "linear" ? "average" : "route", keepsSign: true,
    reads: [x], lists: [scalesAt, sizesAt], rank: x.rank,
    // Sizes are compared with the extents there are: an axis that stays is not resized.
    ...(axes !== undefined || op.value(sizesAt) !== undefined ? { shapesOf: [x] } : {}),
    make: ({ lists: [scales = scaleList, sizes], shapes: [shape] }) => {
      if (scales !== undefined && scales.length > 0) {
        const [batch, channels, ...spatial] = axes === undefined ? scales : placed(axes, scales, shape!.map(() => 1));
        if (batch !== 1 || channels !== 1 || !spatial.every((scale) => scale > 0)) {
          throw new RangeError(`takes scales of the spatial axes, got [${scales.join(", ")}]`);
        }
        return new Upsample({ ...options, scale: spatial });
      }
      if (sizes === undefined || sizes.length === 0) throw new RangeError("takes scales or sizes, got none");
      const extents = axes === undefined ? sizes : placed(axes, sizes, shape!);
      if (extents.length !== shape!.length || extents[0] !== shape![0] && extents[0] !== op.graph.fixedBatch ||
        extents[1] !== shape![1]) {
        throw new RangeError(`takes sizes of the spatial axes of [${shape!.join(", ")}], got [${extents.join(", ")}]`);
      }
      return new Upsample({ ...options, size: extents.slice(2) });
    },
  });
}

/** Values for every axis where the node names only some. */
function placed(axes: readonly number[], values: readonly number[], others: readonly number[]): readonly number[] {
  const result = [...others];
  axes.forEach((axis, i) => (result[axis < 0 ? axis + others.length : axis] = values[i] ?? NaN));
  return result;
}
