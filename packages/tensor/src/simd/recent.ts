/** A bounded cache. */

/** What was made for the keys used last. */
export class Recent<Key, Value> {
  readonly #most: number;
  readonly #values = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of this key, made if it is not at hand; the one not used for longest gives way. */
  get(key: Key, make: () => Value): Value {
    let value = this.#values.get(key);
    if (value === undefined) value = make();
    else if (this.#values.size > 1) this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }
}
