/** Images read between their elements. */
import { Collect, GridSample, MatMul, Pick, Reshape, TapList, Taps, Transpose } from "@relprop/layers";
import { sizeOf, Tensor, type Shape } from "@relprop/tensor";
import { rowMajorStrides } from "../../strided.ts";
import { bound, takePositions } from "../bound.ts";
import { frontAxis } from "../fold/call.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Grids, regions, patches, crops. */
export const sampling: readonly (readonly [string, Operator])[] = [
  ["AffineGrid", affineGrid],
  ["CenterCropPad", centred],
  ["Col2Im", patches],
  ["GridSample", gridSample],
  ["MaxUnpool", unpooled],
  ["RoiAlign", regions],
];

const GRID_MODES: Readonly<Record<string, "nearest" | "linear" | "cubic">> = {
  bilinear: "linear", linear: "linear", nearest: "nearest", bicubic: "cubic", cubic: "cubic",
};

function gridSample(op: Operation): Flow {
  const word = op.attributes.text("mode") ?? "bilinear";
  const mode = Object.hasOwn(GRID_MODES, word) ? GRID_MODES[word] : undefined;
  const padding = op.attributes.text("padding_mode") ?? "zeros";
  if (mode === undefined) throw new RangeError(`takes modes ${Object.keys(GRID_MODES).join(", ")}, got ${word}`);
  if (padding !== "zeros" && padding !== "border" && padding !== "reflection") {
    throw new RangeError(`takes padding zeros, border and reflection, got ${padding}`);
  }
  const alignCorners = op.attributes.integer("align_corners") === 1;
  return op.emit(new GridSample({ mode, padding, alignCorners }), [op.flow(0), op.flow(1)]);
}

/** Points of an even grid, moved by a matrix per sample. */
function affineGrid(op: Operation): Flow {
  const size = op.numbers(1, "size");
  if (size === undefined || size.length < 4 || size.length > 5) {
    throw new RangeError(`takes a size [N, C, …2 or 3 axes], got [${size?.join(", ") ?? "none"}]`);
  }
  const spatial = size.slice(2);
  const aligned = op.attributes.integer("align_corners") === 1;
  const [points, axes] = [sizeOf(spatial), spatial.length];
  takePositions(op.graph.budget.positions, spatial, axes + 1);
  const steps = rowMajorStrides(spatial);
  const base = new Float32Array((axes + 1) * points);
  for (let p = 0; p < points; p++) {
    spatial.forEach((extent, axis) => {
      const at = Math.floor(p / steps[axis]!) % extent;
      const even = aligned ? (extent === 1 ? 0 : -1 + (2 * at) / (extent - 1)) : -1 + (2 * at + 1) / extent;
      base[(axes - 1 - axis) * points + p] = even;
    });
    base[axes * points + p] = 1;
  }
  const grid = op.constantFlow(new Tensor([axes + 1, points], base));
  const moved = op.emit(new MatMul(), [op.flow(0), grid], { rank: 3 });
  const turned = op.emit(new Transpose([0, 2, 1]), [moved], { rank: 3 });
  return op.emit(new Reshape([...spatial, axes]), [turned], { rank: axes + 2 });
}

/** The middle of axes that are too long, and zeros around those too short. */
function centred(op: Operation): Flow {
  const kind = "CenterCropPad";
  const x = op.flow(0);
  const chosen = op.attributes.integers("axes");
  return op.decide({
    kind, role: "route", keepsSign: true, reads: [x], lists: [1], shapesOf: [x],
    make: ({ lists: [target = []], shapes: [shape], allowance }) => {
      const input = shape!;
      const axes = (chosen ?? input.map((_, axis) => axis)).map((axis) => frontAxis(axis, input.length));
      if (target.length !== axes.length) throw new RangeError(`takes ${axes.length} extents, got ${target.length}`);
      const output = [...input];
      axes.forEach((axis, i) => (output[axis] = target[i]!));
      takePositions(allowance, output);
      const shift = output.map((extent, axis) => {
        const room = extent - input[axis]!;
        return room >= 0 ? -Math.floor(room / 2) : Math.floor(-room / 2);
      });
      const [to, from] = [rowMajorStrides(output), rowMajorStrides(input)];
      const positions = Int32Array.from({ length: sizeOf(output) }, (_, i) => {
        let position = 0;
        for (let axis = 0; axis < output.length; axis++) {
          const at = Math.floor(i / to[axis]!) % output[axis]! + shift[axis]!;
          if (at < 0 || at >= input[axis]!) return -1;
          position += at * from[axis]!;
        }
        return position;
      });
      return new Pick({ kind, input, output, positions });
    },
  });
}

/** Columns of patches added up where they lie in an image. */
function patches(op: Operation): Flow {
  const kind = "Col2Im";
  const x = op.flow(0);
  const list = (name: string, rank: number, fill: number): readonly number[] =>
    op.attributes.integers(name) ?? new Array<number>(rank).fill(fill);
  return op.decide({
    kind, role: "sum", keepsSign: true, reads: [x], lists: [1, 2], shapesOf: [x],
    make: ({ lists: [image = [], block = []], shapes: [shape], allowance }) => {
      const [batch = 0, rows = 0, columns = 0] = shape!;
      const rank = image.length;
      const [dilation, stride] = [list("dilations", rank, 1), list("strides", rank, 1)];
      const pads = list("pads", 2 * rank, 0);
      const counts = image.map((extent, axis) => Math.floor(
        (extent + pads[axis]! + pads[axis + rank]! - (dilation[axis]! * (block[axis]! - 1) + 1)) / stride[axis]!) + 1);
      const taps = sizeOf(block);
      takePositions(allowance, [batch, rows, columns]);
      if (sizeOf(counts) !== columns || rows % taps !== 0 || block.length !== rank) {
        throw new RangeError(`takes [N, C · ${taps}, ${sizeOf(counts)}], got [${shape!.join(", ")}]`);
      }
      const output = [batch, rows / taps, ...image];
      const [blockSteps, countSteps, steps] = [block, counts, image].map(rowMajorStrides) as [
        number[], number[], number[],
      ];
      const positions = Int32Array.from({ length: sizeOf(shape!) }, (_, i) => {
        const [column, row] = [i % columns, Math.floor(i / columns)];
        let position = Math.floor(row / taps) * sizeOf(image);
        for (let axis = 0; axis < rank; axis++) {
          const tap = Math.floor((row % taps) / blockSteps[axis]!) % block[axis]!;
          const place = Math.floor(column / countSteps[axis]!) % counts[axis]!;
          const at = place * stride[axis]! - pads[axis]! + tap * dilation[axis]!;
          if (at < 0 || at >= image[axis]!) return -1;
          position += at * steps[axis]!;
        }
        return position;
      });
      return new Collect({ kind, input: shape!, output, positions });
    },
  });
}

/** Elements put back where a maximum was found, zeros elsewhere. */
function unpooled(op: Operation): Flow {
  const kind = "MaxUnpool";
  if (op.value(2) !== undefined) throw new RangeError("takes output shapes that follow from its window, got one");
  const kernel = op.attributes.integers("kernel_shape") ?? [];
  const stride = op.attributes.integers("strides") ?? kernel.map(() => 1);
  const pads = op.attributes.integers("pads") ?? kernel.flatMap(() => [0, 0]);
  const shapeOf = ([batch, channels, ...spatial]: Shape): Shape => [batch!, channels!, ...spatial.map((extent, axis) =>
    (extent - 1) * stride[axis]! + kernel[axis]! - pads[axis]! - pads[axis + kernel.length]!)];
  return bound(op, {
    kind, role: "route", keepsSign: true, reads: [op.flow(0)], values: [1], rank: kernel.length + 2,
    shape: ([x]) => shapeOf(x!),
    make: ({ values: [indices], shapes: [x], allowance }) => {
      const output = shapeOf(x!);
      takePositions(allowance, output);
      const positions = new Int32Array(sizeOf(output)).fill(-1);
      for (let i = 0; i < sizeOf(x!); i++) {
        const to = indices!.data[i] ?? NaN;
        if (!(to >= 0 && to < positions.length)) {
          throw new RangeError(`takes indices below ${positions.length}, got ${to}`);
        }
        positions[to] = i;
      }
      return new Pick({ kind, input: x!, output, positions });
    },
  });
}

/** Boxes of an image made equally large; where the boxes lie is not explained. */
function regions(op: Operation): Flow {
  const kind = "RoiAlign";
  const { attributes } = op;
  const [height, width] = [attributes.integer("output_height") ?? 1, attributes.integer("output_width") ?? 1];
  const combine = attributes.text("mode") === "max" ? "max" : "sum";
  const ratio = attributes.integer("sampling_ratio") ?? 0;
  const scale = attributes.float("spatial_scale") ?? 1;
  const early = op.version < 16 ? "output_half_pixel" : "half_pixel";
  const shift = (attributes.text("coordinate_transformation_mode") ?? early) === "half_pixel" ? 0.5 : 0;
  return bound(op, {
    kind, role: combine === "max" ? "route" : "average", keepsSign: true, reads: [op.flow(0)], values: [1, 2], rank: 4,
    shape: ([x], [rois]) => [rois![0]!, x![1]!, height, width],
    make: ({ values: [rois, samples], shapes: [x], allowance }) => {
      const count = rois!.shape[0]!;
      const list = new TapList();
      for (let r = 0; r < count; r++) {
        const [x1, y1, x2, y2] = [0, 1, 2, 3].map((i) => rois!.data[4 * r + i]! * scale - shift) as Box;
        const least = shift === 0 ? 1 : -Infinity; // boxes had at least one element once
        const [tall, wide] = [Math.max(y2 - y1, least) / height, Math.max(x2 - x1, least) / width];
        const [rows, columns] = [tall, wide].map((extent) => (ratio > 0 ? ratio : Math.max(1, Math.ceil(extent)))) as [
          number, number,
        ];
        takePositions(allowance, [x![1]!, height, width, rows, columns], 4);
        for (let c = 0; c < x![1]!; c++) {
          const plane = samples!.data[r]! * x![1]! + c;
          for (let bin = 0; bin < height * width; bin++) {
            const [top, left] = [y1 + Math.floor(bin / width) * tall, x1 + (bin % width) * wide];
            for (let i = 0; i < rows * columns; i++) {
              const y = top + ((Math.floor(i / columns) + 0.5) * tall) / rows;
              const at = left + (((i % columns) + 0.5) * wide) / columns;
              bilinear(list, x!, plane, y, at, combine === "max" ? 1 : 1 / (rows * columns));
            }
            list.end();
          }
        }
      }
      const output = [count, x![1]!, height, width];
      const role = combine === "max" ? "route" : "average";
      return new Taps({ kind, role, combine, input: x!, output, ...list.table() });
    },
  });
}

type Box = [x1: number, y1: number, x2: number, y2: number];

function bilinear(list: TapList, x: Shape, plane: number, y: number, at: number, share: number): void {
  const [height, width] = [x[2]!, x[3]!];
  if (y < -1 || y > height || at < -1 || at > width) return;
  const rows = between(y, height);
  const columns = between(at, width);
  for (const [row, first] of rows) {
    for (const [column, second] of columns) list.tap((plane * height + row) * width + column, first * second * share);
  }
}

/** The two elements a point lies between, and how much of each. */
function between(point: number, extent: number): readonly (readonly [at: number, weight: number])[] {
  const inside = Math.max(point, 0);
  const low = Math.floor(inside);
  if (low >= extent - 1) return [[extent - 1, 1], [extent - 1, 0]];
  return [[low, low + 1 - inside], [low + 1, inside - low]];
}
