import { expect, test } from "vitest";
import { assemble, type Definition } from "../src/simd/assembler.ts";
import { reader } from "../src/simd/code/reader.ts";
import { f32, i32 } from "../src/simd/instructions.ts";
import { floatWord, struct, write } from "../src/simd/struct.ts";
import { host } from "../src/host.ts";

const pair = struct("left", "right", "scale");

test("words stand in the order of their names", () => {
  const words = new Int32Array(6);
  write(pair, words, 2, { scale: 3, right: -2, left: 1 });
  expect([...words]).toEqual([0, 0, 1, -2, 3, 0]);
  expect([pair.length, pair.size, pair.index("scale"), pair.offset("scale")]).toEqual([3, 12, 2, 8]);
});

test("a name stands once", () => {
  expect(() => struct("a", "b", "a")).toThrow("struct: takes unique names, got a, b, a");
});

test("what the host wrote is what a kernel loads", () => {
  /** Swaps the sides of the second of two records, and doubles its scale. */
  const swap: Definition = (frame) => {
    const [at] = frame.takes(1);
    const kept = frame.local();
    const word = reader(pair, at!, pair.size);
    return [
      kept.set(word("left")),
      i32.store(at!, word("right"), pair.size + pair.offset("left")),
      i32.store(at!, kept, pair.size + pair.offset("right")),
      f32.store(at!, f32.add(f32.load(at!, pair.size + 8), f32.load(at!, pair.size + 8)), pair.size + 8),
    ];
  };
  const wasm = host.WebAssembly!;
  const memory = new wasm.Memory({ initial: 1, maximum: 1 });
  const module = new wasm.Module(assemble([["swap", swap]], { maximum: 1, shared: false }));
  const { exports } = new wasm.Instance(module, { env: { memory } });
  const words = new Int32Array(memory.buffer);
  write(pair, words, 16 + 3, { left: 7, right: -9, scale: floatWord(1.5) });
  (exports["swap"] as (at: number) => void)(64);
  expect([...words.subarray(19, 22)]).toEqual([-9, 7, floatWord(3)]);
});
