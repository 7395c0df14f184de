/** A bitmap font of our own: five columns, seven rows above the baseline and two below. */

/** The columns of a glyph. */
export const GLYPH_WIDTH = 5;

/** The rows of a glyph, descenders included. */
export const GLYPH_HEIGHT = 9;

/**
 * Characters and, for each, its nine rows from the top, a base-32 digit per row: 16 is the leftmost pixel, 1 the
 * rightmost. So `v` is a full row and `4` a dot in the middle.
 */
const glyphs: readonly (readonly [characters: string, rows: string])[] = [
  ["!\"#$%&'(", "444440400 aaa000000 aavavaa00 4fke5u400 pp248jj00 cik8lid00 444000000 248888420"],
  [")*+,-./0", "842222480 04lel4000 044v44000 00000c480 000e00000 00000cc00 11248gg00 ehjlphe00"],
  ["12345678", "4c4444e00 eh1248v00 v2421he00 26aiv2200 vgu11he00 68guhhe00 v12488800 ehhehhe00"],
  ["9:;<=>?@", "ehhf12c00 00cc0cc00 00cc0c480 248g84200 00v0v0000 842124800 eh1240400 ehnlnge00"],
  ["ABCDEFGH", "ehhvhhh00 uhhuhhu00 ehggghe00 uhhhhhu00 vgguggv00 vgguggg00 ehgnhhe00 hhhvhhh00"],
  ["IJKLMNOP", "e44444e00 72222ic00 hikokih00 ggggggv00 hrllhhh00 hpljhhh00 ehhhhhe00 uhhuggg00"],
  ["QRSTUVWX", "ehhhlid00 uhhukih00 fgge11u00 v44444400 hhhhhhe00 hhhhha400 hhhllrh00 hha4ahh00"],
  ["YZ[\\]^_`", "hha444400 v1248gv00 e888888e0 gg8421100 e222222e0 4ah000000 0000000v0 840000000"],
  ["abcdefgh", "00e1fhf00 gguhhhu00 00eggge00 11fhhhf00 00ehvge00 688s88800 00fhhhf1e gguhhhh00"],
  ["ijklmnop", "40c444e00 2062222ic ggikoki00 c44444e00 00qllll00 00uhhhh00 00ehhhe00 00uhhhugg"],
  ["qrstuvwx", "00fhhhf11 00moggg00 00fge1u00 88s888600 00hhhhf00 00hhha400 00hllla00 00ha4ah00"],
  ["yz{|}~αβ", "00hhhhf1e 00v248v00 244844420 444444444 844244480 008l20000 00diiid00 ciimhhmgg"],
  ["γε·×±→−–", "00hhaa444 00fgegf00 000400000 00ha4ah00 44v440v00 042v24000 000v00000 000e00000"],
  ["—’≤≥Δ…²⁺", "000v00000 224000000 16o610v00 gc3cg0v00 44aahhv00 000000l00 c24e00000 04e400000"],
  ["�", "vhhhhhv00"],
];

let rows: ReadonlyMap<string, readonly number[]> | undefined;

/** The rows of a character as numbers of five bits; a box for what the font does not have. */
export function glyph(character: string): readonly number[] {
  rows ??= new Map(glyphs.flatMap(([characters, digits]) => {
    const drawn = digits.split(" ");
    return Array.from(characters, (each, i) => [each, Array.from(drawn[i]!, (digit) => Number.parseInt(digit, 32))]);
  }));
  if (character === " " || character === "\u00a0") return [];
  return rows.get(character) ?? rows.get("\ufffd")!;
}
