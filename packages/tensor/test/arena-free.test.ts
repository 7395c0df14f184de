import { expect, test } from "vitest";
import { Arena, empty, giveBack, ones, scope } from "../src/index.ts";

test("what was given back is taken again, what fits of it", () => {
  const arena = new Arena({ capacity: 64 });
  arena.run(() => {
    const [a, b, c] = [empty([8]), empty([8]), empty([8])];
    giveBack(a.data);
    giveBack(b.data);
    expect(empty([5]).data.byteOffset).toBe(a.data.byteOffset);
    expect(empty([8]).data.byteOffset).toBe(b.data.byteOffset);
    const d = empty([8]);
    expect(d.data.byteOffset).toBeGreaterThan(c.data.byteOffset);
  });
  expect(arena.capacity).toBe(64);
});

test("what an inner scope took of it is there again when it ends, and nothing of what the scope gave back", () => {
  new Arena({ capacity: 64, poison: true }).run(() => {
    const a = ones([8]);
    giveBack(a.data);
    expect([...a.data]).toEqual(new Array(8).fill(NaN));
    scope(() => {
      expect(ones([8]).data.byteOffset).toBe(a.data.byteOffset);
      giveBack(empty([4]).data);
    });
    const again = empty([8]);
    expect(again.data.byteOffset).toBe(a.data.byteOffset);
    expect([...again.data]).toEqual(new Array(8).fill(NaN));
    expect(empty([4]).data.byteOffset).toBe(a.data.byteOffset + 32);
  });
});

test("other memory stays what it is, and where no arena runs nothing is given back", () => {
  const own = ones([8]);
  giveBack(own.data);
  new Arena({ poison: true }).run(() => {
    giveBack(own.data);
    expect(empty([8]).data.buffer).not.toBe(own.data.buffer);
    const odd = empty([6]);
    giveBack(odd.data.subarray(1));
    expect(empty([4]).data.byteOffset).toBeGreaterThan(odd.data.byteOffset + 20);
  });
  expect([...own.data]).toEqual(new Array(8).fill(1));
});
