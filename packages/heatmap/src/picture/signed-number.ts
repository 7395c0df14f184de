/** Numbers as people read them beside bars and words. */

/** Three digits, with a sign in front of what is not 0: `+0.25`, `−1.5`, `0`. */
export function signed(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = value === 0 ? "0" : String(Number(value.toPrecision(3)));
  return value > 0 ? `+${text}` : text.replace("-", "−");
}
