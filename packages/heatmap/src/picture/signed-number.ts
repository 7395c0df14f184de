/** Numbers as people read them beside bars and words. */

/** What a network was given: whole numbers as they are, others with four digits. */
export function given(value: number): string {
  const isWhole = Number.isInteger(value) && Math.abs(value) < 1e9;
  return String(isWhole ? value : Number(value.toPrecision(4))).replaceAll("-", "−");
}

/** Three digits, with a sign in front of what is not 0: `+0.25`, `−1.5`, `0`. */
export function signed(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = value === 0 ? "0" : String(Number(value.toPrecision(3)));
  return (value > 0 ? `+${text}` : text).replaceAll("-", "−");
}
