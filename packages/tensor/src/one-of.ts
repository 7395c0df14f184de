/** Words that an option takes, for callers whom no compiler warns. */

/** `value`; throws a `RangeError` where it is none of the words. `what` is the option's name. */
export function oneOf<Word extends string>(
  who: string, what: string, value: Word, words: readonly NoInfer<Word>[],
): Word {
  if (words.includes(value)) return value;
  throw new RangeError(`${who}: takes "${words.join('" or "')}" as ${what}, got "${value}"`);
}
