/** Adding where indices say, plane by plane. */
import { loop, type Definition } from "../assembler.ts";
import { f32, i32, v128, zero } from "../instructions.ts";
import { scattering } from "./jobs.ts";
import { reader } from "./reader.ts";

/** `out ← 0`, then `out[index[i]] += s[i]`, for one plane. */
export const scatterAdd: Definition = (frame) => {
  const [job, block] = frame.takes(3);
  const [index, s, out, at, left] = frame.several(5);
  const word = reader(scattering, job);
  const start = i32.shl(i32.mul(block, word("count")), 2);
  return [
    out.set(word("out")),
    at.set(i32.add(out, i32.shl(i32.mul(block, word("size")), 2))),
    left.set(word("size")),
    loop(i32.gt_u(left, 3), [v128.store(at, zero), at.increase(16), left.increase(-4)]),
    loop(left, [f32.store(at, f32.const(0)), at.increase(4), left.increase(-1)]),
    index.set(i32.add(word("index"), start)),
    s.set(i32.add(word("s"), start)),
    left.set(word("count")),
    loop(left, [
      at.set(i32.add(out, i32.shl(i32.load(index), 2))),
      f32.store(at, f32.add(f32.load(at), f32.load(s))),
      index.increase(4),
      s.increase(4),
      left.increase(-1),
    ]),
  ];
};
