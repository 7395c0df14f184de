/** JSON objects as lists of settings, read by name and type. */
import { isObject, type Json, type JsonObject } from "../json.ts";

/** Reads settings; throws a `RangeError` that says which one is not what it should be. */
export class Settings {
  readonly #json: JsonObject;

  constructor(json: Json | undefined, what = "a configuration") {
    if (!isObject(json)) throw new RangeError(`takes an object as ${what}, got something else`);
    this.#json = json;
  }

  /** What they are called. */
  names(): readonly string[] {
    return [...this.#json.keys()];
  }

  /** Whatever stands there. */
  any(name: string): Json | undefined {
    return this.#json.get(name);
  }

  /** A text; `undefined` if absent or null. */
  text(name: string): string | undefined {
    return this.#typed(name, "a text", (value) => typeof value === "string") as string | undefined;
  }

  /** A number; `undefined` if absent or null. */
  number(name: string): number | undefined {
    return this.#typed(name, "a number", (value) => typeof value === "number") as number | undefined;
  }

  /** True or false; `undefined` if absent or null. */
  flag(name: string): boolean | undefined {
    return this.#typed(name, "true or false", (value) => typeof value === "boolean") as boolean | undefined;
  }

  /** A list; `undefined` if absent or null. */
  list(name: string): readonly Json[] | undefined {
    return this.#typed(name, "a list", Array.isArray) as readonly Json[] | undefined;
  }

  /** A list of numbers, or one number for each of `count`; `undefined` if absent or null. */
  numbers(name: string, count?: number): readonly number[] | undefined {
    const value = this.any(name);
    if (typeof value === "number" && count !== undefined) return new Array<number>(count).fill(value);
    const list = this.list(name);
    const fits = list === undefined ||
      (list.length === (count ?? list.length) && list.every((item) => typeof item === "number"));
    if (!fits) {
      throw new RangeError(`takes ${count ?? "any"} numbers as ${name}, got something else`);
    }
    return list as readonly number[] | undefined;
  }

  /** Other settings. */
  settings(name: string): Settings {
    return new Settings(this.any(name), name);
  }

  /** The same with another value of that name. */
  with(name: string, value: Json | Settings): Settings {
    return new Settings(new Map([...this.#json, [name, value instanceof Settings ? value.#json : value]]));
  }

  #typed(name: string, what: string, fits: (value: Json) => boolean): Json | undefined {
    const value = this.any(name) ?? undefined;
    if (value !== undefined && !fits(value)) throw new RangeError(`takes ${what} as ${name}, got something else`);
    return value;
  }
}
