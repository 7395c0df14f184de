/** Tokenisers, as a `tokenizer.json` describes them and a library that the user has reads them. */
import type { Subwords, WordMapOptions } from "@relprop/heatmap";
import type { TextTokenizer } from "./encoded-text.ts";

/** The library that reads these files. */
export const TOKENIZERS = "@huggingface/tokenizers";

/** What is used of the library. */
interface Library {
  readonly Tokenizer?: new (tokenizer: object, config: object) => TextTokenizer;
}

/** What is used of a `tokenizer.json` besides. */
interface TokenizerFile {
  readonly added_tokens?: readonly {
    readonly id?: unknown; readonly content?: unknown; readonly special?: unknown;
  }[];
  readonly model?: {
    readonly type?: unknown; readonly unk_token?: unknown; readonly end_of_word_suffix?: unknown;
    readonly vocab?: unknown;
  } | null;
  readonly decoder?: unknown;
}

/** A tokeniser, and what its file says about its tokens. */
export interface ReadTokenizer {
  readonly tokenizer: TextTokenizer;
  readonly subwords: Subwords | undefined;
  /** Tokens that are no part of a text. */
  readonly special: ReadonlySet<string>;
  /** The id of what stands for a word that is not told: that of the mask, or of an unknown word. */
  readonly hidden: number | undefined;
}

/** The tokeniser of a file, by the loaded library; `undefined` where that is none. Throws what the library does. */
export function tokenizerOf(library: unknown, tokenizer: object, config: object): ReadTokenizer | undefined {
  const loaded = library as (Library & { readonly default?: Library }) | undefined;
  const Tokenizer = loaded?.Tokenizer ?? loaded?.default?.Tokenizer;
  if (Tokenizer === undefined) return undefined;
  const file = tokenizer as TokenizerFile;
  const special = (file.added_tokens ?? []).flatMap(({ content, special: is }) =>
    is === true && typeof content === "string" && content !== file.model?.unk_token ? [content] : []);
  return {
    tokenizer: withUnknown(new Tokenizer(file, config), unknownOf(file)),
    subwords: subwordsOfFile(file),
    special: new Set(special),
    hidden: hiddenOf(file),
  };
}

/** How the words of a text are joined and which are special, where a tokeniser says so. */
export function wordsBy(read: ReadTokenizer | undefined, tokens: readonly string[]): WordMapOptions {
  if (read === undefined) return { subwords: "none" };
  return {
    ...(read.subwords !== undefined && { subwords: read.subwords }),
    special: tokens.map((token) => read.special.has(token)),
  };
}

function hiddenOf(file: TokenizerFile): number | undefined {
  const found = file.added_tokens?.find(({ content }) => /^[[<]mask[\]>]$/i.test(String(content)))?.id;
  return typeof found === "number" ? found : unknownOf(file);
}

/** The id of what stands for words that the vocabulary does not have. */
function unknownOf({ added_tokens: added = [], model }: TokenizerFile): number | undefined {
  const unknown = model?.unk_token;
  const found = added.find(({ content }) => content === unknown)?.id ??
    (model?.vocab as Readonly<Record<string, unknown>> | undefined)?.[String(unknown)];
  return typeof found === "number" ? found : undefined;
}

/** The library has no id for words that are not in a vocabulary of whole words: theirs is that of an unknown word. */
function withUnknown(tokenizer: TextTokenizer, unknown: number | undefined): TextTokenizer {
  if (unknown === undefined) return tokenizer;
  return {
    encode(text) {
      const encoding = tokenizer.encode(text);
      const ids: ArrayLike<number | undefined> = encoding.ids;
      return { ...encoding, ids: Array.from(ids, (id) => id ?? unknown) };
    },
    id_to_token: (id) => tokenizer.id_to_token?.(id),
  };
}

/** How the tokeniser cuts words, by how it puts them together again. */
function subwordsOfFile({ model, decoder }: TokenizerFile): Subwords | undefined {
  const said = JSON.stringify(decoder ?? null);
  if (model?.type === "WordPiece" || said.includes('"WordPiece"')) return "wordPiece";
  if (said.includes('"ByteLevel"')) return "byteLevel";
  if (said.includes("▁") || said.includes('"Metaspace"')) return "sentencePiece";
  return model?.end_of_word_suffix === "</w>" ? "endOfWord" : undefined;
}
