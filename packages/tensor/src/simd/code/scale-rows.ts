/** Rows times a number each, plus another, within bounds. */
import { loop, type, when, type Definition } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, type Code, type Operand } from "../instructions.ts";
import { within } from "./bounds.ts";
import { scaledRows } from "./jobs.ts";
import { reader } from "./reader.ts";

/** `scale · x + shift` of the rows of a task. */
export const scaleRows: Definition = (frame) => {
  const [job, task] = frame.takes(3);
  const [row, end, channel, x, out, left] = frame.several(6);
  const [scale, shift, low, high] = frame.several(4, type.v128);
  const word = reader(scaledRows, job!);
  const at = (list: "scale" | "shift"): Code<"i32"> => i32.add(word(list), i32.shl(channel!, 2));
  const scaled = (value: Operand<"v128">): Code<"v128"> =>
    within(f32x4.add(f32x4.mul(value, scale!), shift!), low!, high!);
  const advance = (bytes: number): Code => [x!.increase(bytes), out!.increase(bytes)];
  return [
    row!.set(i32.mul(task!, word("perTask"))),
    end!.set(least(i32.add(row!, word("perTask")), word("units"))),
    low!.set(v128.load32_splat(job!, scaledRows.offset("low"))),
    high!.set(v128.load32_splat(job!, scaledRows.offset("high"))),
    // What −0 is added to stays what it is.
    shift!.set(f32x4.splat(f32.const(-0))),
    x!.set(i32.add(word("x"), i32.shl(i32.mul(row!, word("size")), 2))),
    out!.set(i32.add(word("out"), i32.shl(i32.mul(row!, word("size")), 2))),
    loop(i32.lt_u(row!, end!), [
      channel!.set(i32.rem_u(row!, word("channels"))),
      scale!.set(v128.load32_splat(at("scale"))),
      when(word("shift"), shift!.set(v128.load32_splat(at("shift")))),
      left!.set(word("size")),
      loop(i32.gt_u(left!, 3), [v128.store(out!, scaled(v128.load(x!))), advance(16), left!.increase(-4)]),
      loop(left!, [
        f32.store(out!, f32x4.extract_lane(scaled(v128.load32_splat(x!)), 0)), advance(4), left!.increase(-1),
      ]),
      row!.increase(1),
    ]),
  ];
};
