/**
 * Convolutions of one channel at a time: a plane is padded into scratch memory, then every tap adds a shifted row.
 *
 * Columns that a stride takes apart are laid together while the plane is padded, so that all loads are of neighbours.
 * Every output adds up its taps in order, whatever block computes it.
 */
import { call, loop, repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { depthwise, depthwisePass, depthwiseTap } from "./jobs.ts";
import { reader } from "./reader.ts";

/** Lays a plane out among the zeros around it, columns by their remainder modulo `phases`. */
export const layOut: Definition = (frame) => {
  const [job, from, to] = frame.takes(3);
  const [row, left, at, phase, spread, phases] = frame.several(6);
  const [low, high] = frame.several(2, type.v128);
  const word = reader(depthwise, job);
  const next: Code = [
    at.increase(spread),
    phase.increase(1),
    when(i32.eq(phase, phases), [phase.set(0), at.increase(i32.sub(4, i32.mul(phases, spread)))]),
  ];
  return [
    phases.set(word("phases")),
    spread.set(word("phaseSize")),
    to.increase(word("firstRow")),
    times(row, word("height"), [
      left.set(word("width")),
      at.set(to),
      when(i32.eq(phases, 1), [
        loop(i32.gt_u(left, 3), [
          v128.store(at, v128.load(from)), at.increase(16), from.increase(16), left.increase(-4),
        ]),
      ]),
      phase.set(word("firstPhase")),
      at.increase(i32.mul(phase, spread)),
      when(i32.eq(phases, 2), [
        when(phase, [
          f32.store(at, f32.load(from)), from.increase(4), left.increase(-1), next,
        ]),
        loop(i32.gt_u(left, 7), [
          low.set(v128.load(from)),
          high.set(v128.load(from, 16)),
          v128.store(at, v128.shuffle(low, high, [0, 2, 4, 6])),
          v128.store(i32.add(at, spread), v128.shuffle(low, high, [1, 3, 5, 7])),
          at.increase(16), from.increase(32), left.increase(-8),
        ]),
      ]),
      loop(left, [f32.store(at, f32.load(from)), from.increase(4), left.increase(-1), next]),
      to.increase(word("rowSize")),
    ]),
  ];
};

// Outputs that share one load of a weight, in rows and vectors, largest first: with their operands they fit registers.
const shapes = [[2, 2], [4, 1], [1, 1]] as const;

/** Computes some planes in `scratch`. */
export const depthwiseBlock: Definition = (frame) => {
  const [job, block, scratch] = frame.takes(3);
  const [plane, last, source, x, out, pass, row, column, columns, first] = frame.several(10);
  const [from, to, weight, tap, taps, end, passEnd, channel, step, at, rowFrom, rowTo] = frame.several(12);
  const sums = frame.several(4, type.v128);
  const [factor, added, low, high] = frame.several(4, type.v128);
  const word = reader(depthwise, job);
  const ofPass = reader(depthwisePass, pass);
  const ofTap = reader(depthwiseTap, tap);

  const within = summedWithin(frame);
  const finish = (sum: Operand<"v128">): Code<"v128"> => within(f32x4.add(sum, added), low, high);
  const lanes = (sum: Local<"v128">, some: readonly number[]): Code => some.map((lane) => [
    f32.store(at, f32x4.extract_lane(sum, lane)), at.increase(step),
  ]);
  const accumulate = (down: number, vectors: number): Code => {
    const some = sums.slice(0, down * vectors);
    return [
      some.map((sum) => sum.set(zero)),
      tap.set(taps),
      repeat([
        factor.set(v128.load32_splat(i32.add(weight, ofTap("weight")))),
        at.set(i32.add(from, ofTap("x"))),
        Array.from({ length: down }, (_, r) => [
          r === 0 ? [] : at.increase(rowFrom),
          some.slice(r * vectors, (r + 1) * vectors).map((sum, i) =>
            sum.set(f32x4.add(sum, f32x4.mul(factor, v128.load(at, 16 * i))))),
        ]),
        tap.increase(depthwiseTap.size),
      ], i32.lt_u(tap, end)),
      some.map((sum) => sum.set(finish(sum))),
    ];
  };
  const store = (down: number, vectors: number): Code => Array.from({ length: down }, (_, r) => {
    const some = sums.slice(r * vectors, (r + 1) * vectors);
    return [
      at.set(to),
      when(i32.eq(step, 4),
        some.map((sum, i) => v128.store(at, sum, 16 * i)),
        some.map((sum) => lanes(sum, [0, 1, 2, 3]))),
      to.increase(rowTo),
    ];
  });
  /** Blocks of one shape; the last ones reach back over what is there already. */
  const blocks = (down: number, vectors: number): Code => times(row, ofPass("rows"), [
    row.set(least(row, i32.sub(ofPass("rows"), down))),
    times(column, columns, [
      column.set(least(column, i32.sub(columns, 4 * vectors))),
      from.set(i32.add(i32.add(source, i32.mul(row, rowFrom)), i32.shl(column, 2))),
      to.set(i32.add(i32.add(first, i32.mul(row, rowTo)), i32.mul(column, step))),
      accumulate(down, vectors),
      store(down, vectors),
    ], 4 * vectors),
  ], down);
  const few: Code = times(row, ofPass("rows"), [
    from.set(i32.add(source, i32.mul(row, rowFrom))),
    accumulate(1, 1),
    at.set(i32.add(first, i32.mul(row, rowTo))),
    [0, 1, 2].map((lane) => when(i32.gt_u(columns, lane), lanes(sums[0], [lane]))),
  ]);
  const anyShape = shapes.reduceRight<Code>((smaller, [down, vectors]) => when(
    i32.and(i32.ge_u(columns, 4 * vectors), i32.ge_u(ofPass("rows"), down)), blocks(down, vectors), smaller,
  ), few);

  return [
    low.set(v128.load32_splat(job, depthwise.offset("low"))),
    high.set(v128.load32_splat(job, depthwise.offset("high"))),
    plane.set(i32.mul(block, word("planesPerBlock"))),
    last.set(least(i32.add(plane, word("planesPerBlock")), word("planes"))),
    // What lies around the planes stays as it is from one to the next.
    at.set(scratch),
    end.set(i32.add(scratch, word("laidOut"))),
    loop(i32.lt_u(at, end), [v128.store(at, zero), at.increase(16)]),
    loop(i32.lt_u(plane, last), [
      channel.set(i32.rem_u(plane, word("channels"))),
      added.set(zero),
      when(word("bias"), added.set(v128.load32_splat(i32.add(word("bias"), i32.shl(channel, 2))))),
      weight.set(i32.add(word("weight"), i32.mul(channel, word("weightSize")))),
      x.set(i32.add(word("x"), i32.mul(plane, word("planeFrom")))),
      out.set(i32.add(word("out"), i32.mul(plane, word("planeTo")))),
      source.set(x),
      when(word("laidOut"), [source.set(scratch), call(layOut, job, x, scratch)]),
      pass.set(word("passes")),
      passEnd.set(i32.add(pass, i32.mul(word("passCount"), depthwisePass.size))),
      loop(i32.lt_u(pass, passEnd), [
        taps.set(ofPass("taps")),
        end.set(ofPass("tapsEnd")),
        columns.set(ofPass("columns")),
        step.set(ofPass("columnTo")),
        first.set(i32.add(out, ofPass("first"))),
        rowFrom.set(ofPass("rowFrom")),
        rowTo.set(ofPass("rowTo")),
        anyShape,
        pass.increase(depthwisePass.size),
      ]),
      plane.increase(1),
    ]),
  ];
};
