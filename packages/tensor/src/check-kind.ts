/** What functions take, for callers whom no compiler warns. */

/** Throws a `TypeError` that says who takes what, unless it fits. */
export function checkKind(who: string, takes: string, got: unknown, fits: unknown): asserts fits {
  if (fits) return;
  const what = Array.isArray(got) ? "a list" : got instanceof Promise ? "a promise: await it first" : "an object";
  const shown = typeof got === "object" && got !== null ? what : String(got).slice(0, 60);
  throw new TypeError(`${who}: takes ${takes}, got ${shown}`);
}

/** Throws a `TypeError` for what is no list, typed or not. */
export function checkList(who: string, list: unknown): void {
  checkKind(who, "a list", list, typeof list === "object" && Object(list).length >= 0);
}

/** The function; throws a `TypeError` for what is none. */
export function callable<Called>(who: string, called: Called): Called {
  checkKind(who, "a function", called, typeof called === "function");
  return called;
}
