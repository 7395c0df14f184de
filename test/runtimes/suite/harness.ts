/** A harness small enough to run wherever JavaScript does: checks by name, and what came of them. */

/** What a check may use: comparisons that throw, and a place for the bits that must be the same everywhere. */
export interface Trial {
  /** Compares by value: numbers, texts, arrays of them. */
  equal(actual: unknown, expected: unknown): void;
  /** Holds where `|actual - expected| <= tolerance · max(1, |expected|)`. */
  close(actual: number, expected: number, tolerance: number): void;
  /** Holds where `body` throws an error with this text in its message. */
  throws(body: () => unknown, says: string): void;
  /** Reports a digest; it must be the one another runtime reported under this name, where one did. */
  bits(name: string, digest: string): void;
}

/** A named check: a sentence that is true. */
export type Check = readonly [name: string, body: (trial: Trial) => void | Promise<void>];

/** What a run of checks came to. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  readonly digests: Readonly<Record<string, string>>;
}

/** Runs checks one after another; `known` are digests of another runtime. */
export async function perform(
  checks: Iterable<Check>, known: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const failures: { name: string; message: string }[] = [];
  const digests: Record<string, string> = {};
  let passed = 0;
  for (const [name, body] of checks) {
    try {
      await body(trial(digests, known));
      passed++;
    } catch (error) {
      failures.push({ name, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
    }
  }
  return { passed, failures, digests };
}

function trial(digests: Record<string, string>, known: Readonly<Record<string, string>>): Trial {
  const equal = (actual: unknown, expected: unknown): void => {
    const [got, wanted] = [written(actual), written(expected)];
    if (got !== wanted) throw new RangeError(`takes ${wanted}, got ${got}`);
  };
  return {
    equal,
    close(actual, expected, tolerance) {
      // Not `>`: NaN is close to nothing.
      if (!(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
        throw new RangeError(`takes ${expected} within ${tolerance}, got ${actual}`);
      }
    },
    throws(body, says) {
      let message = "nothing";
      try {
        body();
      } catch (error) {
        message = String(error);
      }
      if (!message.includes(says)) throw new RangeError(`takes an error that says "${says}", got ${message}`);
    },
    bits(name, digest) {
      digests[name] = digest;
      if (name in known) equal(`${name} ${digest}`, `${name} ${known[name]}`);
    },
  };
}

function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (ArrayBuffer.isView(part) ? listed(part) : part)) ?? String(value);
}

function listed(view: ArrayBufferView): number[] {
  return Array.from(view as unknown as ArrayLike<number>);
}
