/** Winograd's transform of the weights. */
import { times, type, type Definition } from "../assembler.ts";
import { i32, least, v128, type Code } from "../instructions.ts";
import type { Filtering } from "./winograd-algebra.ts";
import { Lines } from "./winograd-lines.ts";
import { panelsOf, wordOf } from "./winograd-words.ts";

/**
 * `G g Gᵀ` for some rows and channels: for each of the products, panels of 4 rows.
 *
 * It is computed anew wherever it is needed: that takes some hundredths of the time of the products, and what is kept
 * instead would be four times the weights.
 */
export const transformWeights = ({ inputs, weight }: Filtering): Definition => (frame) => {
  const [job, firstRow, rows, firstChannel, channels, target] = frame.takes(6);
  const [panel, channel, to, step, channelStep] = frame.several(5);
  const from = frame.several(4);
  const taps = frame.several(9);
  const g = frame.several(9, type.v128);
  const halves = Array.from({ length: inputs }, () => frame.several(3, type.v128));
  const transforms = new Lines(frame);
  const word = wordOf(job);
  // Lanes beyond the last row repeat it; what comes of them is not read.
  const rowOf = (lane: number): Code<"i32"> =>
    least(i32.add(firstRow, i32.add(i32.shl(panel, 2), lane)), i32.sub(word("rows"), 1));
  const body = times(panel, panelsOf(rows), [
    from.map((address, lane) => address.set(i32.add(
      i32.add(word("weight"), i32.mul(firstChannel, channelStep)), i32.mul(rowOf(lane), word("rowStep")),
    ))),
    times(channel, channels, [
      g.map((vector, tap) => [
        vector.set(v128.load32_zero(i32.add(from[0]!, taps[tap]!))),
        [1, 2, 3].map((lane) => vector.set(v128.load32_lane(i32.add(from[lane]!, taps[tap]!), vector, lane))),
      ]),
      [0, 1, 2].map((row) => transforms.apply(weight, g.slice(3 * row, 3 * row + 3), (result, i) =>
        halves[i]![row]!.set(result))),
      to.set(target),
      halves.map((line) => transforms.apply(weight, line, (result) => [v128.store(to, result), to.increase(step)])),
      from.map((address) => address.increase(channelStep)),
      target.increase(16),
    ]),
  ]);
  return [
    transforms.factors,
    step.set(word("weightStep")),
    channelStep.set(word("channelStep")),
    taps.map((offset, tap) => offset.set(i32.load(word("taps"), 4 * tap))),
    body,
  ];
};
