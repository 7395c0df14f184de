/** Texts in a file, one a line. */
import { encodeText, tokenOf, type EncodedText, type TextInput } from "../encoded-text.ts";
import { InputError, type Terminal } from "./terminal.ts";
import type { ReadTokenizer } from "../tokenizer-of.ts";
import { readTokenizer } from "./tokenizer.ts";

/** The texts of a file, and what is known of their tokens. */
export interface TextFile {
  readonly texts: readonly EncodedText[];
  /** Undefined where the file holds token ids. */
  readonly tokenizer: ReadTokenizer | undefined;
  /** Ids that are no words: those that mark beginnings, ends and padding. */
  readonly special: readonly number[];
  /** What people find a text by. */
  name(index: number): string;
  /** A token as it is written. */
  token(id: number): string;
}

/** Whether a path is that of a file of texts. */
export function isTexts(path: string): boolean {
  return /\.(txt|jsonl)$/i.test(path);
}

/** Reads a file of texts, or of token ids where no tokeniser is named. */
export async function readTextFile(file: string, tokenizer: string | undefined, terminal: Terminal): Promise<TextFile> {
  const read = tokenizer === undefined ? undefined : await readTokenizer(tokenizer, terminal);
  const texts = textsOf(file, await terminal.readText(file), read !== undefined).map((text, i) => {
    try {
      return encodeText(`line ${i + 1}`, text, read?.tokenizer);
    } catch (error) {
      throw new InputError(`${file}: ${(error as Error).message}`, { cause: error });
    }
  });
  const written = new Map(texts.flatMap(({ ids, tokens }) => ids.map((id, i) => [id, tokens[i]!] as const)));
  return {
    texts,
    tokenizer: read,
    special: [...written].filter(([, token]) => read?.special.has(token) === true).map(([id]) => id),
    name: (index) => `line ${index + 1} of ${file}`,
    token: (id) => written.get(id) ?? tokenOf(id, read?.tokenizer),
  };
}

/** One text a line; token ids where there is no tokeniser. */
function textsOf(file: string, content: string, isText: boolean): readonly TextInput[] {
  const texts = content.split(/\r?\n/).flatMap((line, i): readonly TextInput[] => {
    if (line.trim() === "") return [];
    const value = /\.jsonl$/i.test(file) ? fromJson(`${file}: line ${i + 1}`, line) : line.trim();
    if (typeof value !== "string" || isText) return [value];
    const ids = value.split(/[\s,]+/).filter((part) => part !== "").map(Number);
    if (ids.every((id) => Number.isInteger(id) && id >= 0)) return [ids];
    throw new InputError(`${file}: line ${i + 1}: takes token ids without --tokenizer, got ${JSON.stringify(line)}`);
  });
  if (texts.length === 0) throw new InputError(`${file}: takes texts, one a line, got none`);
  return texts;
}

/** A line of JSON: a text, a list of ids, or an object with `text`, `ids` or `input_ids`. */
function fromJson(where: string, line: string): TextInput {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError(`${where}: takes JSON, got ${(error as Error).message}`, { cause: error });
  }
  const { text, ids, input_ids: others } = (typeof value === "object" && value !== null ? value : {}) as
    Readonly<Record<string, unknown>>;
  const found = typeof value === "string" || Array.isArray(value) ? value : (text ?? ids ?? others);
  if (typeof found === "string" || Array.isArray(found)) return found as TextInput;
  const got = line.slice(0, 60);
  throw new InputError(`${where}: takes a text, a list of ids, or an object with text or ids, got ${got}`);
}
