/** What was dropped, drawn or typed, as the input of a model. */
import type { Image, WordMapOptions } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import type { Layout, Value } from "@relprop/tensor";
import { encodeText } from "../encoded-text.ts";
import { boxOf, fitNamed, type FitOptions } from "../fit-picture.ts";
import { pictureLayout } from "../picture-layout.ts";
import { isNpy, readSample, type Input } from "../sample.ts";
import { textInputs, type TextInputs } from "../text-inputs.ts";
import { decodeText } from "./host.ts";
import { wordsBy, type ReadTokenizer } from "../tokenizer-of.ts";
import type { NamedFile } from "./named-file.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** An input that was read. */
export interface StudioInput {
  readonly name: string;
  readonly value: Value;
  readonly image: Image | undefined;
  readonly layout: Layout | undefined;
  readonly features: readonly string[] | undefined;
  /** Token ids among the inputs of a model, where it is a text; `values` are all of them. */
  readonly text?: StudioText | undefined;
  /** The least and largest value that a picture can have, where it is one. */
  readonly box: readonly [low: readonly number[], high: readonly number[]] | undefined;
}

/** A text as token ids, and what a model is given with it. */
export interface StudioText extends TextInputs {
  readonly tokens: readonly string[];
  /** How tokens are joined to words, where a tokenizer says so. */
  readonly words: WordMapOptions;
}

/** What may be given: a file, or numbers that were typed. */
export type Given = NamedFile | { readonly name: string; readonly text: string };

/** Pictures for models of any size are made to fit this. */
const FREE = 224;

/** What a model's words are read by: the files beside it, and a library that may be there. */
export interface Reading {
  readonly vocabulary: Vocabulary;
  loadLibrary(): Promise<unknown>;
}

/** Reads an input for a model; `fit` is a way to make pictures fit by its name, or `asIs`. */
export async function readInput(model: Model, given: Given, fit: string, reading: Reading): Promise<StudioInput> {
  const typed = "text" in given ? given.text : isTable(given) ? decodeText(given.bytes) : undefined;
  const isOfText = model.inputs.some(({ type, shape }) => type !== undefined && shape?.length !== 4);
  if (typed !== undefined && isOfText) return textOf(model, given.name, typed, reading);
  if (model.inputs.length > 1) {
    const names = model.inputs.map(({ name }) => name).join(", ");
    throw new RangeError(`studio: takes models of one input, or of texts, got one of ${names}; ` +
      "relprop explain MODEL --input NAME=FILE takes several");
  }
  const table = typed === undefined ? undefined : tableOf(typed);
  if (table !== undefined && "word" in table) {
    throw new RangeError(`studio: takes numbers, got "${table.word.slice(0, 40)}"`);
  }
  const input: Input = table?.numbers ?? (given as NamedFile).bytes;
  const options = table === undefined && !isNpy((given as NamedFile).bytes) ? fitOf(model, fit) : {};
  const sample = await readSample("studio", model, input, options, { orient: true });
  const bounds = sample.image === undefined ? undefined : boxOf(options);
  return { ...sample, name: given.name, features: table?.features, box: bounds };
}

/** A text or its token ids, and what models of texts are given besides. */
async function textOf(
  model: Model, name: string, typed: string, { vocabulary, loadLibrary }: Reading,
): Promise<StudioInput> {
  const table = tableOf(typed);
  const read = "word" in table ? await readFor(table.word, vocabulary, loadLibrary) : undefined;
  const text = "word" in table
    ? encodeText("studio", typed.trim(), read!.tokenizer)
    : encodeText("studio", table.numbers, { encode: () => ({ ids: [] }), id_to_token: (id) => vocabulary.token(id) });
  const inputs = textInputs("studio", model, text);
  const [value] = inputs.values as readonly [Value];
  const tokens = Array.from({ length: inputs.length }, (_, i) => text.tokens[i] ?? "[PAD]");
  const words = read === undefined ? {} : wordsBy(read, tokens);
  return {
    name, value, image: undefined, layout: undefined, features: tokens, box: undefined,
    text: { ...inputs, tokens, words },
  };
}

async function readFor(
  word: string, vocabulary: Vocabulary, loadLibrary: () => Promise<unknown>,
): Promise<ReadTokenizer> {
  try {
    return await vocabulary.read(loadLibrary);
  } catch (error) {
    throw new RangeError(`studio: takes token ids, got "${word.slice(0, 40)}"; ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function fitOf(model: Model, name: string): FitOptions {
  if (name === "asIs") return {};
  const fit = fitNamed(name);
  if (fit.fit !== "model") return fit;
  const { height = FREE, width = FREE } = pictureLayout(model);
  return { fit: [height, width] };
}

function isTable({ name }: NamedFile): boolean {
  return /\.(csv|tsv|txt|json)$/i.test(name);
}

interface Table {
  readonly numbers: readonly number[];
  readonly features: readonly string[] | undefined;
}

/** Numbers by commas, semicolons, blanks or lines; names of features in a line before them; or a word that is none. */
function tableOf(text: string): Table | { readonly word: string } {
  const lines = text.replace(/^\uFEFF/, "").replaceAll(/[[\]]/g, " ").split(/\r?\n/).filter((line) => /\S/.test(line));
  const cells = (line: string): readonly string[] =>
    line.split(/[,;\t]/.test(line) ? /[,;\t]/ : /\s+/).map((cell) => cell.trim()).filter((cell) => cell !== "");
  const first = lines.length === 0 ? [] : cells(lines[0]!);
  const isHeader = lines.length > 1 && first.some((cell) => Number.isNaN(Number(cell)));
  const listed = lines.slice(isHeader ? 1 : 0).flatMap(cells);
  const word = listed.find((cell) => Number.isNaN(Number(cell)));
  if (word !== undefined) return { word };
  const numbers = listed.map(Number);
  if (numbers.length === 0) throw new RangeError("studio: takes numbers, got none");
  const isRow = isHeader && numbers.length === first.length;
  return { numbers, features: isRow ? first.map((name) => name.replaceAll(/^"|"$/g, "")) : undefined };
}
