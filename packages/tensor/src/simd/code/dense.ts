/** Matrix times a few vectors: the matrix is read once, in place, at the speed of memory. */
import { loop, repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, select, v128, zero, type Code, type Operand } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { fewRows } from "./jobs.ts";
import { reader } from "./reader.ts";
import { halvesHigh, halvesLow, pairsHigh, pairsLow } from "./transposition.ts";

type Pairs = readonly [Local<"v128">, Local<"v128">];

const words4 = (count: Operand): Code<"i32"> => i32.shl(count, 2);

/**
 * `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]` for one block of n: eight rows of `b` at a time, an output to a lane.
 * Each adds up k as tiles do, in order within a part of the depth and then part by part: bits do not tell how many
 * rows there are.
 */
export const dotRows: Definition = (frame) => {
  const [job, block] = frame.takes(3);
  const [row, last, i, left, depth, a, out] = frame.several(7);
  const rows = frame.several(8);
  const [sums, totals] = [frame.several(2, type.v128), frame.several(2, type.v128)];
  const loaded = frame.several(4, type.v128);
  const [low, high] = frame.several(2, type.v128);
  const word = reader(fewRows, job);
  const within = summedWithin(frame);
  const halves = [rows.slice(0, 4), rows.slice(4)] as const;
  const advance = (count: number): Code => [
    [a, ...rows].map((pointer) => pointer.increase(4 * count)), depth.increase(-count),
  ];
  const add = (half: number, k: number, [left, right]: Pairs, lanes: readonly number[]): Code =>
    sums[half].set(f32x4.add(sums[half], f32x4.mul(v128.load32_splat(a, 4 * k), v128.shuffle(left, right, lanes))));
  // Columns of a transposition are used as they are made, so that nothing has to leave the registers.
  const four = (first: number, use = (_k: number, adding: Code): Code => adding): Code =>
    halves.map((four, half) => {
      const [r0, r1, r2, r3] = loaded;
      const pairs = (lanes: readonly number[]): Code => [
        low.set(v128.shuffle(r0!, r1!, lanes)), high.set(v128.shuffle(r2!, r3!, lanes)),
      ];
      const column = (k: number, lanes: readonly number[]): Code => use(k, add(half, first + k, [low, high], lanes));
      return [
        four.map((pointer, r) => loaded[r]!.set(v128.load(pointer, 4 * first))),
        pairs(pairsLow), column(0, halvesLow), column(1, halvesHigh),
        pairs(pairsHigh), column(2, halvesLow), column(3, halvesHigh),
      ];
    });
  // Vectors are read across the end; what lies there is not used.
  const rest = four(0, (k, adding) => (k === 3 ? [] : k === 0 ? adding : when(i32.gt_u(depth, k), adding)));
  const store = (half: number): Code => {
    const first = i32.add(row, 4 * half);
    const to = i32.add(out, words4(row));
    const finished = sums[half];
    return [
      finished.set(totals[half]),
      when(word("bias"), finished.set(f32x4.add(
        finished, v128.load(i32.add(word("bias"), words4(row)), 16 * half),
      ))),
      finished.set(within(
        finished, v128.load32_splat(job, fewRows.offset("low")), v128.load32_splat(job, fewRows.offset("high")),
      )),
      when(i32.lt_u(i32.add(first, 3), last),
        v128.store(to, finished, 16 * half),
        [0, 1, 2].map((lane) => when(i32.lt_u(i32.add(first, lane), last),
          f32.store(to, f32x4.extract_lane(finished, lane), 16 * half + 4 * lane)))),
    ];
  };
  return [
    row.set(i32.mul(block, word("perBlock"))),
    last.set(least(i32.add(row, word("perBlock")), word("n"))),
    repeat([
      a.set(word("a")),
      out.set(word("out")),
      times(i, word("m"), [
        rows.map((pointer, r) => pointer.set(i32.add(word("b"), words4(i32.mul(
          least(i32.add(row, r), i32.sub(word("n"), 1)), word("k"),
        ))))),
        totals.map((total) => total.set(zero)),
        left.set(word("k")),
        loop(left, [
          depth.set(least(left, word("depthPerBlock"))),
          left.set(i32.sub(left, depth)),
          sums.map((sum) => sum.set(zero)),
          loop(i32.gt_u(depth, 7), [four(0), four(4), advance(8)]),
          when(i32.gt_u(depth, 3), [four(0), advance(4)]),
          when(depth, [rest, [a, ...rows].map((pointer) => pointer.increase(i32.shl(depth, 2)))]),
          totals.map((total, half) => total.set(f32x4.add(total, sums[half]))),
        ]),
        [0, 1].map(store),
        out.increase(word("outStep")),
      ]),
      row.increase(8),
    ], i32.lt_u(row, last)),
  ];
};

/**
 * `out[m, k] ← Σ_n a[m, n] b[n, k]` for one block of k: eight rows of `b` at a time, added up in order as tiles do.
 * Rows that meet a zero are not read; `scratch` lists the others of a part of the depth, and holds its sums unless it
 * is the first.
 */
export const addRows: Definition = (frame) => {
  const [job, block, scratch] = frame.takes(3);
  const [column, columns, i, j, first, depth, a, out, entry, end, left, to, sums] = frame.several(13);
  const rows = frame.several(8);
  const factors = frame.several(8, type.v128);
  const sum = frame.local(type.v128);
  const word = reader(fewRows, job);
  const group = (count: number): Code => {
    const some = rows.slice(0, count);
    const added = (load: (address: Operand) => Code<"v128">): Code => [
      sum.set(load(to)),
      some.flatMap((row, r) => sum.set(f32x4.add(sum, f32x4.mul(factors[r], load(row))))),
    ];
    const advance = (elements: number): Code => [
      [to, ...some].flatMap((pointer) => pointer.increase(4 * elements)),
      left.increase(-elements),
    ];
    return [
      some.flatMap((row, r) => [
        row.set(i32.load(entry, 8 * r)),
        factors[r].set(v128.load32_splat(entry, 8 * r + 4)),
      ]),
      entry.increase(8 * count),
      to.set(sums),
      left.set(columns),
      loop(i32.gt_u(left, 3), [added(v128.load), v128.store(to, sum), advance(4)]),
      loop(left, [added(v128.load32_splat), f32.store(to, f32x4.extract_lane(sum, 0)), advance(1)]),
    ];
  };
  const value = f32.load(a);
  return [
    column.set(i32.mul(block, word("perBlock"))),
    columns.set(least(word("perBlock"), i32.sub(word("k"), column))),
    out.set(i32.add(word("out"), words4(column))),
    a.set(word("a")),
    times(i, word("m"), [
      sums.set(out),
      first.set(0),
      // Once at least, for sums of nothing.
      repeat([
        depth.set(least(i32.sub(word("n"), first), word("depthPerBlock"))),
        end.set(scratch),
        times(j, depth, [
          i32.store(end, i32.add(word("b"), words4(i32.add(i32.mul(i32.add(first, j), word("k")), column)))),
          f32.store(end, value, 4),
          end.increase(select(8, 0, f32.ne(value, f32.const(0)))),
          a.increase(4),
        ]),
        to.set(sums),
        left.set(columns),
        loop(left, [f32.store(to, f32.const(0)), to.increase(4), left.increase(-1)]),
        entry.set(scratch),
        loop(i32.gt_u(i32.sub(end, entry), 63), group(8)),
        loop(i32.lt_u(entry, end), group(1)),
        when(first, [
          to.set(out),
          entry.set(sums),
          left.set(columns),
          loop(i32.gt_u(left, 3), [
            v128.store(to, f32x4.add(v128.load(to), v128.load(entry))),
            [to, entry].map((pointer) => pointer.increase(16)),
            left.increase(-4),
          ]),
          loop(left, [
            f32.store(to, f32.add(f32.load(to), f32.load(entry))),
            [to, entry].map((pointer) => pointer.increase(4)),
            left.increase(-1),
          ]),
        ]),
        sums.set(i32.add(scratch, i32.shl(word("depthPerBlock"), 3))),
        first.set(i32.add(first, depth)),
      ], i32.lt_u(first, word("n"))),
      out.increase(word("outStep")),
    ]),
  ];
};
