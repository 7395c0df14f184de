/**
 * A font of our own, drawn with a pen of any width: every character is a few strokes. Coordinates are pairs of digits
 * of base 36, across and down, in fourteenths of the height of capitals: 0 is their top, `e` the line they stand on,
 * `4` the top of small letters, `i` the end of what hangs below.
 *
 * A stroke is straight from point to point. After `~` its inner points are pulled at, not met (a quadratic B-spline);
 * `@` does so all around, so that the four corners of a box make a round; a single point is a dot.
 */
const CHARACTERS: readonly string[] = [
  "A 0e50ae 2989", "B 0e0040 ~40808747 4707 ~47979e4e 4e0e", "C ~9380000e8e9b", "D 0e0040 ~40a0ae4e 4e0e",
  "E 90000e9e 0777", "F 90000e 0777", "G ~9380000e9e98 5898", "H 000e 909e 0797", "I 000e", "J 6069 ~696e0e0b",
  "K 000e 9008 359e", "L 000e8e", "M 0e005ab0be", "N 0e009e90", "O @00a0ae0e", "P 0e0040 ~40909848 4808",
  "Q @00a0ae0e 6aaf", "R 0e0040 ~40808747 4707 479e", "S ~82700007979e1e0b", "T 00a0 505e", "U 0009 ~090e9e99 9990",
  "V 005ea0", "W 003e72bee0", "X 009e 900e", "Y 0057a0 575e", "Z 00900e9e",
  "a @04848e0e 848e", "b 000e @04848e0e", "c ~8674040e7e8c", "d 808e @04848e0e", "e 0989 ~8984040e7e8c",
  "f ~602024 242e 0454", "g @04848e0e 848e ~8e8i2i0h", "h 000e ~08048489 898e", "i 040e 01", "j 343e ~3e3i0i 31",
  "k 000e 740a 378e", "l 000e", "m 040e ~08046469 696e ~6864c4c9 c9ce", "n 040e ~08048489 898e", "o @04848e0e",
  "p 040i @04848e0e", "q 848i @04848e0e", "r 040e ~090454", "s ~76640409797e1e0c", "t 202a ~2a2e6e 0454",
  "u 0409 ~090e8e89 848e", "v 044e84", "w 043e659ec4", "x 048e 840e", "y 044e 842i", "z 04840e8e",
  "0 @00808e0e", "1 14505e", "2 ~030080870e 0e8e", "3 ~0210808737 ~37878e0e0b", "4 6e600a8a", "5 801006 ~0645858e0e0b",
  "6 @06868e0e ~7140000a", "7 00803e", "8 @10707717 @07878e0e", "9 @00808808 ~848e4e1d",
  ". 1d1e", ", 2d1g", ": 1415 1d1e", "; 2425 2d1g", "! 000a 0e", "? ~0300707648 484a 4e", "' 0004", '" 0004 3034',
  "( ~30040c3g", ") ~00343c0g", "[ 30000g3g", "] 00303g0g", "{ 402026082a2g4g", "} 002026482a2g0g", "/ 0g60",
  "\\ 006g", "| 000g", "_ 0g8g", "- 0949", "– 0989", "— 09c9", "− 0989", "+ 0989 454d", "= 0787 0b8b", "< 85098d",
  "> 05890d", "± 0686 424a 0e8e", "× 067d 760d", "÷ 0989 45 4d", "% @00404606 @78b8be7e 1ea0",
  "& ~9e24206064080e6e98", "@ @00d0dg0g @55a5ab5b", "# 302e 706e 0595 0999", "$ ~82700007979e1e0b 404e",
  "* 3036 0155 5105", "^ 044084", "~ ~0a06464c8c88", "` 0022", "° @00303303", "· 09", "• 09", "… 1d1e 5d5e 9d9e",
  "€ ~b3a0202eaebb 0676 0979", "→ 0999 66996c", "← 0999 36093c", "“ 1003 4033", "” 1003 4033", "„ 1d0g 4d3g",
  "’ 1003", "‘ 0013", "α @04747e0e 94747e9e", "β 0i03 ~0300707727 ~27878e1e0c", "γ 044e84 4e4i",
  "δ @06868e0e ~60201226", "ε ~7664040949 ~49090e6e7c", "μ 040i 0409 ~090e8e89 848e", "σ @04747e0e 4494",
  "Σ 9000670e9e", "Δ 0e50ae0e", "≤ 74097c 0f7f", "≥ 04790c 0f7f", "² ~0100404306 0646", "³ ~0000404323 ~2343460605",
  "ß 0e03 ~0300606636 ~36868e3e", "æ @04747e0e 79e9 ~e9e4747eeeec", "ø @04848e0e 0f83", "Ø @00a0ae0e 0ea0",
  "↵ 8489 8919 46194c", "␣ 0b0e8e8b", "⁺ 0444 2026",
];

/** What is not in the font: an empty box. */
const OTHER = "00808e0e00";

/** Marks above a letter, or below it, by their combining character; across from the middle of the letter. */
const MARKS: ReadonlyMap<string, readonly string[]> = new Map([
  ["\u0300", ["0023"]], ["\u0301", ["2003"]], ["\u0302", ["022042"]], ["\u0303", ["~02001332"]], ["\u0304", ["0141"]],
  ["\u0308", ["01", "41"]], ["\u030a", ["@00303303"]], ["\u030c", ["002240"]], ["\u0327", ["~10112213"]],
]);

/** A point in fourteenths of the height of capitals, from the top of capitals down. */
export type StrokePoint = readonly [x: number, y: number];

/** A character as lines to draw, and how far the next one is. */
export interface StrokeGlyph {
  readonly advance: number;
  readonly lines: readonly (readonly StrokePoint[])[];
}

let glyphs: Map<string, StrokeGlyph> | undefined;

/** The strokes of a character; letters with marks are put together, a box stands for what there is not. */
export function strokeGlyph(character: string): StrokeGlyph {
  glyphs ??= new Map(CHARACTERS.map((line) => {
    const [name, ...strokes] = line.split(" ");
    return [name!, made(strokes)];
  }));
  const known = glyphs.get(character);
  if (known !== undefined) return known;
  if (/^\s$/.test(character)) return { advance: 6, lines: [] };
  const [letter = "", ...marks] = Array.from(character.normalize("NFD"));
  const base = marks.length === 0 ? undefined : glyphs.get(letter);
  if (base === undefined) return made([OTHER]);
  const lines = [...base.lines];
  for (const mark of marks) {
    const drawn = (MARKS.get(mark) ?? []).map(curved);
    const span = drawn.flat().reduce((most, [x]) => Math.max(most, x), 0);
    const [right, down] = [(base.advance - 3 - span) / 2, mark === "\u0327" ? 14 : /\p{Lu}/u.test(letter) ? -5 : -1];
    for (const line of drawn) lines.push(line.map(([x, y]) => [x + right, y + down] as const));
  }
  return { advance: base.advance, lines };
}

function made(strokes: readonly string[]): StrokeGlyph {
  const lines = strokes.map(curved);
  return { advance: lines.flat().reduce((most, [x]) => Math.max(most, x), 0) + 3, lines };
}

/** The points of a stroke, those of its curves included. */
function curved(stroke: string): readonly StrokePoint[] {
  const kind = /^[~@]/.exec(stroke)?.[0];
  const digits = kind === undefined ? stroke : stroke.slice(1);
  const points = Array.from({ length: digits.length / 2 }, (_, i): StrokePoint =>
    [Number.parseInt(digits[2 * i]!, 36), Number.parseInt(digits[2 * i + 1]!, 36)]);
  if (kind === undefined) return points;
  const middle = ([ax, ay]: StrokePoint, [bx, by]: StrokePoint): StrokePoint => [(ax + bx) / 2, (ay + by) / 2];
  const count = points.length;
  const closed = kind === "@";
  const arcs: (readonly [from: StrokePoint, pull: StrokePoint, to: StrokePoint])[] = [];
  for (let i = closed ? 0 : 1; i < (closed ? count : count - 1); i++) {
    const [before, pull, after] = [points[(i + count - 1) % count]!, points[i]!, points[(i + 1) % count]!];
    const from = !closed && i === 1 ? before : middle(before, pull);
    arcs.push([from, pull, !closed && i === count - 2 ? after : middle(pull, after)]);
  }
  return arcs.flatMap(([[ax, ay], [px, py], [bx, by]], i) => {
    const steps = 8;
    return Array.from({ length: i === arcs.length - 1 ? steps + 1 : steps }, (_, k): StrokePoint => {
      const [t, s] = [k / steps, 1 - k / steps];
      return [s * s * ax + 2 * s * t * px + t * t * bx, s * s * ay + 2 * s * t * py + t * t * by];
    });
  });
}
