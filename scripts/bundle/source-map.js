/** Source maps, line by line (the format is that of revision 3). */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Per line of a compiled module with one source: the line and column its first position comes from. */
export function origins({ mappings }) {
  let [line, column] = [0, 0];
  return mappings.split(";").map((segments) => {
    let first;
    for (const [, , lines = 0, columns = 0] of segments.split(",").map(numbers)) {
      line += lines;
      column += columns;
      first ??= { line, column };
    }
    return segments === "" ? undefined : first;
  });
}

/** Mappings of lines that each come from one place, or from nowhere. */
export function mappings(places) {
  const last = { source: 0, line: 0, column: 0 };
  return places.map((place) => {
    if (place === undefined) return "";
    const steps = [0, ...Object.keys(last).map((key) => place[key] - last[key])];
    Object.assign(last, place);
    return steps.map(digits).join("");
  }).join(";");
}

function numbers(segment) {
  const found = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return found;
}

function digits(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = "";
  do {
    const more = rest > 31;
    text += DIGITS[(rest & 31) | (more ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}
