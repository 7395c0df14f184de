/** Sums and maxima along an axis. */
import { loop, times, type, when, type Definition, type Frame, type Local } from "../assembler.ts";
import { f32, f32x4, f64, f64x2, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { axisJob, columnsAtOnce } from "./jobs.ts";
import { sumOfTerms } from "./lanes.ts";
import { reader } from "./reader.ts";

type Word = (name: (typeof axisJob.names)[number]) => Code<"i32">;

/** Runs `body` for each unit of a task. */
function units(body: (frame: Frame, word: Word, unit: Local) => Code): Definition {
  return (frame) => {
    const [job, task] = frame.takes(3);
    const [unit, end] = frame.several(2);
    const word = reader(axisJob, job);
    return [
      unit.set(i32.mul(task, word("perTask"))),
      end.set(least(i32.add(unit, word("perTask")), word("units"))),
      loop(i32.lt_u(unit, end), [body(frame, word, unit), unit.increase(1)]),
    ];
  };
}

/** Runs `body` for each row, with the addresses of its elements. */
const rows = (body: (frame: Frame, word: Word, a: Local, b: Local, out: Code<"i32">) => Code): Definition =>
  units((frame, word, unit) => {
    const [a, b, from] = frame.several(3);
    return [
      from.set(i32.shl(i32.mul(unit, word("extent")), 2)),
      a.set(i32.add(word("a"), from)),
      b.set(i32.add(word("b"), from)),
      body(frame, word, a, b, i32.add(word("out"), i32.shl(unit, 2))),
    ];
  });

/** `Σ a / divisor`, or `Σ a b / divisor`, of whole rows. */
export const sumRows: Definition = rows((frame, word, a, b, out) => {
  const sum = frame.local(type.f64);
  return [
    when(
      word("b"),
      sumOfTerms(frame, [a, b], word("extent"), ([x, y]) => f64x2.mul(x!, y!), sum),
      sumOfTerms(frame, [a], word("extent"), ([x]) => x!, sum),
    ),
    f32.store(out, f32.demote_f64(f64.div(sum, f64.convert_i32_u(word("divisor"))))),
  ];
});

/** The maximum of whole rows. */
export const maxRows: Definition = rows((frame, word, a, _, out) => {
  const best = frame.local(type.v128);
  const left = frame.local();
  const lane = (i: number): Code<"f32"> => f32x4.extract_lane(best, i);
  return [
    best.set(f32x4.splat(f32.const(-Infinity))),
    left.set(word("extent")),
    loop(i32.gt_u(left, 3), [best.set(f32x4.max(best, v128.load(a))), a.increase(16), left.increase(-4)]),
    loop(left, [best.set(f32x4.max(best, v128.load32_splat(a))), a.increase(4), left.increase(-1)]),
    f32.store(out, f32.max(f32.max(lane(0), lane(1)), f32.max(lane(2), lane(3)))),
  ];
});

/** Runs `four` for four columns at a time and `one` for those left, with the address of the first element of `a`. */
const columns = (
  body: (frame: Frame, word: Word, at: Local, b: Local, out: Local) => { readonly four: Code; readonly one: Code },
): Definition =>
  units((frame, word, unit) => {
    const [perOuter, outer, first, left, from, a, b, out, at, beside] = frame.several(10);
    const { four, one } = body(frame, word, at, beside, out);
    const step = (columns: number, code: Code): Code => [
      at.set(a), beside.set(b), code,
      [a, b, out].map((pointer) => pointer.increase(4 * columns)), left.increase(-columns),
    ];
    return [
      perOuter.set(i32.div_u(i32.add(word("inner"), columnsAtOnce - 1), columnsAtOnce)),
      outer.set(i32.div_u(unit, perOuter)),
      first.set(i32.mul(i32.rem_u(unit, perOuter), columnsAtOnce)),
      left.set(least(i32.sub(word("inner"), first), columnsAtOnce)),
      from.set(i32.shl(i32.add(i32.mul(i32.mul(outer, word("extent")), word("inner")), first), 2)),
      a.set(i32.add(word("a"), from)),
      b.set(i32.add(word("b"), from)),
      out.set(i32.add(word("out"), i32.shl(i32.add(i32.mul(outer, word("inner")), first), 2))),
      loop(i32.gt_u(left, 3), step(4, four)),
      loop(left, step(1, one)),
    ];
  });

/** Walks down the columns. */
function down(frame: Frame, word: Word, pointers: readonly Local[], body: Code): Code {
  const [e, step] = frame.several(2);
  return [
    step.set(i32.shl(word("inner"), 2)),
    times(e, word("extent"), [body, pointers.map((pointer) => pointer.increase(step))]),
  ];
}

/** `Σ a / divisor`, or `Σ a b / divisor`, along an axis that others follow. */
export const sumColumns: Definition = columns((frame, word, at, beside, out) => {
  const [low, high, divisor] = frame.several(3, type.v128);
  const pair = (address: Local, offset: number): Code<"v128"> =>
    f64x2.promote_low_f32x4(v128.load64_zero(address, offset));
  const single = (address: Local): Code<"v128"> => f64x2.promote_low_f32x4(v128.load32_zero(address));
  const quotient = (sums: Operand<"v128">): Code<"v128"> => f64x2.demote_f64x2_zero(f64x2.div(sums, divisor!));
  const plus = (sums: Local<"v128">, value: Code<"v128">): Code => sums.set(f64x2.add(sums, value));
  const start = [
    low!.set(zero), high!.set(zero), divisor!.set(f64x2.splat(f64.convert_i32_u(word("divisor")))),
  ];
  return {
    four: [
      start,
      when(word("b"), down(frame, word, [at, beside], [
        plus(low!, f64x2.mul(pair(at, 0), pair(beside, 0))), plus(high!, f64x2.mul(pair(at, 8), pair(beside, 8))),
      ]), down(frame, word, [at], [plus(low!, pair(at, 0)), plus(high!, pair(at, 8))])),
      v128.store(out, v128.shuffle(quotient(low!), quotient(high!), [0, 1, 4, 5])),
    ],
    one: [
      start,
      when(
        word("b"),
        down(frame, word, [at, beside], plus(low!, f64x2.mul(single(at), single(beside)))),
        down(frame, word, [at], plus(low!, single(at))),
      ),
      f32.store(out, f32x4.extract_lane(quotient(low!), 0)),
    ],
  };
});

/** The maximum along an axis that others follow. */
export const maxColumns: Definition = columns((frame, word, at, _, out) => {
  const best = frame.local(type.v128);
  const walk = (value: Code<"v128">): Code => [
    best.set(f32x4.splat(f32.const(-Infinity))),
    down(frame, word, [at], best.set(f32x4.max(best, value))),
  ];
  return {
    four: [walk(v128.load(at)), v128.store(out, best)],
    one: [walk(v128.load32_splat(at)), f32.store(out, f32x4.extract_lane(best, 0))],
  };
});
