/** What a case says of itself, read with suspicion: a value of another kind than expected is not understood. */

/** Thrown where a case says something that no adapter knows; such a case fails. */
export class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

/** The fields of a JSON object, asked for by name and kind. */
export class Words {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** `where` is named in errors. */
  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new NotUnderstood(`${where}: takes an object, got ${JSON.stringify(value)}`);
    }
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  /** Whether a field is there and not null. */
  has(key: string): boolean {
    return (this.#fields[key] ?? undefined) !== undefined;
  }

  /** The names of all fields. */
  get keys(): readonly string[] {
    return Object.keys(this.#fields);
  }

  /** A field of any kind. */
  value(key: string): unknown {
    return this.#fields[key];
  }

  /** A string. */
  text(key: string, otherwise?: string): string {
    return this.#read(key, otherwise, "a string", (value): value is string => typeof value === "string");
  }

  /** A number. */
  number(key: string, otherwise?: number): number {
    return this.#read(key, otherwise, "a number", isNumber);
  }

  /** A boolean. */
  flag(key: string, otherwise?: boolean): boolean {
    return this.#read(key, otherwise, "true or false", (value): value is boolean => typeof value === "boolean");
  }

  /** A list of numbers. */
  numbers(key: string, otherwise?: readonly number[]): readonly number[] {
    return this.#read(key, otherwise, "a list of numbers", isNumbers);
  }

  /** A number, or a list of them. */
  numberOrList(key: string, otherwise?: number | readonly number[]): number | readonly number[] {
    const valid = (value: unknown): value is number | readonly number[] => isNumber(value) || isNumbers(value);
    return this.#read(key, otherwise, "a number or a list of numbers", valid);
  }

  /** A list of numbers, also where a single one is given. */
  numbersOf(key: string, otherwise?: number): readonly number[] {
    return [this.numberOrList(key, otherwise)].flat();
  }

  /** An object. */
  object(key: string): Words {
    return new Words(this.#fields[key], `${this.#where} ${key}`);
  }

  /** A list of objects. */
  objects(key: string): readonly Words[] {
    return listOfWords(this.#fields[key], `${this.#where} ${key}`);
  }

  #read<T>(key: string, otherwise: T | undefined, takes: string, valid: (value: unknown) => value is T): T {
    const value = this.#fields[key] ?? otherwise;
    if (valid(value)) return value;
    throw new NotUnderstood(`${this.#where}: takes ${takes} as ${key}, got ${JSON.stringify(value)}`);
  }
}

/** The objects of a JSON list. */
export function listOfWords(value: unknown, where: string): readonly Words[] {
  return list(value, where).map((item, i) => new Words(item, `${where} ${i}`));
}

/** A JSON list. */
export function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new NotUnderstood(`${where}: takes a list, got ${JSON.stringify(value)}`);
  return value;
}

/** What a name stands for in a table of names. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (!Object.hasOwn(table, name)) {
    throw new NotUnderstood(`${what}: takes ${Object.keys(table).join(", ")}, got "${name}"`);
  }
  return table[name]!;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}
