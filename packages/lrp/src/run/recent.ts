/** Results that are worth keeping, but not for ever. */

/** The values used last, at most a given number of them, by key. */
export class Recent<K, V> {
  readonly #most: number;
  /** The one used last stands last. */
  readonly #values = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key, made if it is not among them. */
  get(key: K, make: () => V): V {
    const known = this.#values.get(key);
    const value = known ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }
}
