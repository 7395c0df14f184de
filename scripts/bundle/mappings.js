/** The `mappings` of source maps (ECMA-426): lists of numbers in base 64, each the difference to the one before. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Lines of segments: column, and mostly source, line, column and name there. */
export function segmentsOf(mappings) {
  const before = [0, 0, 0, 0, 0];
  return mappings.split(";").map((line) => {
    before[0] = 0;
    return line.split(",").filter((text) => text !== "").map((text) =>
      numbersOf(text).map((difference, i) => (before[i] += difference)));
  });
}

/** What `segmentsOf` reads. */
export function mappingsOf(lines) {
  const before = [0, 0, 0, 0, 0];
  return lines.map((segments) => {
    before[0] = 0;
    return segments.map((segment) => segment.map((value, i) => {
      const text = textOf(value - before[i]);
      before[i] = value;
      return text;
    }).join("")).join(",");
  }).join(";");
}

function numbersOf(text) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function textOf(number) {
  let [text, rest] = ["", number < 0 ? (-number << 1) + 1 : number << 1];
  do {
    text += DIGITS[(rest & 31) + (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}
