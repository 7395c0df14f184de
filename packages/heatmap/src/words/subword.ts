/** How tokenisers cut words, and what a token says as text. */

/**
 * How the tokens of a text belong together:
 * - `"wordPiece"`: what begins with `##` goes on with the word before it (BERT);
 * - `"byteLevel"`: bytes as characters, a space before a word as `Ġ` (GPT-2, RoBERTa, Llama 3);
 * - `"sentencePiece"`: a space before a word as `▁`, bytes as `<0xE2>` (T5, Llama 2, Gemma, XLM-R);
 * - `"endOfWord"`: a word ends in `</w>` (CLIP);
 * - `"none"`: every token is a word.
 */
export type Subwords = "wordPiece" | "byteLevel" | "sentencePiece" | "endOfWord" | "none";

/** A token as text. */
export interface Piece {
  readonly text: string;
  /** Whether the token says that a space stands before it. */
  readonly spaced: boolean;
  /** Whether the token says that it goes on with the word before it, or that it does not; else letters decide. */
  readonly joins: boolean | undefined;
}

/** What the tokens themselves look like: the first mark that is found decides. */
export function subwordsOf(tokens: readonly string[]): Subwords {
  if (tokens.some((token) => token.includes("▁"))) return "sentencePiece";
  if (tokens.some((token) => /[ĠĊ]/.test(token))) return "byteLevel";
  if (tokens.some((token) => token.endsWith("</w>"))) return "endOfWord";
  return tokens.some((token) => /^##./.test(token)) ? "wordPiece" : "none";
}

/** The piece that a token is, `before` the token in front of it. */
export function pieceOf(token: string, subwords: Subwords, before: string | undefined): Piece {
  switch (subwords) {
    case "wordPiece": {
      const joins = /^##./.test(token);
      return { text: joins ? token.slice(2) : token, spaced: !joins, joins };
    }
    case "endOfWord": {
      const joins = before !== undefined && !before.endsWith("</w>");
      return { text: token.replace(/<\/w>$/, ""), spaced: !joins, joins };
    }
    case "byteLevel": {
      const spaced = token.startsWith("Ġ");
      return { text: spaced ? token.slice(1) : token, spaced, joins: spaced ? false : undefined };
    }
    case "sentencePiece": {
      const spaced = token.startsWith("▁");
      const text = token.replace(/^▁/, "").replaceAll("▁", " ");
      return { text, spaced, joins: spaced ? false : undefined };
    }
    default:
      return { text: token, spaced: true, joins: false };
  }
}

/** The text of a whole word from that of its pieces: bytes of a character may have been cut apart. */
export function decoded(text: string, subwords: Subwords): string {
  if (subwords === "byteLevel") {
    const bytes = Array.from(text, byteOf);
    return bytes.includes(undefined) ? text : (fromUtf8(bytes as readonly number[]) ?? text);
  }
  if (subwords !== "sentencePiece") return text;
  return text.replace(/(<0x[0-9A-F]{2}>)+/gi, (run) => {
    const bytes = run.match(/[0-9A-F]{2}(?=>)/gi)!.map((byte) => Number.parseInt(byte, 16));
    return fromUtf8(bytes) ?? run;
  });
}

/** Whether bytes at the end of a word lack the rest of their character. */
export function isCut(text: string, subwords: Subwords): boolean {
  if (subwords === "byteLevel") return /[^\u0000-\u007f]/.test(text) && decoded(text, subwords) === text;
  return subwords === "sentencePiece" && /<0x[89A-F][0-9A-F]>$/i.test(decoded(text, subwords));
}

/** The byte that byte-level tokenisers write as this character: those that print are themselves, others follow 255. */
function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0)!;
  if (prints(code)) return code;
  const rank = code - 256;
  return rank >= 0 && rank < HIDDEN.length ? HIDDEN[rank] : undefined;
}

function prints(code: number): boolean {
  return (code >= 33 && code <= 126) || (code >= 161 && code <= 255 && code !== 173);
}

/** The bytes that do not print. */
const HIDDEN: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !prints(byte));

function fromUtf8(bytes: readonly number[]): string | undefined {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return undefined;
  }
}
