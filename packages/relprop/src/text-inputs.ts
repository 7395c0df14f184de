/** What models of texts are given besides token ids. */
import type { Model, ModelInput } from "@relprop/layers";
import { Integers, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { EncodedText } from "./encoded-text.ts";

/** The inputs of a model for one text. */
export interface TextInputs {
  readonly values: readonly Value[];
  /** The input that takes the token ids. */
  readonly ids: string;
  /** How many tokens the model was given: those of the text, and padding where its length is fixed. */
  readonly length: number;
  /** What was taken to be so, in sentences. */
  readonly assumed: readonly string[];
}

/** What a model's inputs are called, by what they take. */
const NAMES = {
  mask: /(^|\.)(attention_mask|input_mask|mask)$/,
  types: /(^|\.)(token_type_ids|segment_ids)$/,
  positions: /(^|\.)(position_ids|cache_position)$/,
  past: /^past(_key_values|_key|_value)?[._\d]/,
  branch: /^use_cache(_branch)?$/,
  pixels: /(^|\.)decoder_/,
};

/**
 * Values for all inputs of a model: token ids, and by their names masks (ones), types (zeros), positions (0, 1, …) and
 * caches (of length 0). Throws a `RangeError` for an input that neither these nor `given` has.
 */
export function textInputs(
  who: string, model: Model, text: EncodedText, given: Readonly<Record<string, Value>> = {},
): TextInputs {
  const unknown = Object.keys(given).find((name) => model.inputs.every((input) => input.name !== name));
  if (unknown !== undefined) {
    throw new RangeError(`${who}: takes inputs ${names(model.inputs)}, got "${unknown}"`);
  }
  const ids = idsInput(who, model, given);
  const length = lengthOf(who, model, ids, text);
  const padded = (values: readonly number[]): Float64Array => {
    const row = new Float64Array(length);
    row.set(values);
    return row;
  };
  const assumed: string[] = [];
  if (length > text.ids.length) assumed.push(`padded with 0 from ${text.ids.length} to ${length} tokens, masked`);
  const values = model.inputs.map((input): Value => {
    const { name } = input;
    const own = given[name];
    if (own !== undefined) return own;
    if (input === ids) return typed(input, shapeOf(input, length), padded(text.ids));
    const say = (what: string): void => void assumed.push(`${name}: ${what}`);
    if (NAMES.mask.test(name) && !NAMES.pixels.test(name)) {
      if (text.mask.every((one) => one === 1)) say(length > text.ids.length ? "1 for the text" : "all ones");
      return typed(input, shapeOf(input, length), padded(text.mask));
    }
    if (NAMES.types.test(name)) {
      if (text.types.every((type) => type === 0)) say("all zeros");
      return typed(input, shapeOf(input, length), padded(text.types));
    }
    if (NAMES.positions.test(name)) {
      say(`0 to ${length - 1}`);
      return typed(input, shapeOf(input, length), Float64Array.from({ length }, (_, t) => t));
    }
    if (NAMES.past.test(name)) {
      say("empty");
      return empty(who, input);
    }
    if (NAMES.branch.test(name)) {
      say("false");
      return typed(input, input.shape?.map(() => 1) ?? [1], new Float64Array(1));
    }
    const shape = input.shape === undefined ? "" : ` ${written(input.shape)}`;
    throw new RangeError(
      `${who}: takes models of token ids, masks, types, positions and caches, got one that also asks for ` +
        `"${name}"${shape}: give it as inputs: { "${name}": … }`,
    );
  });
  return { values, ids: ids.name, length, assumed };
}

/** The input for token ids: by its name, or the only one of whole numbers. */
function idsInput(who: string, model: Model, given: Readonly<Record<string, Value>>): ModelInput {
  const open = model.inputs.filter(({ name, type }) => type !== undefined && given[name] === undefined);
  const named = open.find(({ name }) => name === "input_ids") ?? open.find(({ name }) => /(^|[._])ids$/.test(name) &&
    !NAMES.types.test(name) && !NAMES.positions.test(name) && !NAMES.pixels.test(name));
  const found = named ?? (open.length === 1 ? open[0] : undefined);
  if (found !== undefined) return found;
  throw new RangeError(`${who}: takes a model with input_ids or one input of integers, got ${names(model.inputs)}`);
}

/** The number of tokens that the model is given; throws a `RangeError` where the text does not fit. */
function lengthOf(who: string, model: Model, { name, shape }: ModelInput, { ids }: EncodedText): number {
  const fixed = shape?.at(-1);
  if (fixed === undefined || fixed === ids.length) return ids.length;
  if (ids.length > fixed) {
    throw new RangeError(`${who}: takes at most ${fixed} tokens for "${name}", got ${ids.length}: shorten the text`);
  }
  if (model.inputs.some((input) => NAMES.mask.test(input.name))) return fixed;
  throw new RangeError(
    `${who}: takes ${fixed} tokens for "${name}", which has no mask that would hide padding, got ${ids.length}`,
  );
}

function shapeOf({ shape = [undefined, undefined] }: ModelInput, length: number): Shape {
  return shape.map((_, axis) => (axis === shape.length - 1 ? length : 1));
}

function typed({ type }: ModelInput, shape: Shape, data: Float64Array): Value {
  return type === undefined ? new Tensor(shape, Float32Array.from(data)) : new Integers(shape, data, type);
}

/** A cache of nothing: its free axis behind the batch has length 0. */
function empty(who: string, { name, shape = [] }: ModelInput): Tensor {
  const free = shape.flatMap((extent, axis) => (axis > 0 && extent === undefined ? [axis] : []));
  if (free.length !== 1) {
    const got = written(shape);
    throw new RangeError(`${who}: takes caches with one free axis behind the batch, got "${name}" ${got}: give it`);
  }
  return new Tensor(shape.map((extent, axis) => (axis === 0 ? 1 : (extent ?? 0))), new Float32Array(0));
}

function names(inputs: readonly ModelInput[]): string {
  return inputs.map(({ name }) => name).join(", ");
}

function written(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent) => extent ?? "?").join(", ")}]`;
}
