/** Words of a model of texts, by the files of its tokenizer that were dropped with it. */
import { tokenizerOf, TOKENIZERS, type ReadTokenizer } from "../tokenizer-of.ts";
import { decodeText } from "./host.ts";
import type { NamedFile } from "./named-file.ts";

/** What is known of tokens. */
export interface Vocabulary {
  /** Whether there is a tokenizer's file. */
  readonly hasWords: boolean;
  /** The token of an id, by the file alone. */
  token(id: number): string | undefined;
  /** The tokenizer, which takes a library; throws a `RangeError` that says what is missing. */
  read(loadLibrary: () => Promise<unknown>): Promise<ReadTokenizer>;
}

/** What is read of a `tokenizer.json`. */
interface TokenizerFile {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly model?: { readonly vocab?: unknown };
}

/** Whether a file of this name belongs to a tokenizer. */
export function isOfTokenizer(name: string): boolean {
  return /tokenizer[^/\\]*\.json$/i.test(name);
}

/** The vocabulary in these files: a `tokenizer.json`, and a `tokenizer_config.json` if there is one. */
export function vocabularyOf(files: readonly NamedFile[]): Vocabulary {
  const parsed = (pattern: RegExp): object | undefined => {
    const file = files.find(({ name }) => pattern.test(name));
    const value: unknown = file === undefined ? undefined : json(file);
    return typeof value === "object" && value !== null ? value : undefined;
  };
  const file = parsed(/tokenizer(?!_config)[^/\\]*\.json$/i);
  const tokens = tokensOf(file as TokenizerFile | undefined);
  return {
    hasWords: file !== undefined,
    token: (id) => tokens.get(id),
    async read(loadLibrary) {
      if (file === undefined) {
        throw new RangeError("words take the tokenizer.json of the model, got none: drop it beside the model");
      }
      const read = tokenizerOf(await loadLibrary(), file, parsed(/tokenizer_config\.json$/i) ?? {});
      if (read !== undefined) return read;
      throw new RangeError(`words take a library to read tokenisers, got none: run \`npm install ${TOKENIZERS}\` ` +
        "where `relprop view` is started, or give token ids");
    },
  };
}

function json({ name, bytes }: NamedFile): unknown {
  try {
    return JSON.parse(decodeText(bytes));
  } catch (error) {
    throw new RangeError(`studio: takes JSON as ${name}, got ${(error as Error).message}`, { cause: error });
  }
}

function tokensOf(file: TokenizerFile | undefined): ReadonlyMap<number, string> {
  const { vocab } = file?.model ?? {};
  if (typeof vocab !== "object" || vocab === null) return new Map();
  // Pieces with their scores stand in the order of their ids.
  const tokens = Array.isArray(vocab)
    ? new Map(vocab.map((piece: unknown, id) => [id, String((piece as readonly unknown[])[0])]))
    : new Map(Object.entries(vocab).map(([token, id]) => [Number(id), token]));
  for (const { id, content } of file?.added_tokens ?? []) tokens.set(id, content);
  return tokens;
}
