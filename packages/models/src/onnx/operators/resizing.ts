/** Images made larger or smaller. */
import {
  DepthToSpace, Resize, SpaceToDepth, Upsample, type Coordinates, type Interpolation, type ResizeCoordinates,
  type ResizeOptions, type Rounding, type UpsampleOptions,
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
  ["Upsample", upsample],
];

const COORDINATES: ReadonlyMap<string, Coordinates> = new Map([
  ["asymmetric", "asymmetric"], ["half_pixel", "halfPixel"], ["pytorch_half_pixel", "pytorchHalfPixel"],
  ["align_corners", "alignCorners"],
]);

const ROUNDINGS: ReadonlyMap<string, Rounding> = new Map([
  ["floor", "floor"], ["ceil", "ceil"],
  ["round_prefer_floor", "roundPreferFloor"], ["round_prefer_ceil", "roundPreferCeil"],
]);

function upsample(op: Operation): Flow {
  const given = op.attributes.text("mode");
  const mode = interpolationOf(given === "bilinear" ? "linear" : given);
  if (mode === "cubic") throw new RangeError("takes modes nearest and linear, got cubic");
  const how: Interpolation = {
    mode, coordinates: "asymmetric", rounding: "floor", cubic: -0.75, excludeOutside: false, antialias: false,
  };
  return resampled(op, 1, 3, { mode, coordinates: "asymmetric", rounding: "floor" }, how);
}

function resize(op: Operation): Flow {
  const { attributes } = op;
  const early = op.version < 11;
  const coordinates = attributes.text("coordinate_transformation_mode") ?? (early ? "asymmetric" : "half_pixel");
  const nearest = attributes.text("nearest_mode") ?? (early ? "floor" : "round_prefer_floor");
  const rounding = ROUNDINGS.get(nearest);
  if (!Object.hasOwn(ALL_COORDINATES, coordinates)) {
    throw new RangeError(`takes coordinates ${Object.keys(ALL_COORDINATES).join(", ")}, got ${coordinates}`);
  }
  if (rounding === undefined) {
    throw new RangeError(`takes nearest modes ${[...ROUNDINGS.keys()].join(", ")}, got ${nearest}`);
  }
  const how: Interpolation = {
    mode: interpolationOf(attributes.text("mode")),
    coordinates: coordinates as ResizeCoordinates,
    rounding: nearest as Interpolation["rounding"],
    cubic: attributes.float("cubic_coeff_a") ?? -0.75,
    excludeOutside: attributes.integer("exclude_outside") === 1,
    antialias: attributes.integer("antialias") === 1,
  };
  const policy = attributes.text("keep_aspect_ratio_policy") ?? "stretch";
  const common = COORDINATES.get(coordinates);
  const isPlain = how.mode !== "cubic" && common !== undefined && !how.antialias && !how.excludeOutside;
  if (!isPlain || policy !== "stretch") return resizedAnyhow(op, how, policy);
  return resampled(op, early ? 1 : 2, 3, { mode: how.mode as "linear", coordinates: common, rounding }, how);
}

/** The coordinates that ONNX knows. */
const ALL_COORDINATES: Readonly<Record<ResizeCoordinates, true>> = {
  half_pixel: true, half_pixel_symmetric: true, pytorch_half_pixel: true, align_corners: true, asymmetric: true,
  tf_crop_and_resize: true,
};

function interpolationOf(mode = "nearest"): Interpolation["mode"] {
  if (mode !== "nearest" && mode !== "linear" && mode !== "cubic") {
    throw new RangeError(`takes modes nearest, linear and cubic, got ${mode}`);
  }
  return mode;
}

/** Every way of resizing that is not the common one. */
function resizedAnyhow(op: Operation, how: Interpolation, policy: string): Flow {
  if (policy !== "stretch" && policy !== "not_larger" && policy !== "not_smaller") {
    throw new RangeError(`takes the aspect ratio policies stretch, not_larger and not_smaller, got ${policy}`);
  }
  const x = op.flow(0);
  return op.decide({
    kind: "Resize", role: how.mode === "nearest" ? "route" : "average", reads: [x], lists: [1, 2, 3], rank: x.rank,
    make: ({ lists: [region, scales, sizes] }) => new Resize(how, {
      ...scalesOrSizes(scales, sizes),
      axes: op.attributes.integers("axes"),
      proportions: policy,
      region: region?.length === 0 ? undefined : region,
      extrapolation: op.attributes.float("extrapolation_value") ?? 0,
    }),
  });
}

/** Whichever of the two is not empty. */
function scalesOrSizes(
  scales: readonly number[] | undefined, sizes: readonly number[] | undefined,
): Pick<ResizeOptions, "scales" | "sizes"> {
  if (scales !== undefined && scales.length > 0) return { scales };
  if (sizes === undefined || sizes.length === 0) throw new RangeError("takes scales or sizes, got none");
  return { sizes };
}

/** Resizing by scales, or to sizes; either may depend on shapes. */
function resampled(
  op: Operation, scalesAt: number, sizesAt: number, options: UpsampleOptions, how: Interpolation,
): Flow {
  const x = op.flow(0);
  const axes = op.attributes.integers("axes");
  const [tall, wide] = [op.attributes.float("height_scale"), op.attributes.float("width_scale")];
  const scaleList = op.attributes.floats("scales")
    ?? (tall === undefined || wide === undefined ? undefined : [1, 1, tall, wide]);
  return op.decide({
    kind: "Upsample", role: options.mode === "linear" ? "average" : "route", keepsSign: true,
    reads: [x], lists: [scalesAt, sizesAt], rank: x.rank,
    // Sizes are compared with the extents there are: an axis that stays is not resized.
    ...(axes !== undefined || op.value(sizesAt) !== undefined ? { shapesOf: [x] } : {}),
    make: ({ lists: [scales = scaleList, sizes], shapes: [shape] }) => {
      if (scales !== undefined && scales.length > 0) {
        const [batch, channels, ...spatial] = axes === undefined ? scales : placed(axes, scales, shape!.map(() => 1));
        if (batch !== 1 || channels !== 1 || spatial.length < 1) {
          return new Resize(how, { scales, ...(axes === undefined ? {} : { axes }) });
        }
        return new Upsample({ ...options, scale: spatial });
      }
      if (sizes === undefined || sizes.length === 0) throw new RangeError("takes scales or sizes, got none");
      const extents = axes === undefined ? sizes : placed(axes, sizes, shape!);
      const keepsBatch = extents[0] === shape![0] || extents[0] === op.graph.fixedBatch;
      if (extents.length !== shape!.length || extents.length < 3 || !keepsBatch || extents[1] !== shape![1]) {
        return new Resize(how, { sizes: extents });
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
