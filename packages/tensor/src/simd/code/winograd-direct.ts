/** Single outputs of a tile as plain sums, which are exactly 0 where all products are. */
import { loop, times, type, when, type Definition } from "../assembler.ts";
import { f32, f32x4, i32, i32x4, v128, zero, type Code } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { winogradJob, wordOf } from "./winograd-words.ts";

/**
 * The outputs of one row of a tile whose bits are set, with bias, within bounds. Three taps of a line are a
 * vector, whose fourth lane is left out; channels are added up in order.
 */
export const winogradDirect: Definition = (frame) => {
  const [job, row, outputs, bits, x, energies, out] = frame.takes(7);
  const [place, offset, channel, channels, at, weight, line, plane, weightStep, stride] = frame.several(10);
  const sums = frame.several(3, type.v128);
  const total = frame.local(type.f32);
  const word = wordOf(job);
  const within = summedWithin(frame);
  const bound = (name: "low" | "high"): Code<"v128"> => v128.load32_splat(job, winogradJob.offset(name));
  const lines = [0, 1, 2];
  // Lines of three, as far as they are read; energies of dead windows are 0.
  const alive = (): Code<"i32"> => v128.any_true(v128.and(
    lines.map((i) => v128.load(i32.add(at, i32.mul(line, i)))).reduce((a, b) => v128.or(a, b)),
    i32x4.const(-1, -1, -1, 0),
  ));
  const tapAt = (tap: number): Code<"i32"> => i32.add(weight, i32.mul(stride, tap));
  const lineOfTaps = (i: number): Code<"v128"> => [1, 2].reduce(
    (taps, across) => v128.load32_lane(tapAt(3 * i + across), taps, across), v128.load32_zero(tapAt(3 * i)),
  );
  const lane = (i: number): Code<"f32"> => f32x4.extract_lane(sums[0]!, i);
  return [
    line.set(word("line")),
    plane.set(word("plane")),
    weightStep.set(word("channelStep")),
    channels.set(word("channels")),
    stride.set(word("tapStep")),
    x.increase(word("x")),
    energies.increase(word("energies")),
    out.increase(i32.add(word("out"), i32.mul(row, word("outStride")))),
    loop(bits, [
      // The highest bit is that of the first output.
      place.set(i32.sub(i32.sub(i32.mul(outputs, outputs), 1), i32.ctz(bits))),
      bits.set(i32.and(bits, i32.sub(bits, 1))),
      offset.set(i32.add(i32.mul(i32.div_u(place, outputs), line), i32.shl(i32.rem_u(place, outputs), 2))),
      sums.map((sum) => sum.set(zero)),
      at.set(i32.add(energies, offset)),
      when(alive(), [
        at.set(i32.add(x, offset)),
        weight.set(i32.add(i32.add(word("weight"), i32.mul(row, word("rowStep"))), i32.load(word("taps")))),
        times(channel, channels, [
          lines.map((i) => sums[i]!.set(f32x4.add(sums[i]!, f32x4.mul(
            v128.load(i32.add(at, i === 0 ? 0 : i === 1 ? line : i32.shl(line, 1))), lineOfTaps(i),
          )))),
          at.increase(plane),
          weight.increase(weightStep),
        ]),
      ]),
      sums[0]!.set(f32x4.add(f32x4.add(sums[0]!, sums[1]!), sums[2]!)),
      total.set(f32.add(f32.add(lane(0), lane(1)), lane(2))),
      when(word("bias"), total.set(f32.add(total, f32.load(i32.add(word("bias"), i32.shl(row, 2)))))),
      f32.store(
        i32.add(out, i32.add(
          i32.mul(i32.div_u(place, outputs), word("outLine")), i32.shl(i32.rem_u(place, outputs), 2),
        )),
        f32x4.extract_lane(within(f32x4.splat(total), bound("low"), bound("high")), 0),
      ),
    ]),
  ];
};
