/** Rows made to have mean 0 and deviation 1, and the way back. */
import { loop, type, when, type Definition, type Frame, type Local } from "../assembler.ts";
import { f64, f64x2, i32, least, select, type Code } from "../instructions.ts";
import { rowsJob } from "./jobs.ts";
import { mapTerms, sumOfTerms } from "./lanes.ts";
import { reader } from "./reader.ts";

type Word = (name: (typeof rowsJob.names)[number]) => Code<"i32">;

/** What is known of a row. */
interface Statistics {
  readonly size: Local<"f64">;
  readonly mean: Local<"f64">;
  readonly deviation: Local<"f64">;
  readonly sigma: Local<"f64">;
}

/** Runs `body` for each row of a task, with its statistics and where it starts in bytes. */
const rows = (
  body: (frame: Frame, word: Word, from: Local, statistics: Statistics) => Code,
): Definition => (frame) => {
  const [job, task] = frame.takes(3);
  const [row, end, from, x] = frame.several(4);
  const [size, mean, sum, deviation, sigma, epsilon] = frame.several(6, type.f64);
  const center = frame.local(type.v128);
  const word = reader(rowsJob, job);
  const start = x!.set(i32.add(word("x"), from!));
  return [
    row!.set(i32.mul(task!, word("perTask"))),
    end!.set(least(i32.add(row!, word("perTask")), word("units"))),
    size!.set(f64.convert_i32_u(word("size"))),
    epsilon!.set(f64.load(job!, rowsJob.offset("epsilonLow"))),
    loop(i32.lt_u(row!, end!), [
      from!.set(i32.shl(i32.mul(row!, word("size")), 2)),
      mean!.set(f64.const(0)),
      start,
      when(word("centers"), [
        sumOfTerms(frame, [x!], word("size"), ([value]) => value!, sum!),
        mean!.set(f64.div(sum!, size!)),
      ]),
      center.set(f64x2.splat(mean!)),
      start,
      sumOfTerms(frame, [x!], word("size"), ([value]) => squared(f64x2.sub(value!, center)), sum!),
      sum!.set(f64.div(sum!, size!)),
      when(word("outside"), [
        deviation!.set(f64.sqrt(sum!)),
        sigma!.set(f64.add(deviation!, epsilon!)),
      ], [
        sigma!.set(f64.sqrt(f64.add(sum!, epsilon!))),
        deviation!.set(sigma!),
      ]),
      body(frame, word, from!, { size: size!, mean: mean!, deviation: deviation!, sigma: sigma! }),
      row!.increase(1),
    ]),
  ];
};

/** The expression is computed twice: the engine sees that it is the same. */
const squared = (value: Code<"v128">): Code<"v128"> => f64x2.mul(value, value);

/** `(x − mean) / σ` */
export const standardize: Definition = rows((frame, word, from, { mean, sigma }) => {
  const [x, out] = frame.several(2);
  const [center, by] = frame.several(2, type.v128);
  return [
    x!.set(i32.add(word("x"), from)),
    out!.set(i32.add(word("out"), from)),
    center!.set(f64x2.splat(mean)),
    by!.set(f64x2.splat(sigma)),
    mapTerms(frame, [x!], out!, word("size"), ([value]) => f64x2.div(f64x2.sub(value!, center!), by!)),
  ];
});

/** `(s − mean s) / σ − slope (x − mean)` */
export const standardizeTransposed: Definition = rows((frame, word, from, { size, mean, deviation, sigma }) => {
  const [x, s, out] = frame.several(3);
  const [average, slope] = frame.several(2, type.f64);
  const [center, by, shift, factor] = frame.several(4, type.v128);
  const start = [x!.set(i32.add(word("x"), from)), s!.set(i32.add(word("s"), from))];
  return [
    center!.set(f64x2.splat(mean)),
    by!.set(f64x2.splat(sigma)),
    average!.set(f64.const(0)),
    start,
    when(word("centers"), [
      sumOfTerms(frame, [s!], word("size"), ([value]) => value!, average!),
      average!.set(f64.div(average!, size)),
    ]),
    start,
    sumOfTerms(frame, [s!, x!], word("size"), ([back, value]) =>
      f64x2.mul(back!, f64x2.sub(value!, center!)), slope!),
    slope!.set(f64.div(slope!, f64.mul(f64.mul(f64.mul(size, deviation), sigma), sigma))),
    slope!.set(select<"f64">(f64.const(0), slope!, f64.eq(deviation, f64.const(0)))),
    shift!.set(f64x2.splat(average!)),
    factor!.set(f64x2.splat(slope!)),
    start,
    out!.set(i32.add(word("out"), from)),
    mapTerms(frame, [s!, x!], out!, word("size"), ([back, value]) => f64x2.sub(
      f64x2.div(f64x2.sub(back!, shift!), by!),
      f64x2.mul(factor!, f64x2.sub(value!, center!)),
    )),
  ];
});
