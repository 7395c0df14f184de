/** Synchronous work that ends in time: nobody can interrupt it from outside, so it looks at the clock. */

/** Thrown by work that did not end by its deadline. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

let deadline = Infinity;

/**
 * Runs `body`, in which what computes ends with a `DeadlineError` after `time` (in milliseconds, as `Date.now()` counts
 * them; no later than around it if there is a deadline already). The clock is looked at whenever memory for a result is
 * taken: between the layers of a model, not within one.
 */
export function withDeadline<T>(time: number, body: () => T): T {
  if (!(time <= Infinity)) throw new RangeError(`withDeadline: takes a time in milliseconds, got ${time}`);
  const outer = deadline;
  deadline = Math.min(outer, time);
  try {
    checkDeadline();
    return body();
  } finally {
    deadline = outer;
  }
}

/** Throws a `DeadlineError` if the work around it should have ended. */
export function checkDeadline(): void {
  if (deadline === Infinity) return;
  const late = Date.now() - deadline;
  if (late > 0) throw new DeadlineError(`takes work that ends by its deadline, got ${late} ms more`);
}
