/**
 * JSON as data from strangers: objects become Maps, so that no key means more than its text (`__proto__` is a key
 * like any other); duplicate keys, deep nesting and trailing text are refused, each with its place.
 */
import { ModelFormatError } from "./model-format-error.ts";

/** What a JSON text holds. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = ReadonlyMap<string, Json>;

/** Deeper than any model description, shallower than any call stack. */
const DEEPEST = 200;

/** Reads one JSON value; `who` and `offset` (of the text within its file) go into error messages. */
export function parseJson(text: string, who: string, offset = 0): Json {
  const parser = new Parser(text, who, offset);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** A value for a message, shortened; of lists and objects, however large, the kind alone. */
export function shown(value: Json | undefined): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : (JSON.stringify(value) ?? "nothing").slice(0, 80);
}

class Parser {
  readonly #text: string;
  readonly #who: string;
  readonly #offset: number;
  #at = 0;

  constructor(text: string, who: string, offset: number) {
    this.#text = text;
    this.#who = who;
    this.#offset = offset;
  }

  value(depth: number): Json {
    if (depth > DEEPEST) throw this.#error(`takes JSON nested at most ${DEEPEST} deep, got more`);
    const next = this.#peek();
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === '"') return this.#string();
    return this.#scalar();
  }

  end(): void {
    if (this.#peek() !== "") throw this.#error(`takes one JSON value, got more after it`);
  }

  #object(depth: number): JsonObject {
    const result = new Map<string, Json>();
    this.#at++;
    if (this.#skip("}")) return result;
    do {
      if (this.#peek() !== '"') throw this.#error("takes a key in quotes, got something else");
      const key = this.#string();
      if (result.has(key)) throw this.#error(`takes every key once, got ${JSON.stringify(key)} twice`);
      if (!this.#skip(":")) throw this.#error("takes a colon after a key, got something else");
      result.set(key, this.value(depth + 1));
    } while (this.#skip(","));
    if (!this.#skip("}")) throw this.#error("takes a comma or a closing brace, got something else");
    return result;
  }

  #array(depth: number): readonly Json[] {
    const result: Json[] = [];
    this.#at++;
    if (this.#skip("]")) return result;
    do result.push(this.value(depth + 1));
    while (this.#skip(","));
    if (!this.#skip("]")) throw this.#error("takes a comma or a closing bracket, got something else");
    return result;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw this.#error("takes strings with a closing quote, got the end of the text");
    this.#at = end + 1;
    return this.#native(start) as string;
  }

  #scalar(): null | boolean | number {
    const start = this.#at;
    while (/[\w+\-.]/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#native(start) as null | boolean | number;
  }

  /** One string, number or word, which the language's own reader judges. */
  #native(start: number): unknown {
    const piece = this.#text.slice(start, this.#at);
    try {
      return JSON.parse(piece) as unknown;
    } catch {
      this.#at = start;
      const got = piece === "" ? this.#text.slice(start, start + 10) : piece.slice(0, 40);
      throw this.#error(got === "" ? "takes JSON, got the end of the text" : `takes JSON, got ${JSON.stringify(got)}`);
    }
  }

  /** The next character that is not white space, `""` at the end. */
  #peek(): string {
    while (" \n\r\t".includes(this.#text[this.#at] ?? "x")) this.#at++;
    return this.#text[this.#at] ?? "";
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #error(message: string): ModelFormatError {
    return new ModelFormatError(`${this.#who}: ${message}`, this.#offset + this.#at);
  }
}
