import { expect, test } from "vitest";
import { host } from "../src/host.ts";
import { assemble, call, Frame, times, type, when, type Definition } from "../src/simd/assembler.ts";
import { f32x4, i32, leb, sleb, v128 } from "../src/simd/instructions.ts";

test.each([
  [leb, 0, [0]], [leb, 127, [127]], [leb, 128, [0x80, 1]], [leb, 624485, [0xe5, 0x8e, 0x26]],
  [leb, 0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  [sleb, 63, [63]], [sleb, 64, [0xc0, 0]], [sleb, -1, [0x7f]], [sleb, -123456, [0xc0, 0xbb, 0x78]],
] as const)("%o writes %i in base 128", (encode, value, bytes) => {
  expect([...encode(value)]).toEqual(bytes);
});

test("expressions nest, numbers are constants and locals stand for their values", () => {
  const frame = new Frame();
  const [a] = frame.takes(1);
  const flat = (code: readonly unknown[]): unknown[] => code.flat(Infinity);
  expect(flat(i32.add(a!, 5))).toEqual([0x20, 0, 0x41, 5, 0x6a]);
  expect(flat(a!.increase(-1))).toEqual([0x20, 0, 0x41, 0x7f, 0x6a, 0x21, 0]);
});

test("assembled functions run: loops, conditions, calls, vectors", () => {
  /** Stores `i · value` for every even i below `count`. */
  const multiples: Definition = (frame) => {
    const [out, count, value] = frame.takes(3);
    const i = frame.local();
    return times(i, count!, when(i32.eqz(i32.and(i, 1)), i32.store(i32.add(out!, i32.shl(i, 2)), i32.mul(i, value!))));
  };
  const twice: Definition = (frame) => {
    const [at] = frame.takes(1);
    const values = frame.local(type.v128);
    return [
      call(multiples, at!, 4, 3),
      values.set(v128.load(at!)),
      v128.store(at!, f32x4.add(values, values), 16),
    ];
  };
  const bytes = assemble([["multiples", multiples], ["twice", twice]], { maximum: 1, shared: false });
  const wasm = host.WebAssembly!;
  const memory = new wasm.Memory({ initial: 1, maximum: 1 });
  const { exports } = new wasm.Instance(new wasm.Module(bytes), { env: { memory } });
  (exports["twice"] as (at: number) => void)(64);
  expect([...new Int32Array(memory.buffer, 64, 4)]).toEqual([0, 0, 6, 0]);
  expect([...new Float32Array(memory.buffer, 80, 4)]).toEqual([0, 0, 2 * 6 * 2 ** -149, 0].map(Math.fround));
});

test("a call says when its function is missing, or takes other operands", () => {
  const two: Definition = (frame) => {
    frame.takes(2);
    return [];
  };
  const short: Definition = () => call(two, 1);
  const memory = { maximum: 1, shared: false };
  expect(() => assemble([["short", short], ["two", two]], memory)).toThrow("two: takes 2 operands, got 1 from short");
  expect(() => assemble([["short", short]], memory)).toThrow("short: calls a function that is not in its module");
});
