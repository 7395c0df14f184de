/**
 * A record of 32-bit words with names: one list says where each stands, to the host that writes it and to the kernels
 * that load it (`code/reader.ts`). Addresses and integers stand as they are, floats as `floatWord` gives them.
 */

/** Where named words stand, one after the other. */
export class Struct<Name extends string> {
  readonly names: readonly Name[];
  readonly #index: ReadonlyMap<string, number>;

  constructor(names: readonly Name[]) {
    this.names = names;
    this.#index = new Map(names.map((name, i) => [name, i]));
    if (this.#index.size < names.length) throw new RangeError(`struct: takes unique names, got ${names.join(", ")}`);
  }

  /** Words of a record. */
  get length(): number {
    return this.names.length;
  }

  /** Bytes of a record. */
  get size(): number {
    return 4 * this.length;
  }

  /** Which word this name is, counted from 0. */
  index(name: Name): number {
    return this.#index.get(name)!;
  }

  /** Where this name stands in a record, in bytes. */
  offset(name: Name): number {
    return 4 * this.index(name);
  }

  /** The words of a record in their order. */
  of(values: Readonly<Record<Name, number>>): readonly number[] {
    return this.names.map((name) => values[name]);
  }
}

/** Writes a record that starts at this word. */
export function write<Name extends string>(
  { names }: Struct<Name>, words: Int32Array, at: number, values: Readonly<Record<Name, number>>,
): void {
  for (let i = 0; i < names.length; i++) words[at + i] = values[names[i]!];
}

/** The record of a list of names. */
export type StructOf<Names extends readonly string[]> = Struct<Names[number]>;

/** A record of these words, in this order. */
export function struct<const Name extends string>(...names: readonly Name[]): Struct<Name> {
  return new Struct(names);
}

const bits = new DataView(new ArrayBuffer(4));

/** The 32-bit pattern of a float, to stand in a record. */
export function floatWord(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
