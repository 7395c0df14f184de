/** Weighted sums of positions along an axis, in double precision. */
import { loop, type, when, type Definition } from "../assembler.ts";
import { f32, f64, f64x2, i32, least, v128, zero, type Code } from "../instructions.ts";
import { tapJob } from "./jobs.ts";
import { reader } from "./reader.ts";

/** The outputs of a task: four of the elements that lie behind a position at once, then one. */
export const sumTaps: Definition = (frame) => {
  const [job, task] = frame.takes(3);
  const [unit, end, output, outputs, plane, planeSize, stride] = frame.several(7);
  const [from, out, left, first, taps, tap, at, position, weight] = frame.several(9);
  const sum = frame.local(type.f64);
  const [low, high, values, factor] = frame.several(4, type.v128);
  const word = reader(tapJob, job!);
  const inList = i32.add(word("starts"), i32.shl(output!, 2));
  const eachTap = (body: Code): Code => [
    position!.set(i32.add(word("positions"), i32.shl(first!, 2))),
    weight!.set(i32.add(word("weights"), i32.shl(first!, 3))),
    tap!.set(taps!),
    loop(tap!, [
      at!.set(i32.add(from!, i32.mul(i32.load(position!), stride!))),
      body,
      position!.increase(4),
      weight!.increase(8),
      tap!.increase(-1),
    ]),
  ];
  const advance = (elements: number): Code =>
    [out!.increase(4 * elements), from!.increase(4 * elements), left!.increase(-elements)];
  return [
    outputs!.set(word("outputs")),
    stride!.set(i32.shl(word("inner"), 2)),
    planeSize!.set(i32.mul(word("extent"), stride!)),
    unit!.set(i32.mul(task!, word("perTask"))),
    end!.set(least(i32.add(unit!, word("perTask")), word("units"))),
    output!.set(i32.rem_u(unit!, outputs!)),
    plane!.set(i32.add(word("x"), i32.mul(i32.div_u(unit!, outputs!), planeSize!))),
    out!.set(i32.add(word("out"), i32.mul(unit!, stride!))),
    loop(i32.lt_u(unit!, end!), [
      first!.set(i32.load(inList)),
      taps!.set(i32.sub(i32.load(inList, 4), first!)),
      from!.set(plane!),
      left!.set(word("inner")),
      loop(i32.gt_u(left!, 3), [
        low!.set(zero),
        high!.set(zero),
        eachTap([
          values!.set(v128.load(at!)),
          factor!.set(f64x2.splat(f64.load(weight!))),
          low!.set(f64x2.add(low!, f64x2.mul(factor!, f64x2.promote_low_f32x4(values!)))),
          values!.set(v128.shuffle(values!, values!, [2, 3, 2, 3])),
          high!.set(f64x2.add(high!, f64x2.mul(factor!, f64x2.promote_low_f32x4(values!)))),
        ]),
        v128.store(out!, v128.shuffle(f64x2.demote_f64x2_zero(low!), f64x2.demote_f64x2_zero(high!), [0, 1, 4, 5])),
        advance(4),
      ]),
      loop(left!, [
        sum!.set(f64.const(0)),
        eachTap(sum!.set(f64.add(sum!, f64.mul(f64.load(weight!), f64.promote_f32(f32.load(at!)))))),
        f32.store(out!, f32.demote_f64(sum!)),
        advance(1),
      ]),
      output!.increase(1),
      when(i32.eq(output!, outputs!), [output!.set(0), plane!.increase(planeSize!)]),
      unit!.increase(1),
    ]),
  ];
};
