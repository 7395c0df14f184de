/** Programs: every step over a block, then the next block. */
import { call, dispatch, loop, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, i32, least, v128, type Code, type Operand } from "../instructions.ts";
import { blocksPerTask, perBlock, place, programJob, spreading, stepLength } from "./jobs.ts";
import { operations } from "./operations/operations.ts";
import { reader } from "./reader.ts";

/** A program over the blocks of a task. */
export const computeBlocks: Definition = (frame) => {
  const [job, task, scratch] = frame.takes(3);
  const [sub, block, count, i, at, bytes, out, to] = frame.several(8);
  const operands = frame.several(6);
  const word = reader(programJob, job);
  const entry = reader(spreading, at);
  const step = (index: number): ((name: (typeof place.names)[number]) => Code<"i32">) =>
    reader(place, at, 4 + index * place.size);
  const address = (index: number): Code<"i32"> => {
    const of = step(index);
    return i32.add(of("at"), i32.add(i32.mul(of("perBlock"), block), i32.mul(of("inScratch"), scratch)));
  };
  return times(sub, blocksPerTask, [
    block.set(i32.add(i32.mul(task, blocksPerTask), sub)),
    when(i32.lt_u(i32.mul(block, perBlock), word("count")), [
      count.set(least(i32.sub(word("count"), i32.mul(block, perBlock)), perBlock)),
      bytes.set(i32.shl(i32.shr_u(i32.add(count, 3), 2), 4)),
      at.set(word("spreads")),
      times(i, word("spreadCount"), [
        call(
          spread, entry("from"), entry("steps"), word("extents"), word("rank"), i32.mul(block, perBlock), count,
          i32.add(scratch, entry("to")), i32.add(scratch, word("counters")),
        ),
        at.increase(spreading.size),
      ]),
      at.set(word("steps")),
      times(i, word("stepCount"), [
        [0, 1, 2].flatMap((index) => [
          operands[2 * index]!.set(address(index)), operands[2 * index + 1]!.set(step(index)("step")),
        ]),
        out.set(address(3)),
        to.set(out),
        // Vectors are not written across the end of the result: the last ones go elsewhere and are copied.
        when(
          i32.and(i32.ne(i32.and(count, 3), 0), i32.eq(i, i32.sub(word("stepCount"), 1))),
          to.set(i32.add(scratch, word("tail"))),
        ),
        dispatch(i32.load(at), operations.map((operation) => call(operation, ...operands, to, bytes))),
        at.increase(4 * stepLength),
      ]),
      when(i32.ne(out, to), [
        bytes.set(count),
        loop(bytes, [f32.store(out, f32.load(to)), out.increase(4), to.increase(4), bytes.increase(-1)]),
      ]),
    ]),
  ]);
};

/**
 * Writes elements `start` to `start + count` of a walk one after the other; vectors may be written across the end. The
 * steps of the axes are in bytes.
 */
export const spread: Definition = (frame) => {
  const [from, steps, extents, rank, start, count, to, counters] = frame.takes(8);
  const [axis, run, last, step, left, at, target] = frame.several(7);
  const value = frame.local(type.v128);
  const entry = (list: Local, index: Operand): Code<"i32"> => i32.load(i32.add(list, index));
  const setCounter = (index: Operand, to: Operand): Code => i32.store(i32.add(counters, index), to);
  return [
    axis.set(i32.shl(rank, 2)),
    last.set(i32.sub(axis, 4)),
    loop(axis, [
      axis.increase(-4),
      setCounter(axis, run.tee(i32.rem_u(start, entry(extents, axis)))),
      from.increase(i32.mul(run, entry(steps, axis))),
      start.set(i32.div_u(start, entry(extents, axis))),
    ]),
    step.set(entry(steps, last)),
    loop(count, [
      run.set(least(i32.sub(entry(extents, last), entry(counters, last)), count)),
      at.set(from),
      target.set(to),
      left.set(i32.add(run, 3)),
      when(i32.eqz(step), [
        value.set(v128.load32_splat(at)),
        loop(i32.gt_u(left, 3), [v128.store(target, value), target.increase(16), left.increase(-4)]),
      ], when(i32.eq(step, 4), [
        loop(i32.gt_u(left, 3), [
          v128.store(target, v128.load(at)), target.increase(16), at.increase(16), left.increase(-4),
        ]),
      ], [
        left.set(run),
        loop(left, [f32.store(target, f32.load(at)), target.increase(4), at.increase(step), left.increase(-1)]),
      ])),
      to.increase(i32.shl(run, 2)),
      from.increase(i32.mul(run, step)),
      count.increase(i32.sub(0, run)),
      setCounter(last, i32.add(entry(counters, last), run)),
      axis.set(last),
      loop(i32.and(i32.ne(axis, 0), i32.eq(entry(counters, axis), entry(extents, axis))), [
        setCounter(axis, 0),
        from.set(i32.sub(from, i32.mul(entry(steps, axis), entry(extents, axis)))),
        axis.increase(-4),
        setCounter(axis, i32.add(entry(counters, axis), 1)),
        from.increase(entry(steps, axis)),
      ]),
    ]),
  ];
};
