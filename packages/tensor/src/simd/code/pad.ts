/** Copying with gaps: convolutions read their input with its padding written out. */
import { loop, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { padding } from "./jobs.ts";
import { reader } from "./reader.ts";

// The least a value that is not zero adds to an energy, however small its square.
const smallestSquare = 2 ** -126;

/**
 * Copies planes into larger ones of zeros, and as many zeros behind as before; `marking` also adds up, over the
 * channels of a block, the square of each value, 0 where all are zero and nowhere else, and a plane further on its
 * magnitude.
 */
const copying = (marking: boolean): Definition => (frame) => {
  const [job, block] = frame.takes(3);
  const [from, to, row, left, plane, slice, mark, marks, skipped, apart] = frame.several(10);
  const [values, smallest] = frame.several(2, type.v128);
  const word = reader(padding, job);
  const countDown = (counter: Local, count: Operand, body: Code): Code => [
    counter.set(count),
    loop(counter, [body, counter.increase(-1)]),
  ];
  const clear = (bytes: number, store: Code): Code => [
    store, to.increase(bytes), left.increase(-bytes),
  ];
  const move = (bytes: number, copy: Code): Code => [
    copy, from.increase(bytes), to.increase(bytes), left.increase(-bytes),
    (marking ? mark.increase(bytes) : []),
  ];
  const gap = (bytes: Operand): Code => [
    left.set(bytes),
    (marking ? mark.increase(left) : []),
    loop(i32.gt_u(left, 15), clear(16, v128.store(to, zero))),
    loop(left, clear(4, f32.store(to, f32.const(0)))),
  ];
  const square = f32x4.pmax(f32x4.mul(values, values), v128.and(f32x4.ne(values, zero), smallest));
  const beside = i32.add(mark, apart);
  const wide = marking
    ? [
      v128.store(to, values.tee(v128.load(from))),
      v128.store(mark, f32x4.add(v128.load(mark), square)),
      v128.store(beside, f32x4.add(v128.load(beside), f32x4.abs(values))),
    ]
    : v128.store(to, v128.load(from));
  const narrow = [
    f32.store(to, f32.load(from)),
    (marking
      ? [
        values.set(v128.load32_zero(from)),
        f32.store(mark, f32x4.extract_lane(f32x4.add(v128.load32_zero(mark), square), 0)),
        f32.store(beside, f32x4.extract_lane(f32x4.add(v128.load32_zero(beside), f32x4.abs(values)), 0)),
      ]
      : []),
  ];
  return [
    (marking ? [smallest.set(f32x4.splat(f32.const(smallestSquare))), apart.set(word("planeTo"))] : []),
    skipped.set(i32.mul(block, word("planesPerBlock"))),
    from.set(i32.add(word("x"), i32.mul(skipped, word("planeFrom")))),
    to.set(i32.add(word("out"), i32.mul(skipped, word("planeTo")))),
    marks.set(i32.add(word("marks"), i32.mul(block, word("marksPerBlock")))),
    when(block, to.increase(word("before")), gap(word("before"))),
    countDown(plane, least(i32.sub(word("planes"), skipped), word("planesPerBlock")), [
      (marking ? mark.set(i32.add(marks, word("before"))) : []),
      countDown(slice, word("depth"), [
        countDown(row, word("height"), [
          left.set(word("width")),
          loop(i32.gt_u(left, 15), move(16, wide)),
          loop(left, move(4, narrow)),
          gap(word("afterRow")),
        ]),
        gap(word("afterSlice")),
      ]),
      gap(word("afterPlane")),
    ]),
  ];
};

/** Copies planes into larger ones of zeros. */
export const padPlanes: Definition = copying(false);

/** Copies the channels of one sample and adds their squares and magnitudes to `marks`. */
export const padMarking: Definition = copying(true);
