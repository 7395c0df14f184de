/** One file of reference values: tensors, and metadata that say what they are. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSafetensors, type StoredTensor } from "@relprop/models";
import type { Tensor } from "@relprop/tensor";
import { NotUnderstood, Words } from "./words.ts";

/** Tensors by name, and strings by name. */
export class CaseFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly #metadata: ReadonlyMap<string, string>;

  /** Reads the file; throws where it is no safetensors file. */
  constructor(path: string) {
    const { tensors, metadata } = readSafetensors(readFileSync(path));
    this.path = path;
    this.tensors = tensors;
    this.#metadata = metadata;
  }

  /** What kind of case it is; empty where the file does not say. */
  get kind(): string {
    return this.#metadata.get("kind") ?? "";
  }

  /** Whether the metadata have this key. */
  says(key: string): boolean {
    return this.#metadata.has(key);
  }

  /** A string of the metadata. */
  text(key: string): string {
    const text = this.#metadata.get(key);
    if (text === undefined) throw new NotUnderstood(`metadata: takes ${key}, got none`);
    return text;
  }

  /** A string of the metadata that is JSON. */
  json(key: string): unknown {
    return JSON.parse(this.text(key));
  }

  /** A string of the metadata that is a JSON object. */
  words(key: string): Words {
    return new Words(this.json(key), key);
  }

  /** A tensor in single precision. */
  tensor(name: string): Tensor {
    return this.stored(name).tensor();
  }

  /** A tensor as it is stored. */
  stored(name: string): StoredTensor {
    const stored = this.tensors.get(name);
    if (stored === undefined) throw new NotUnderstood(`tensors: takes ${name}, got none`);
    return stored;
  }

  /** The path of another file in the same folder. */
  beside(name: string): string {
    return join(dirname(this.path), name);
  }
}
