/** Choosing boxes that do not overlap better ones. */
import type { Constant } from "../constant.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import type { Outcome } from "./outcome.ts";

/** Non-maximum suppression. */
export const suppressionFolds: readonly (readonly [string, Fold])[] = [["NonMaxSuppression", suppress]];

/** What is known of it beforehand. */
export const suppressionOutcomes: readonly (readonly [string, Outcome])[] = [
  ["NonMaxSuppression", { decisive: [0, 1, 2, 3, 4], type: () => "I64", rank: () => 2 }],
];

type Box = readonly [y1: number, x1: number, y2: number, x2: number];

/** Rows of sample, class and box, best first within a class. */
function suppress(call: FoldCall): readonly Constant[] {
  const [boxes, scores] = [input(call, 0), input(call, 1)];
  const most = call.inputs[2]?.data[0] ?? 0;
  const [overlap, threshold] = [call.inputs[3]?.data[0] ?? 0, call.inputs[4]?.data[0]];
  const [batch = 0, classes = 0, count = 0] = scores.shape;
  if (boxes.shape.join() !== [batch, count, 4].join() || scores.shape.length !== 3) {
    throw new RangeError(
      `takes boxes [N, B, 4] and scores [N, C, B], got [${boxes.shape.join(", ")}] and [${scores.shape.join(", ")}]`,
    );
  }
  const isCentred = call.attributes.integer("center_point_box") === 1;
  const rows: number[] = [];
  for (let n = 0; n < batch; n++) {
    const places = Array.from({ length: count }, (_, b) => boxAt(boxes.data, (n * count + b) * 4, isCentred));
    for (let c = 0; c < classes; c++) {
      const score = (b: number): number => scores.data[(n * classes + c) * count + b]!;
      const order = Array.from({ length: count }, (_, b) => b)
        .filter((b) => threshold === undefined || score(b) > threshold)
        .sort((a, b) => score(b) - score(a) || a - b);
      const chosen: number[] = [];
      for (const b of order) {
        if (chosen.length >= most) break;
        call.budget.positions.take(chosen.length);
        if (chosen.every((other) => shared(places[b]!, places[other]!) <= overlap)) chosen.push(b);
      }
      for (const b of chosen) rows.push(n, c, b);
    }
  }
  const data = call.budget.array("I64", [rows.length / 3, 3]);
  rows.forEach((value, i) => (data[i] = value));
  return [{ dtype: "I64", shape: [rows.length / 3, 3], data }];
}

function boxAt(data: ArrayLike<number>, at: number, isCentred: boolean): Box {
  const [a, b, c, d] = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
  if (isCentred) return [b - d / 2, a - c / 2, b + d / 2, a + c / 2];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Intersection over union. */
function shared(a: Box, b: Box): number {
  const height = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const width = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const common = height * width;
  const area = ([y1, x1, y2, x2]: Box): number => (y2 - y1) * (x2 - x1);
  const union = area(a) + area(b) - common;
  return union > 0 ? common / union : 0;
}
