/** What a call is, and what becomes of it when one of its arguments is wrong. */

/** A function or class by name, and arguments that it takes. */
export type Calls = Readonly<Record<string, readonly [does: unknown, ...args: readonly unknown[]]>>;

/** What callers without types pass where something else belongs. */
export const WRONG: readonly unknown[] = [
  undefined, null, "x", {}, [], -1, 1.5, Number.NaN, [null], () => 1, true, { a: 1 }, [1, "a"], "", 2 ** 40,
];

/** The engine's words for what it found, which say neither who was called nor what is taken. */
export const ENGINE = new RegExp([
  "Cannot ", "is not a function", "not iterable", "is not a constructor", "undefined is not",
  "Invalid (typed )?array", "Invalid count", "Reduce of empty", "Right-hand side", "out of bounds",
  "\\bof (undefined|null)\\b", "Maximum call stack", "BigInt", "must be a", "must be of", "invalid array length",
  "must have a", "Class constructor", "Object prototype", "argument must", "Method .* called",
].join("|"));

/** By name, a complaint for each wrong argument, or wrong option, that ends in the engine's words. */
export async function complaints(calls: Calls): Promise<ReadonlyMap<string, readonly string[]>> {
  const complaining = new Map<string, readonly string[]>();
  for (const [name, [does, ...args]] of Object.entries(calls)) {
    const found: string[] = [];
    const right = await ending(does, args);
    if (right !== undefined) found.push(`does not take its own arguments: ${right}`);
    for (const [what, wrong] of variants(args)) {
      const said = await ending(does, wrong);
      if (said !== undefined && ENGINE.test(said)) found.push(`${what}: ${said.slice(0, 150)}`);
    }
    if (found.length > 0) complaining.set(name, found);
  }
  return complaining;
}

/** The arguments with one of them wrong, or one option of one of them. */
function* variants(args: readonly unknown[]): Generator<readonly [what: string, args: readonly unknown[]]> {
  for (const [i, arg] of args.entries()) {
    for (const wrong of WRONG) {
      yield [`argument ${i} = ${shown(wrong)}`, args.with(i, wrong)];
      if (!isPlain(arg)) continue;
      for (const option of Object.keys(arg)) {
        yield [`${option} = ${shown(wrong)}`, args.with(i, { ...arg, [option]: wrong })];
      }
    }
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function shown(value: unknown): string {
  return typeof value === "function" ? "a function" : (JSON.stringify(value) ?? "undefined");
}

/** What a call says where it throws. */
async function ending(does: unknown, args: readonly unknown[]): Promise<string | undefined> {
  try {
    const isClass = /^class\b/.test(Function.prototype.toString.call(does));
    const call = does as (...all: readonly unknown[]) => unknown;
    const value: unknown = await (isClass ? Reflect.construct(call, args) : call(...args));
    if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
      for await (const each of value as AsyncIterable<unknown>) void each;
    } else if (typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value) {
      for (const each of value as Iterable<unknown>) void each;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `threw ${String(error)}`;
  }
}
