/** Tokenisers, by a library that the user has. */
import type { Subwords } from "@relprop/heatmap";
import type { TextTokenizer } from "../encoded-text.ts";
import { InputError, type Terminal } from "./terminal.ts";

const LIBRARY = "@huggingface/tokenizers";

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

/** Reads a `tokenizer.json`, and the `tokenizer_config.json` beside it; throws an `InputError` where that cannot be. */
export async function readTokenizer(path: string, terminal: Terminal): Promise<ReadTokenizer> {
  const loaded = (await terminal.load(LIBRARY)) as (Library & { readonly default?: Library }) | undefined;
  const Tokenizer = loaded?.Tokenizer ?? loaded?.default?.Tokenizer;
  if (Tokenizer === undefined) {
    throw new InputError(
      `${path}: takes a library to read tokenisers, got none: run \`npm install ${LIBRARY}\` in this folder, ` +
        "or give token ids by --ids",
    );
  }
  const file = parsed(path, await terminal.readText(path)) as TokenizerFile;
  const [beside] = [terminal.readBeside(path, "tokenizer_config.json")].flat();
  const config = beside === undefined ? {} : parsed("tokenizer_config.json", new TextDecoder().decode(beside));
  try {
    const special = (file.added_tokens ?? []).flatMap(({ content, special: is }) =>
      is === true && typeof content === "string" && content !== file.model?.unk_token ? [content] : []);
    return {
      tokenizer: withUnknown(new Tokenizer(file, config), unknownOf(file)),
      subwords: subwordsOfFile(file),
      special: new Set(special),
      hidden: hiddenOf(file),
    };
  } catch (error) {
    throw new InputError(`${path}: ${LIBRARY} cannot use it: ${(error as Error).message}`, { cause: error });
  }
}

function parsed(path: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: takes JSON, got ${(error as Error).message}`, { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`${path}: takes an object of JSON, got ${Array.isArray(value) ? "a list" : typeof value}`);
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
