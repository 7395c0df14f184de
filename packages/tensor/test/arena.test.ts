import { expect, test } from "vitest";
import { Arena, arenaRuns, lifetime, zeros } from "../src/index.ts";

const large = 1 << 23;

test("an arena gives back what one large input took, when the runs after it need far less", () => {
  const arena = new Arena();
  const run = (size: number): void => arena.run(() => void zeros([size]));
  run(large);
  for (let i = 0; i < 7; i++) run(1000);
  expect(arena.capacity).toBeGreaterThanOrEqual(large);
  run(1000);
  run(1000);
  expect(arena.capacity).toBeLessThan(large / 8);
  expect(arena.peak).toBeGreaterThanOrEqual(large);
});

test("an arena keeps what runs need now and then, and what is little", () => {
  const arena = new Arena();
  for (let i = 0; i < 40; i++) arena.run(() => void zeros([i % 6 === 0 ? large : 1000]));
  expect(arena.capacity).toBeGreaterThanOrEqual(large);
  const small = new Arena();
  for (let i = 0; i < 40; i++) small.run(() => void zeros([i === 0 ? 1 << 20 : 10]));
  expect(small.capacity).toBeGreaterThanOrEqual(1 << 20);
});

test("a run within a run of the same arena gives nothing back before both end", () => {
  const arena = new Arena({ poison: true });
  for (let i = 0; i < 10; i++) arena.run(() => void zeros([10]));
  const sum = arena.run(() => {
    const outer = zeros([large]);
    outer.data.fill(2);
    for (let i = 0; i < 20; i++) arena.run(() => void zeros([10]));
    return outer.data.reduce((a, b) => a + b, 0);
  });
  expect(sum).toBe(2 * large);
});

test("whether an arena runs can be asked", () => {
  expect([arenaRuns(), new Arena().run(arenaRuns), arenaRuns()]).toEqual([false, true, false]);
});

test("a lifetime ends with the scope it was asked for in, and not with others", () => {
  const arena = new Arena();
  const outside = lifetime();
  const states = arena.run(() => {
    const outer = lifetime();
    const inner = arena.scope(() => lifetime());
    arena.scope(() => undefined);
    return { outer, inner, before: [outer.ended, inner.ended] };
  });
  expect(states.before).toEqual([false, true]);
  expect([outside.ended, states.outer.ended]).toEqual([false, true]);
});

test("memory is looked at when the outermost run ends, not within", () => {
  const arena = new Arena();
  arena.run(() => {
    arena.run(() => void zeros([1 << 23]));
    const held = arena.capacity;
    for (let i = 0; i < 20; i++) arena.run(() => void zeros([8]));
    expect(arena.capacity).toBe(held);
  });
});
