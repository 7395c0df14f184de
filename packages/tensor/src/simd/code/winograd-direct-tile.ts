/** All outputs of a tile of four by four as plain sums: less work than one by one, from so many on. */
import { times, type, when, type Definition } from "../assembler.ts";
import { f32, f32x4, i32, v128, zero, type Code } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { winogradJob, wordOf } from "./winograd-words.ts";

/** From so many outputs of sixteen on. */
export const MANY = 6;

/**
 * The outputs of one row in a tile, with bias, within bounds, as far as they lie inside. A vector is a line of outputs;
 * each line of taps is summed on its own, channels in order.
 */
export const winogradDirectTile: Definition = (frame) => {
  const [job, row, x, out, columns, lines] = frame.takes(6);
  const [down, channel, channels, at, weight, line, plane, weightStep, stride, first] = frame.several(10);
  const [totals, parts] = [frame.several(4, type.v128), frame.several(4, type.v128)];
  const [tap, added] = frame.several(2, type.v128);
  const word = wordOf(job);
  const within = summedWithin(frame);
  const bound = (name: "low" | "high"): Code<"v128"> => v128.load32_splat(job, winogradJob.offset(name));
  return [
    line.set(word("line")),
    plane.set(word("plane")),
    weightStep.set(word("channelStep")),
    channels.set(word("channels")),
    stride.set(word("tapStep")),
    first.set(i32.add(i32.add(word("weight"), i32.mul(row, word("rowStep"))), i32.load(word("taps")))),
    x.increase(word("x")),
    out.increase(i32.add(word("out"), i32.mul(row, word("outStride")))),
    totals.map((total) => total.set(zero)),
    times(down, 3, [
      at.set(x),
      weight.set(first),
      parts.map((part) => part.set(zero)),
      times(channel, channels, [
        [0, 1, 2].map((across) => [
          tap.set(v128.load32_splat(i32.add(weight, i32.mul(stride, across)))),
          parts.map((part, i) => part.set(f32x4.add(part, f32x4.mul(
            tap, v128.load(i32.add(at, i32.mul(line, i)), 4 * across),
          )))),
        ]),
        at.increase(plane),
        weight.increase(weightStep),
      ]),
      totals.map((total, i) => total.set(f32x4.add(total, parts[i]!))),
      x.increase(line),
      first.increase(i32.mul(stride, 3)),
    ]),
    added.set(zero),
    when(word("bias"), added.set(v128.load32_splat(i32.add(word("bias"), i32.shl(row, 2))))),
    totals.map((total, i) => when(i32.gt_s(lines, i), [
      total.set(f32x4.add(total, added)),
      total.set(within(total, bound("low"), bound("high"))),
      when(i32.gt_s(columns, 3), v128.store(out, total), [0, 1, 2].map((lane) =>
        when(i32.gt_s(columns, lane), f32.store(out, f32x4.extract_lane(total, lane), 4 * lane)))),
      out.increase(word("outLine")),
    ])),
  ];
};
