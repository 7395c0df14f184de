/** Lists of whole numbers, as shapes, axes and places are given. */

/** Throws a `TypeError` for what should be a list of numbers and is none. */
export function checkList(who: string, given: unknown): void {
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return;
  const got = typeof given === "object" && given !== null ? "an object" : String(given);
  throw new TypeError(`${who}: takes a list of whole numbers, got ${got}`);
}
