/** Texts as token ids, by a tokeniser that the user has. */
import { checkKind } from "@relprop/tensor";

/** What a tokeniser makes of a text. */
export interface Encoding {
  readonly ids: ArrayLike<number>;
  /** The tokens as written in its vocabulary, one an id. */
  readonly tokens?: readonly string[];
  /** 1 for what the model is to see; all of it unless given. */
  readonly attention_mask?: ArrayLike<number>;
  /** Which of two texts a token belongs to; 0 unless given. */
  readonly token_type_ids?: ArrayLike<number>;
}

/** Any tokeniser that says the ids of a text; `Tokenizer` of `@huggingface/tokenizers` is one. */
export interface TextTokenizer {
  encode(text: string): Encoding;
  /** The token of an id. */
  id_to_token?(id: number): string | undefined;
}

/** A text, its token ids, or ids with what else is known of them. */
export type TextInput = string | readonly number[] | Encoding;

/** Token ids that were checked, and a token for each. */
export interface EncodedText {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly mask: readonly number[];
  readonly types: readonly number[];
}

/** The ids of a text and what belongs to them; throws a `TypeError` or `RangeError` for what is none. */
export function encodeText(who: string, text: TextInput, tokenizer: TextTokenizer | undefined): EncodedText {
  if (typeof text === "string" && typeof tokenizer?.encode !== "function") {
    const got = tokenizer === undefined ? "none" : "an object without one";
    throw new TypeError(`${who}: takes a tokenizer with encode(text) for a text, got ${got}: give one, or token ids`);
  }
  const encoding = typeof text === "string" ? tokenizer!.encode(text) : isEncoding(text) ? text : { ids: text };
  const { tokens } = encoding;
  const given = encoding.ids;
  const isList = typeof given === "object" && given !== null && typeof given.length === "number";
  checkKind(who, "a list of token ids", given, isList);
  const ids = onlyNumbers(`${who}: ids`, Array.from(given, (id) => id ?? NaN));
  const broken = ids.findIndex((id) => !Number.isSafeInteger(id) || id < 0);
  if (broken >= 0) {
    const token = tokens?.[broken] === undefined ? "" : `, for ${JSON.stringify(tokens[broken])}`;
    throw new RangeError(`${who}: takes whole token ids from 0, got ${ids[broken]} at ${broken}${token}`);
  }
  if (ids.length === 0) throw new RangeError(`${who}: takes at least one token, got none`);
  const column = (name: string, values: ArrayLike<number> | undefined, otherwise: number): readonly number[] => {
    if (values !== undefined && values.length !== ids.length) {
      throw new RangeError(`${who}: takes ${name} for each of ${ids.length} ids, got ${values.length}`);
    }
    return values === undefined ? ids.map(() => otherwise) : onlyNumbers(`${who}: ${name}`, values, Number.isInteger);
  };
  if (tokens !== undefined && tokens.length !== ids.length) {
    throw new RangeError(`${who}: takes a token for each of ${ids.length} ids, got ${tokens.length}`);
  }
  return {
    ids,
    tokens: tokens ?? ids.map((id) => tokenOf(id, tokenizer)),
    mask: column("attention_mask", encoding.attention_mask, 1),
    types: column("token_type_ids", encoding.token_type_ids, 0),
  };
}

/** Numbers as they are, nothing made into one: a list, a text or nothing in their place is a mistake. */
function onlyNumbers(who: string, values: ArrayLike<unknown>, fits = (_: unknown): boolean => true): readonly number[] {
  return Array.from(values, (value) => {
    checkKind(who, "numbers", value, typeof value === "bigint" || (typeof value === "number" && fits(value)));
    return Number(value);
  });
}

/** The token of an id where the tokeniser says it, else the id. */
export function tokenOf(id: number, tokenizer: TextTokenizer | undefined): string {
  return tokenizer?.id_to_token?.(id) ?? `#${id}`;
}

function isEncoding(text: readonly number[] | Encoding): text is Encoding {
  return typeof text === "object" && text !== null && "ids" in text;
}
