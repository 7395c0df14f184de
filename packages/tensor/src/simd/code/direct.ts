/** Products with few rows, where packing would cost more than it saves: depthwise and small grouped convolutions. */
import { repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { contraction } from "./jobs.ts";
import { reader } from "./reader.ts";

/** One block of a job of few rows: `a` is row-major, and `x` is read where it lies. */
export const directBlock: Definition = (frame) => {
  const [job, block] = frame.takes(3);
  const [x, out, bias, a, row, column, columns, group, position, outPosition, left, weight, k, end, at] =
    frame.several(15);
  const from = frame.several(8);
  const [low, high, factor, added, least4, most4] = frame.several(6, type.v128);
  const sum = frame.local(type.f32);
  const word = reader(contraction, job);
  const words4 = (count: Operand): Code<"i32"> => i32.shl(count, 2);
  const digit = (index: Local, radix: Operand): Code => [
    index.set(i32.rem_u(block, radix)),
    block.set(i32.div_u(block, radix)),
  ];
  const eachK = (body: Code): Code => [
    k.set(word("base")),
    weight.set(a),
    repeat([body, k.increase(4), weight.increase(4)], i32.lt_u(k, end)),
  ];
  const place = (lane: number): Code<"i32"> => i32.add(at, i32.load(outPosition, 4 * lane));
  const contiguous = (first: number, source: (lane: number) => Operand): Code<"i32"> =>
    i32.eq(i32.sub(source(first + 3), source(first)), 12);
  const accumulate = (value: Local<"v128">, lane: number): Code =>
    value.set(f32x4.add(value, f32x4.mul(factor, v128.load(i32.add(from[lane], i32.load(k))))));
  const within = summedWithin(frame);
  const finish = (value: Operand<"v128">): Code<"v128"> =>
    within(f32x4.add(value, added), least4, most4);
  const wide = [
    low.set(zero),
    high.set(zero),
    eachK([
      factor.set(v128.load32_splat(weight)),
      accumulate(low, 0),
      accumulate(high, 4),
    ]),
    v128.store(place(0), finish(low)),
    v128.store(place(4), finish(high)),
  ];
  const narrow = from.flatMap((lane, l) => when(i32.gt_s(left, l), [
    sum.set(f32.const(0)),
    eachK(sum.set(f32.add(sum, f32.mul(f32.load(weight), f32.load(i32.add(lane, i32.load(k))))))),
    f32.store(place(l), f32x4.extract_lane(finish(f32x4.splat(sum)), 0)),
  ]));
  const wideFits = [
    contiguous(0, (lane) => from[lane]),
    contiguous(4, (lane) => from[lane]),
    contiguous(0, (lane) => i32.load(outPosition, 4 * lane)),
    contiguous(4, (lane) => i32.load(outPosition, 4 * lane)),
  ].reduce((both, each) => i32.and(both, each));
  return [
    digit(column, word("columnBlocks")),
    digit(group, word("groups")),
    column.set(i32.mul(column, word("columnsPerBlock"))),
    columns.set(least(i32.sub(word("columns"), column), word("columnsPerBlock"))),
    x.set(i32.add(word("x"), i32.add(i32.mul(block, word("batchX")), i32.mul(group, word("groupX"))))),
    out.set(i32.add(
      word("out"), i32.add(i32.mul(block, word("batchOut")), i32.mul(group, word("groupOut"))),
    )),
    bias.set(i32.add(word("bias"), i32.mul(group, word("groupBias")))),
    end.set(i32.add(word("base"), words4(word("depth")))),
    least4.set(v128.load32_splat(job, contraction.offset("low"))),
    most4.set(v128.load32_splat(job, contraction.offset("high"))),
    position.set(i32.add(word("position"), words4(column))),
    outPosition.set(i32.add(word("outPosition"), words4(column))),
    times(column, columns, [
      from.flatMap((lane, l) => lane.set(i32.add(x, i32.load(position, 4 * l)))),
      left.set(i32.sub(columns, column)),
      a.set(i32.add(word("a"), i32.mul(group, word("groupA")))),
      at.set(out),
      times(row, word("rows"), [
        added.set(zero),
        when(word("bias"), added.set(v128.load32_splat(i32.add(bias, words4(row))))),
        when(wideFits, wide, narrow),
        a.set(weight),
        at.increase(word("outStride")),
      ]),
      position.increase(32),
      outPosition.increase(32),
    ], 8),
  ];
};
