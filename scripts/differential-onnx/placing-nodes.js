/** Random nodes that place, pick and resample elements. */
import { meeting } from "./meeting.js";

function slice(r) {
  const shape = r.shape(r.whole(1, 4), 1, 6);
  const axes = shape.map((_, i) => i).filter(() => r.chance(0.6));
  if (axes.length === 0) axes.push(0);
  const bounds = () => axes.map(() => r.of(r.whole(-7, 7), r.of(-(2 ** 31), 2 ** 31 - 1)));
  const ends = bounds();
  // Backwards to the largest number is nowhere by the standard, and to the front for the peer.
  const steps = axes.map((_, i) => (ends[i] === 2 ** 31 - 1 ? r.of(1, 2) : r.of(1, 1, 2, 3, -1, -2)));
  const named = axes.map((axis) => (r.chance(0.3) ? axis - shape.length : axis));
  const lists = [bounds(), ends, named, steps].map((values) => r.list(values));
  return { op: "Slice", opset: 13, inputs: [r.floats(shape), ...lists] };
}

function pad(r) {
  const shape = r.shape(r.whole(1, 4), 2, 5);
  const mode = r.of("constant", "reflect", "edge", "wrap");
  const pads = Array.from({ length: 2 * shape.length }, (_, i) => r.whole(mode === "constant" ? -1 : 0,
    shape[i % shape.length] - 1));
  const value = mode === "constant" && r.chance(0.5) ? [r.floats([], { constant: true })] : [];
  return { op: "Pad", opset: mode === "wrap" ? 19 : 18, inputs: [r.floats(shape), r.list(pads), ...value],
    attributes: { mode } };
}

function gather(r) {
  const op = r.of("Gather", "GatherElements", "GatherND");
  const shape = r.shape(r.whole(1, 3), 2, 5);
  const axis = r.whole(0, shape.length - 1);
  const constant = r.chance(0.5);
  const x = r.floats(shape);
  const given = r.chance(0.5) ? axis : axis - shape.length;
  if (op === "Gather") {
    const indices = r.integers(r.shape(r.whole(0, 2), 1, 3), -shape[axis], shape[axis] - 1, { constant });
    return { op, opset: 13, inputs: [x, indices], attributes: { axis: given } };
  }
  if (op === "GatherElements") {
    const indices = r.integers(shape.map((extent) => r.whole(1, extent)), -shape[axis], shape[axis] - 1, { constant });
    return { op, opset: 13, inputs: [x, indices], attributes: { axis: given } };
  }
  const depth = r.whole(1, shape.length);
  const most = Math.min(...shape.slice(0, depth));
  const indices = r.integers([...r.shape(r.whole(0, 2), 1, 3), depth], -most, most - 1, { constant });
  return { op, opset: 13, inputs: [x, indices] };
}

function scatter(r) {
  const shape = r.shape(r.whole(1, 3), 2, 5);
  const reduction = r.of("none", "add", "mul", "max", "min");
  const constant = r.chance(0.5);
  // Places that differ where the last one would win.
  if (r.chance(0.5)) {
    const axis = r.whole(0, shape.length - 1);
    const part = shape.map((extent, i) => (i === axis && reduction === "none" ? 1 : r.whole(1, extent)));
    const indices = r.integers(part, -shape[axis], shape[axis] - 1, { constant });
    const updates = r.floats(part);
    return { op: "ScatterElements", opset: 18, inputs: [r.floats(shape), indices, updates], attributes: { axis,
      reduction } };
  }
  const count = reduction === "none" ? 1 : r.whole(1, 3);
  const indices = r.integers([count, 1], 0, shape[0] - 1, { constant });
  const updates = r.floats([count, ...shape.slice(1)]);
  return { op: "ScatterND", opset: 18, inputs: [r.floats(shape), indices, updates], attributes: { reduction } };
}

function shapes(r) {
  const op = r.of("Transpose", "Tile", "Expand", "Reshape", "Squeeze", "Unsqueeze", "Concat", "Split", "Trilu",
    "Where", "DepthToSpace", "SpaceToDepth");
  const shape = r.shape(r.whole(1, 4));
  const x = r.floats(shape);
  const out = { op, opset: 18 };
  const axis = r.whole(-shape.length, shape.length - 1);
  switch (op) {
    case "Transpose": return { ...out, inputs: [x], attributes: { perm: shape.map((_,
      i) => i).sort(() => r.unit() - 0.5) } };
    case "Tile": return { ...out, inputs: [x, r.list(shape.map(() => r.whole(1, 3)))] };
    case "Expand": return { ...out, inputs: [r.floats(meeting(r, shape)),
      r.list(shape.map((extent) => (r.chance(0.2) ? 1 : extent)))] };
    case "Reshape": {
      const size = shape.reduce((a, b) => a * b, 1);
      const target = r.of([-1], [size, 1], [shape[0], -1], [0, -1], [1, -1, shape[0]], shape.toReversed());
      return { ...out, inputs: [x, r.list(target)] };
    }
    case "Squeeze": return { ...out, inputs: [r.floats([shape[0], 1, ...shape.slice(1)]), r.list([1])] };
    case "Unsqueeze": return { ...out, inputs: [x, r.list([r.whole(0, shape.length), -1].slice(0, r.whole(1, 2)))] };
    case "Concat": {
      const others = Array.from({ length: r.whole(0, 2) }, () => r.floats(shape.with(axis, r.whole(1, 3)),
        { constant: r.chance(0.3) }));
      return { ...out, inputs: [x, ...others], attributes: { axis } };
    }
    case "Split": {
      const parts = r.whole(1, shape.at(axis));
      return { ...out, inputs: [x], attributes: { axis, num_outputs: parts }, outputs: Array.from({ length: parts },
        () => "float") };
    }
    case "Trilu": {
      const k = { shape: [], type: "int64", values: [r.whole(-2, 2)], constant: true };
      return { ...out, inputs: [r.floats(r.shape(r.whole(2, 3))), ...(r.chance(0.5) ? [k] : [])],
        attributes: { upper: r.whole(0, 1) } };
    }
    case "Where": return { ...out, inputs: [r.integers(meeting(r, shape), 0, 1, { type: "bool",
      constant: r.chance(0.5) }), x, r.floats(meeting(r, shape))] };
    case "DepthToSpace": return { ...out, inputs: [r.floats([1, 8, 2, 3])], attributes: { blocksize: 2,
      mode: r.of("DCR", "CRD") } };
    default: return { ...out, inputs: [r.floats([1, 2, 4, 6])], attributes: { blocksize: 2 } };
  }
}

function resize(r) {
  const shape = [1, r.whole(1, 2), ...r.shape(2, 2, 5)];
  const mode = r.of("nearest", "linear", "cubic");
  // Where it calculates in single precision, the peer rounds half a pixel to either side.
  const symmetric = mode === "nearest" ? [] : ["half_pixel_symmetric"];
  const coordinates = r.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", ...symmetric);
  const attributes = { mode, coordinate_transformation_mode: coordinates };
  if (mode === "nearest") attributes.nearest_mode = r.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil");
  if (mode === "cubic" && r.chance(0.5)) attributes.exclude_outside = 1;
  if (mode !== "nearest" && r.chance(0.3)) attributes.antialias = 1;
  const scales = { ...r.floats([4], { constant: true }), values: [1, 1, r.of(0.5, 0.6, 1, 1.5, 2, 2.3), r.of(0.5, 0.8,
    1, 2, 3)].map(Math.fround) };
  const sizes = r.list([1, shape[1], r.whole(1, 8), r.whole(1, 8)]);
  return { op: "Resize", opset: 19, inputs: r.chance(0.5) ? [r.floats(shape), undefined, scales] : [r.floats(shape),
    undefined, undefined, sizes], attributes };
}

function sampling(r) {
  if (r.chance(0.5)) {
    const x = r.floats([1, 2, ...r.shape(2, 2, 5)]);
    const grid = r.floats([1, ...r.shape(2, 1, 4), 2], { low: -1.3, high: 1.3, constant: r.chance(0.3) });
    const attributes = { mode: r.of("linear", "nearest", "cubic"), padding_mode: r.of("zeros", "border",
      "reflection"), align_corners: r.whole(0, 1) };
    return { op: "GridSample", opset: 20, inputs: [x, grid], attributes };
  }
  const x = r.floats([1, 2, 6, 6]);
  const count = r.whole(1, 3);
  const rois = { shape: [count, 4], constant: r.chance(0.5), values: Array.from({ length: count }, () => [r.whole(0,
    2), r.whole(0, 2), r.whole(3, 6), r.whole(3, 6)]).flat() };
  const batch = r.integers([count], 0, 0, { constant: true });
  const attributes = { output_height: r.whole(1, 3), output_width: r.whole(1, 3), sampling_ratio: r.whole(0, 2),
    spatial_scale: { float: r.of(1, 0.5) }, mode: r.of("avg", "max"),
      coordinate_transformation_mode: r.of("half_pixel", "output_half_pixel") };
  return { op: "RoiAlign", opset: 16, inputs: [x, rois, batch], attributes };
}

/** By family. A family gets a `Random` and gives a node. */
export const placing = { slice, pad, gather, scatter, shapes, resize, sampling };
