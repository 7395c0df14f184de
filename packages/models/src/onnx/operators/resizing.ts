/** Images made larger or smaller. */
import { Upsample, type Coordinates, type Rounding, type UpsampleOptions } from "@relprop/layers";
import { DEPENDS, type Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { modest } from "./modest.ts";
import type { Operator } from "./operator.ts";
import { reshapeTo } from "./reshapes.ts";
import { transpose } from "./routes.ts";

/** Interpolation, and blocks moved between space and channels. */
export const resizing: readonly (readonly [string, Operator])[] = [
  ["DepthToSpace", depthToSpace],
  ["Resize", resize],
  ["SpaceToDepth", spaceToDepth],
  ["Upsample", (op) => {
    const scales = op.constant(1) === undefined ? op.attributes.floats("scales") : Array.from(op.constant(1)!.data);
    return resampled(op, scales ?? [], { ...modeOf(op), coordinates: "asymmetric", rounding: "floor" });
  }],
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
  const scales = op.constant(early ? 1 : 2);
  return scales !== undefined && scales.data.length > 0
    ? resampled(op, allAxes(op, Array.from(scales.data), 1), options)
    : resampledTo(op, options);
}

/** Values for every axis where the node names only some. */
function allAxes(op: Operation, values: readonly number[], missing: number): readonly number[] {
  const axes = op.attributes.integers("axes");
  if (axes === undefined) return values;
  const rank = op.rank(op.flow(0));
  const result = new Array<number>(rank).fill(missing);
  axes.forEach((axis, i) => (result[axis < 0 ? axis + rank : axis] = values[i] ?? missing));
  return result;
}

function resampled(op: Operation, scales: readonly number[], options: UpsampleOptions): Flow {
  const x = op.flow(0);
  const [batch, channels, ...spatial] = scales;
  if (scales.length !== op.rank(x) || batch !== 1 || channels !== 1 || !spatial.every((scale) => scale > 0)) {
    throw new RangeError(`takes scales of the spatial axes, got [${scales.join(", ")}]`);
  }
  if (spatial.every((scale) => scale === 1)) return x;
  modest(op, x.shapes.map((shape) => shape.map((extent, axis) => extent * scales[axis]!)));
  return op.emit(new Upsample({ ...options, scale: spatial }), x);
}

/** Resizing to extents: those the probes agree on, or else the ratio they agree on. */
function resampledTo(op: Operation, options: UpsampleOptions): Flow {
  const x = op.flow(0);
  const sizes = op.numbersPerProbe(3)?.map((numbers) => allAxes(op, numbers, NaN));
  if (sizes === undefined) throw new RangeError("takes scales or sizes, got none");
  const spatial = sizes.map((numbers, probe) => x.shapes[probe]!.slice(2).map((extent, i) => {
    const wanted = numbers[i + 2];
    return wanted === undefined || Number.isNaN(wanted) ? extent : wanted;
  }));
  modest(op, spatial);
  const [first, ...others] = spatial;
  if (sizes.some((numbers) => numbers.length !== op.rank(x)) || first === undefined) {
    throw new RangeError(`takes ${op.rank(x)} sizes, got ${sizes[0]?.length ?? 0}`);
  }
  if (spatial.every((extents, probe) => extents.every((extent, i) => extent === x.shapes[probe]![i + 2]))) return x;
  const isFixed = others.every((other) => other.join() === first.join());
  if (isFixed) return op.emit(new Upsample({ ...options, size: first }), x);
  const ratios = spatial.map((extents, probe) => extents.map((extent, i) => extent / x.shapes[probe]![i + 2]!));
  if (ratios.some((ratio) => ratio.join() !== ratios[0]!.join())) {
    throw new RangeError(`takes a size, got one that ${DEPENDS}`);
  }
  return op.emit(new Upsample({ ...options, scale: ratios[0]! }), x);
}

function depthToSpace(op: Operation): Flow {
  const x = op.flow(0);
  const block = op.attributes.integer("blocksize") ?? 0;
  const columnsFirst = op.attributes.text("mode") === "CRD";
  const shapes = x.shapes.map(([n = 0, c = 0, h = 0, w = 0]) => {
    const depth = c / (block * block);
    return columnsFirst ? [n, depth, block, block, h, w] : [n, block, block, depth, h, w];
  });
  const moved = transpose(op, reshapeTo(op, x, shapes), columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return reshapeTo(op, moved, moved.shapes.map(([n, c, h, a, w, b]) => [n!, c!, h! * a!, w! * b!]));
}

function spaceToDepth(op: Operation): Flow {
  const x = op.flow(0);
  const block = op.attributes.integer("blocksize") ?? 0;
  const shapes = x.shapes.map(([n = 0, c = 0, h = 0, w = 0]) => [n, c, h / block, block, w / block, block]);
  const moved = transpose(op, reshapeTo(op, x, shapes), [0, 3, 5, 1, 2, 4]);
  return reshapeTo(op, moved, moved.shapes.map(([n, a, b, c, h, w]) => [n!, a! * b! * c!, h!, w!]));
}
