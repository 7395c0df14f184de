import { describe, expect, test } from "vitest";
import {
  allocate,
  breathe,
  DeadlineError,
  eachUntilAborted,
  throwIfAborted,
  untilAborted,
  withDeadline,
  type AbortSignalLike,
} from "@relprop/tensor";
import { checkDeadline } from "../src/deadline.ts";

/** A signal of one's own, since hosts are not asked for theirs here; counts who listens. */
class Signal implements AbortSignalLike {
  aborted = false;
  reason: unknown;
  readonly listeners = new Set<() => void>();

  addEventListener(_: "abort", listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_: "abort", listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(reason: unknown): void {
    [this.aborted, this.reason] = [true, reason];
    for (const listener of this.listeners) listener();
  }
}

const never = new Promise<never>(() => undefined);

describe("a signal", () => {
  test("ends what is waited for, before and meanwhile, with its reason", async () => {
    const signal = new Signal();
    throwIfAborted(signal);
    const waiting = untilAborted(never, signal);
    signal.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await expect(untilAborted(Promise.resolve(1), signal)).rejects.toBe("enough");
    expect(() => throwIfAborted(signal)).toThrow("enough");
  });

  test.each([["x", "x"], [null, "null"], [5, "5"], [{}, "an object"]])("is no %j", async (none, shown) => {
    const signal = none as unknown as AbortSignalLike;
    const said = `signal: takes an AbortSignal, got ${shown}`;
    expect(() => throwIfAborted(signal)).toThrow(said);
    await expect(breathe(signal)).rejects.toThrow(said);
  });

  test("is listened to no longer than needed", async () => {
    const signal = new Signal();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("own")), signal)).rejects.toThrow("own");
    expect(signal.listeners.size).toBe(0);
    expect(await untilAborted(Promise.resolve(2), undefined)).toBe(2);
  });

  test("ends an iteration that hangs, and tells it so", async () => {
    const signal = new Signal();
    let told = false;
    const hanging: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: (): Promise<IteratorResult<number>> =>
          signal.listeners.size > 0 ? never : Promise.resolve({ done: false as const, value: 1 }),
        return: async () => {
          told = true;
          return { done: true as const, value: 0 };
        },
      }),
    };
    const seen: number[] = [];
    const pass = (async () => {
      for await (const value of eachUntilAborted(hanging, signal)) {
        seen.push(value);
        if (seen.length === 3) signal.abort(new Error("stop"));
      }
    })();
    await expect(pass).rejects.toThrow("stop");
    expect([seen, told]).toEqual([[1, 1, 1], true]);
  });

  test("keeps what fails after it from the host, which would end the process", async () => {
    const signal = new Signal();
    signal.abort("enough");
    let [asked, told] = [0, 0];
    const failing: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error(`asked ${++asked} times`)),
        return: async () => {
          told++;
          return { done: true as const, value: 0 };
        },
      }),
    };
    // Both would reach vitest as unhandled, which fails the run.
    await expect(untilAborted(Promise.reject(new Error("late")), signal)).rejects.toBe("enough");
    const pass = (async () => {
      for await (const value of eachUntilAborted(failing, signal)) void value;
    })();
    await expect(pass).rejects.toBe("enough");
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    expect([asked, told]).toEqual([0, 1]);
  });

  test("can be given by a timer while nothing is waited for", async () => {
    const signal = new Signal();
    setTimeout(() => signal.abort("time"), 1);
    const begun = Date.now();
    const endless = function* (): Generator<number> {
      while (Date.now() - begun < 10_000) yield 1;
    };
    const pass = (async () => {
      for await (const value of eachUntilAborted(endless(), signal)) void value;
      return "all of it";
    })();
    await expect(pass).rejects.toBe("time");
  });

  test("is asked for where it is not given, and costs nothing where there is none", async () => {
    const signal = new Signal();
    await breathe(undefined);
    await breathe(signal);
    signal.abort("enough");
    await expect(breathe(signal)).rejects.toBe("enough");
  });

  test("leaves plain iterations as they are", async () => {
    const seen: number[] = [];
    for await (const value of eachUntilAborted([1, 2], undefined)) seen.push(value);
    expect(seen).toEqual([1, 2]);
  });
});

describe("a deadline", () => {
  test("ends what takes memory after it", () => {
    expect(withDeadline(Date.now() + 60_000, () => allocate(3)).length).toBe(3);
    const started = Date.now();
    expect(() => withDeadline(started + 20, () => {
      for (;;) allocate(1);
    })).toThrow(DeadlineError);
    expect(Date.now() - started).toBeLessThan(2000);
    expect(() => withDeadline(Date.now() - 5, () => 1)).toThrow(/by its deadline, got \d+ ms more/);
    expect(() => withDeadline(NaN, () => 1)).toThrow("takes a time in milliseconds, got NaN");
  });

  test("holds within a later one, and no longer than its work", () => {
    const late = (): void => withDeadline(Date.now() - 1, () => undefined);
    expect(() => withDeadline(Date.now() + 60_000, late)).toThrow(DeadlineError);
    expect(() => withDeadline(Date.now() + 20, () => withDeadline(Infinity, () => {
      for (;;) checkDeadline();
    }))).toThrow(DeadlineError);
    expect(() => checkDeadline()).not.toThrow();
  });
});
