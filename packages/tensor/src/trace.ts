/** What is written down while a computation is traced: see `Traced`. */
import type { Kernels } from "./kernels.ts";

/** What a computation did. */
export interface Trace {
  /** In order; one that returns `false` found that something was decided otherwise. */
  readonly acts: (() => unknown)[];
  /** What has to live as long: memory that acts know by its address alone. */
  readonly keeps: object[];
  readonly kernels: Kernels;
  /** Whether something was done that nobody wrote down. */
  refused: boolean;
}

let tracing: Trace | undefined;

/** What is being traced now, if anything is. */
export function current(): Trace | undefined {
  return tracing;
}

/** Runs `body` and writes into `trace`; into none where that is `undefined`. */
export function traceInto<T>(trace: Trace | undefined, body: () => T): T {
  const outer = tracing;
  tracing = trace;
  try {
    return body();
  } finally {
    tracing = outer;
  }
}

/** Does something to numbers in place, which is all that it does, and writes it down. */
export function act(what: () => void): void {
  what();
  tracing?.acts.push(what);
}

/** The answer to a question about numbers: where it comes out otherwise, a trace is no good. */
export function decide(question: () => boolean): boolean {
  const answer = question();
  tracing?.acts.push(() => question() === answer);
  return answer;
}

/** Says that what is done now is not written down. */
export function refuseTrace(): void {
  if (tracing !== undefined) tracing.refused = true;
}

const traceables = new WeakSet<object>();

/** A function that does nothing to numbers but by kernels, `act` and `decide`. */
export function traceable<F extends object>(f: F): F {
  traceables.add(f);
  return f;
}

/** Whether a function is `traceable`. */
export function isTraceable(f: object): boolean {
  return traceables.has(f);
}

/** A function that is called now: one that is not `traceable` is not written down. */
export function called<F extends object>(f: F): F {
  if (!traceables.has(f)) refuseTrace();
  return f;
}
