/** Pooling: windows one by one, or four in a row where they are alike and one or two apart. */
import { loop, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, i32x4, select, v128, zero, type Code, type Operand, type Value } from "../instructions.ts";
import { axisPlace, pooling } from "./jobs.ts";
import { reader } from "./reader.ts";

type Word = (typeof pooling.names)[number];

/** What is done with the taps of a window, once for a vector of windows and once for a single one. */
interface Reduction<T extends Value> {
  readonly begin: Code;
  /** `at` is the address of the tap. */
  tap(value: Operand<T>): Code;
  readonly end: Code;
}

/** Where a reduction finds itself. */
interface Place {
  readonly word: (name: Word) => Code<"i32">;
  readonly at: Local;
  readonly from: Local;
  readonly out: Local;
  readonly winners: Local;
  readonly divisor: Local;
  readonly x: Local;
  readonly run: Local;
  local<T extends Value>(type: T): Local<T>;
}

type Reductions = (place: Place) => { readonly one: Reduction<"f32">; readonly four: Reduction<"v128"> };

/** A kernel that reduces every window of one plane. */
function pool(reductions: Reductions): Definition {
  return (frame) => {
    const [job, block] = frame.takes(3);
    const [x, out, winners, divisor, z, y, i, slice, row, column, sliceFrom, rowFrom, from] = frame.several(13);
    const [s, r, c, sliceAt, rowAt, at, run, left] = frame.several(8);
    const value = frame.local(type.v128);
    const word = reader(pooling, job);
    const of = (entry: Local, name: (typeof axisPlace.names)[number]): Code<"i32"> => reader(axisPlace, entry)(name);
    const { one, four } = reductions({
      word, at, from, out, winners, divisor, x, run, local: (kind) => frame.local(kind),
    });
    const walk = (counter: Local, count: Operand, address: Local, start: Operand, step: Word, body: Code): Code => [
      address.set(start),
      counter.set(count),
      loop(counter, [body, address.increase(word(step)), counter.increase(-1)]),
    ];
    const taps = (body: Code): Code =>
      walk(s, of(slice, "count"), sliceAt, from, "sliceStep",
        walk(r, of(row, "count"), rowAt, sliceAt, "rowStep",
          walk(c, of(column, "count"), at, rowAt, "columnStep", body)));
    const four2 = [
      value.set(v128.load(at)),
      when(i32.eq(run, 2),
        value.set(v128.shuffle(value, v128.load(at, 16), [0, 2, 4, 6]))),
      four.tap(value),
    ];
    const advance = (windows: number): Code => [
      column.increase(axisPlace.size * windows),
      [out, winners, divisor].flatMap((pointer) => pointer.increase(4 * windows)),
      left.increase(-windows),
    ];
    return [
      x.set(i32.add(word("x"), i32.mul(block, word("plane")))),
      i.set(i32.mul(i32.mul(i32.mul(word("slices"), word("rows")), word("columns")), i32.shl(block, 2))),
      out.set(i32.add(word("out"), i)),
      winners.set(i32.add(word("winners"), i)),
      divisor.set(word("divisor")),
      slice.set(word("sliceTable")),
      times(z, word("slices"), [
        sliceFrom.set(i32.add(x, of(slice, "first"))),
        row.set(word("rowTable")),
        times(y, word("rows"), [
          rowFrom.set(i32.add(sliceFrom, of(row, "first"))),
          column.set(word("columnTable")),
          left.set(word("columns")),
          loop(left, [
            from.set(i32.add(rowFrom, of(column, "first"))),
            run.set(of(column, "run")),
            when(run,
              [four.begin, taps(four2), four.end, advance(4)],
              [one.begin, taps(one.tap(f32.load(at))), one.end, advance(1)]),
          ]),
          row.increase(axisPlace.size),
        ]),
        slice.increase(axisPlace.size),
      ]),
    ];
  };
}

/** The maximum, and where it was: the first on ties, the first NaN if there is one. */
export const maxPool: Definition = pool(({ word, at, from, out, winners, run, local }) => {
  const [best, value, winner] = [local(type.f32), local(type.f32), local(type.i32)];
  const [bests, values, places, mask, lanes] = [0, 1, 2, 3, 4].map(() => local(type.v128));
  const position = (address: Local): Code<"i32"> => i32.shr_u(i32.sub(address, word("x")), 2);
  const better = i32.or(
    f32.gt(value, best), i32.and(f32.ne(value, value), f32.eq(best, best)),
  );
  const chosen = local(type.i32);
  return {
    one: {
      begin: [best.set(f32.const(-Infinity)), winner.set(from)],
      tap: (tapped) => [
        value.set(tapped),
        chosen.set(better),
        best.set(select(value, best, chosen)),
        winner.set(select(at, winner, chosen)),
      ],
      end: [f32.store(out, best), i32.store(winners, position(winner))],
    },
    four: {
      begin: [
        bests.set(f32x4.splat(f32.const(-Infinity))),
        lanes.set(i32x4.mul(i32x4.splat(run), i32x4.const(0, 1, 2, 3))),
        places.set(i32x4.add(i32x4.splat(position(from)), lanes)),
      ],
      tap: (tapped) => [
        values.set(tapped),
        mask.set(v128.or(
          f32x4.gt(values, bests),
          v128.and(f32x4.ne(values, values), f32x4.eq(bests, bests)),
        )),
        bests.set(v128.bitselect(values, bests, mask)),
        places.set(v128.bitselect(i32x4.add(i32x4.splat(position(at)), lanes), places, mask)),
      ],
      end: [v128.store(out, bests), v128.store(winners, places)],
    },
  };
});

/** The sum over the divisor. */
export const averagePool: Definition = pool(({ out, divisor, local }) => {
  const [sum, sums] = [local(type.f32), local(type.v128)];
  return {
    one: {
      begin: sum.set(f32.const(0)),
      tap: (value) => sum.set(f32.add(sum, value)),
      end: f32.store(out, f32.div(sum, f32.load(divisor))),
    },
    four: {
      begin: sums.set(zero),
      tap: (value) => sums.set(f32x4.add(sums, value)),
      end: v128.store(out, f32x4.div(sums, v128.load(divisor))),
    },
  };
});
