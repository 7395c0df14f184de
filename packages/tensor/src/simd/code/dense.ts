/** Matrix times a few vectors: the matrix is read once, in place, at the speed of memory. */
import { loop, repeat, times, type, when, type Definition } from "../assembler.ts";
import { f32, f32x4, i32, least, select, v128, zero, type Code, type Operand } from "../instructions.ts";
import { fewRows } from "./jobs.ts";
import { reader } from "./reader.ts";

const words4 = (count: Operand): Code<"i32"> => i32.shl(count, 2);

/** `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]` for one block of n: four rows of `b` at a time, two sums each. */
export const dotRows: Definition = (frame) => {
  const [job, block] = frame.takes(3);
  const [row, last, i, left, a, out] = frame.several(6);
  const rows = frame.several(4);
  const sums = frame.several(8, type.v128);
  const [low, high] = frame.several(2, type.v128);
  const tails = frame.several(4, type.f32);
  const word = reader(fewRows, job);
  const total = (r: number): Code => {
    const lanes = sums[2 * r];
    const lane = (l: number): Code<"f32"> => f32x4.extract_lane(lanes, l);
    const sum = f32.add(f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3))), tails[r]);
    return [lanes.set(f32x4.add(lanes, sums[2 * r + 1])), tails[r].set(sum)];
  };
  const at = (r: number): Code<"i32"> => least(i32.add(row, r), i32.sub(word("n"), 1));
  const store = (r: number): Code => when(i32.lt_u(i32.add(row, r), last), [
    when(word("bias"),
      tails[r].set(f32.add(tails[r], f32.load(i32.add(word("bias"), words4(row)), 4 * r)))),
    f32.store(i32.add(out, words4(row)), f32.max(tails[r], f32.load(job, fewRows.offset("floor"))), 4 * r),
  ]);
  return [
    row.set(i32.mul(block, word("perBlock"))),
    last.set(least(i32.add(row, word("perBlock")), word("n"))),
    repeat([
      a.set(word("a")),
      out.set(word("out")),
      times(i, word("m"), [
        rows.flatMap((r, index) => r.set(i32.add(word("b"), words4(i32.mul(at(index), word("k")))))),
        sums.flatMap((sum) => sum.set(zero)),
        tails.flatMap((tail) => tail.set(f32.const(0))),
        left.set(word("k")),
        loop(i32.gt_u(left, 7), [
          low.set(v128.load(a)),
          high.set(v128.load(a, 16)),
          sums.flatMap((sum, s) => sum.set(f32x4.add(
            sum, f32x4.mul((s & 1 ? high : low), v128.load(rows[s >> 1], 16 * (s & 1))),
          ))),
          [a, ...rows].flatMap((pointer) => pointer.increase(32)),
          left.increase(-8),
        ]),
        loop(left, [
          tails.flatMap((tail, r) =>
            tail.set(f32.add(tail, f32.mul(f32.load(a), f32.load(rows[r]))))),
          [a, ...rows].flatMap((pointer) => pointer.increase(4)),
          left.increase(-1),
        ]),
        [0, 1, 2, 3].flatMap((r) => [total(r), store(r)]),
        out.increase(words4(word("n"))),
      ]),
      row.increase(4),
    ], i32.lt_u(row, last)),
  ];
};

/**
 * `out[m, k] ← Σ_n a[m, n] b[n, k]` for one block of k: eight rows of `b` at a time. Rows that meet a zero are not
 * read; `scratch` lists the others.
 */
export const addRows: Definition = (frame) => {
  const [job, block, scratch] = frame.takes(3);
  const [column, columns, i, j, a, out, entry, end, left, to] = frame.several(10);
  const rows = frame.several(8);
  const factors = frame.several(8, type.v128);
  const sum = frame.local(type.v128);
  const word = reader(fewRows, job);
  const group = (count: number): Code => {
    const some = rows.slice(0, count);
    const products = (load: (address: Operand) => Code<"v128">): Code => [
      sum.set(f32x4.mul(factors[0], load(some[0]))),
      some.slice(1).flatMap((row, r) => sum.set(f32x4.add(sum, f32x4.mul(factors[r + 1], load(row))))),
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
      to.set(out),
      left.set(columns),
      loop(i32.gt_u(left, 3), [
        products(v128.load),
        v128.store(to, f32x4.add(v128.load(to), sum)),
        advance(4),
      ]),
      loop(left, [
        products(v128.load32_splat),
        f32.store(to, f32.add(f32.load(to), f32x4.extract_lane(sum, 0))),
        advance(1),
      ]),
    ];
  };
  const value = f32.load(a);
  return [
    column.set(i32.mul(block, word("perBlock"))),
    columns.set(least(word("perBlock"), i32.sub(word("k"), column))),
    out.set(i32.add(word("out"), words4(column))),
    a.set(word("a")),
    times(i, word("m"), [
      end.set(scratch),
      times(j, word("n"), [
        i32.store(end, i32.add(word("b"), words4(i32.add(i32.mul(j, word("k")), column)))),
        f32.store(end, value, 4),
        end.increase(select(8, 0, f32.ne(value, f32.const(0)))),
        a.increase(4),
      ]),
      to.set(out),
      left.set(columns),
      loop(left, [f32.store(to, f32.const(0)), to.increase(4), left.increase(-1)]),
      entry.set(scratch),
      loop(i32.gt_u(i32.sub(end, entry), 63), group(8)),
      loop(i32.lt_u(entry, end), group(1)),
      out.increase(words4(word("k"))),
    ]),
  ];
};
