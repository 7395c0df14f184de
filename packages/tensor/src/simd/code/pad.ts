/** Copying with gaps: convolutions read their input with its padding written out. */
import { loop, type Definition, type Local } from "../assembler.ts";
import { f32, i32, v128, type Code } from "../instructions.ts";

/** Copies planes into larger ones of zeros. */
export const padPlanes: Definition = (frame) => {
  const [job] = frame.takes(3);
  const [from, to, row, left, plane, slice] = frame.several(6);
  const word = (name: (typeof padWords)[number]): Code => i32.load(job.get, 4 * padWords.indexOf(name));
  const countDown = (counter: Local, count: Code, body: Code): Code => [
    ...counter.set(count),
    ...loop(counter.get, [...body, ...counter.increase(-1)]),
  ];
  const move = (bytes: number, copy: Code): Code => [
    ...copy, ...from.increase(bytes), ...to.increase(bytes), ...left.increase(-bytes),
  ];
  return [
    ...from.set(word("x")),
    ...to.set(i32.add(word("out"), word("before"))),
    ...countDown(plane, word("planes"), [
      ...countDown(slice, word("depth"), [
        ...countDown(row, word("height"), [
          ...left.set(word("width")),
          ...loop(i32.gt_u(left.get, i32.const(15)), move(16, v128.store(to.get, v128.load(from.get)))),
          ...loop(left.get, move(4, f32.store(to.get, f32.load(from.get)))),
          ...to.increase(word("afterRow")),
        ]),
        ...to.increase(word("afterSlice")),
      ]),
      ...to.increase(word("afterPlane")),
    ]),
  ];
};

/** The words of a padding job; `width` and the skips are in bytes. */
export const padWords = [
  "x", "out", "before", "planes", "depth", "height", "width", "afterRow", "afterSlice", "afterPlane",
] as const;

/** `out[i] ← i · step`, as integers. */
export const fillSteps: Definition = (frame) => {
  const [out, count, step] = frame.takes(3);
  const value = frame.local();
  return loop(count.get, [
    ...i32.store(out.get, value.get),
    ...value.increase(step.get),
    ...out.increase(4),
    ...count.increase(-1),
  ]);
};
