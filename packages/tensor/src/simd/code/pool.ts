/** Pooling: windows one by one, or four in a row where they are alike and one or two apart. */
import { loop, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, i32x4, select, v128, zero, type Code } from "../instructions.ts";

/** The words of a job; addresses and steps in bytes, except that `index` is the flat index of the first element. */
export const poolWords = [
  "x", "out", "winners", "index", "divisor", "planes", "plane",
  "slices", "rows", "columns", "sliceTable", "rowTable", "columnTable", "sliceStep", "rowStep", "columnStep",
] as const;

/** Per output position of an axis: the first tap inside in bytes, how many are, and how four alike follow each other. */
export const axisWords = ["first", "count", "run"] as const;

type Word = (typeof poolWords)[number];
const axisSize = 4 * axisWords.length;

/** What is done with the taps of a window, once for a vector of windows and once for a single one. */
interface Reduction {
  readonly begin: Code;
  /** `at` is the address of the tap. */
  tap(value: Code): Code;
  readonly end: Code;
}

/** Where a reduction finds itself. */
interface Place {
  readonly word: (name: Word) => Code;
  readonly at: Local;
  readonly from: Local;
  readonly out: Local;
  readonly winners: Local;
  readonly divisor: Local;
  readonly x: Local;
  readonly run: Local;
  local(type: Local["type"]): Local;
}

type Reductions = (place: Place) => { readonly one: Reduction; readonly four: Reduction };

/** A kernel that reduces every window of one plane. */
function pool(reductions: Reductions): Definition {
  return (frame) => {
    const [job, block] = frame.takes(3);
    const [x, out, winners, divisor, z, y, i, slice, row, column, sliceFrom, rowFrom, from] = frame.several(13);
    const [s, r, c, sliceAt, rowAt, at, run, left] = frame.several(8);
    const value = frame.local(type.v128);
    const word = (name: Word): Code => i32.load(job.get, 4 * poolWords.indexOf(name));
    const of = (entry: Local, name: (typeof axisWords)[number]): Code => i32.load(entry.get, 4 * axisWords.indexOf(name));
    const { one, four } = reductions({
      word, at, from, out, winners, divisor, x, run, local: (kind) => frame.local(kind),
    });
    const walk = (counter: Local, count: Code, address: Local, start: Code, step: Word, body: Code): Code => [
      ...address.set(start),
      ...counter.set(count),
      ...loop(counter.get, [...body, ...address.increase(word(step)), ...counter.increase(-1)]),
    ];
    const taps = (body: Code): Code =>
      walk(s, of(slice, "count"), sliceAt, from.get, "sliceStep",
        walk(r, of(row, "count"), rowAt, sliceAt.get, "rowStep",
          walk(c, of(column, "count"), at, rowAt.get, "columnStep", body)));
    const four2 = [
      ...value.set(v128.load(at.get)),
      ...when(i32.eq(run.get, i32.const(2)),
        value.set(v128.shuffle(value.get, v128.load(at.get, 16), [0, 2, 4, 6]))),
      ...four.tap(value.get),
    ];
    const advance = (windows: number): Code => [
      ...column.increase(axisSize * windows),
      ...[out, winners, divisor].flatMap((pointer) => pointer.increase(4 * windows)),
      ...left.increase(-windows),
    ];
    return [
      ...x.set(i32.add(word("x"), i32.mul(block.get, word("plane")))),
      ...i.set(i32.mul(i32.mul(i32.mul(word("slices"), word("rows")), word("columns")), i32.shl(block.get, i32.const(2)))),
      ...out.set(i32.add(word("out"), i.get)),
      ...winners.set(i32.add(word("winners"), i.get)),
      ...divisor.set(word("divisor")),
      ...slice.set(word("sliceTable")),
      ...times(z, word("slices"), [
        ...sliceFrom.set(i32.add(x.get, of(slice, "first"))),
        ...row.set(word("rowTable")),
        ...times(y, word("rows"), [
          ...rowFrom.set(i32.add(sliceFrom.get, of(row, "first"))),
          ...column.set(word("columnTable")),
          ...left.set(word("columns")),
          ...loop(left.get, [
            ...from.set(i32.add(rowFrom.get, of(column, "first"))),
            ...run.set(of(column, "run")),
            ...when(run.get,
              [...four.begin, ...taps(four2), ...four.end, ...advance(4)],
              [...one.begin, ...taps(one.tap(f32.load(at.get))), ...one.end, ...advance(1)]),
          ]),
          ...row.increase(axisSize),
        ]),
        ...slice.increase(axisSize),
      ]),
    ];
  };
}

/** The maximum, and where it was: the first on ties, the first NaN if there is one. */
export const maxPool: Definition = pool(({ word, at, from, out, winners, run, local }) => {
  const [best, value, winner] = [local(type.f32), local(type.f32), local(type.i32)];
  const [bests, values, places, mask, lanes] = [0, 1, 2, 3, 4].map(() => local(type.v128));
  const position = (address: Local): Code =>
    i32.add(i32.shr_u(i32.sub(address.get, word("x")), i32.const(2)), word("index"));
  const better = i32.or(
    f32.gt(value.get, best.get), i32.and(f32.ne(value.get, value.get), f32.eq(best.get, best.get)),
  );
  const chosen = local(type.i32);
  return {
    one: {
      begin: [...best.set(f32.const(-Infinity)), ...winner.set(from.get)],
      tap: (tapped) => [
        ...value.set(tapped),
        ...chosen.set(better),
        ...best.set(select(value.get, best.get, chosen.get)),
        ...winner.set(select(at.get, winner.get, chosen.get)),
      ],
      end: [...f32.store(out.get, best.get), ...i32.store(winners.get, position(winner))],
    },
    four: {
      begin: [
        ...bests.set(f32x4.splat(f32.const(-Infinity))),
        ...lanes.set(i32x4.mul(i32x4.splat(run.get), i32x4.const(0, 1, 2, 3))),
        ...places.set(i32x4.add(i32x4.splat(position(from)), lanes.get)),
      ],
      tap: (tapped) => [
        ...values.set(tapped),
        ...mask.set(v128.or(
          f32x4.gt(values.get, bests.get),
          v128.and(f32x4.ne(values.get, values.get), f32x4.eq(bests.get, bests.get)),
        )),
        ...bests.set(v128.bitselect(values.get, bests.get, mask.get)),
        ...places.set(v128.bitselect(i32x4.add(i32x4.splat(position(at)), lanes.get), places.get, mask.get)),
      ],
      end: [...v128.store(out.get, bests.get), ...v128.store(winners.get, places.get)],
    },
  };
});

/** The sum over the divisor. */
export const averagePool: Definition = pool(({ out, divisor, local }) => {
  const [sum, sums] = [local(type.f32), local(type.v128)];
  return {
    one: {
      begin: sum.set(f32.const(0)),
      tap: (value) => sum.set(f32.add(sum.get, value)),
      end: f32.store(out.get, f32.div(sum.get, f32.load(divisor.get))),
    },
    four: {
      begin: sums.set(zero),
      tap: (value) => sums.set(f32x4.add(sums.get, value)),
      end: v128.store(out.get, f32x4.div(sums.get, v128.load(divisor.get))),
    },
  };
});
