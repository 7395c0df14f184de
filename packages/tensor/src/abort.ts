/** Asynchronous work that its caller may end early, by the signal that hosts have for it. */

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What asynchronous work may be given. */
export interface Abortable {
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Throws the signal's reason once it was given. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}

/** What a promise becomes, or the signal's reason as an error if that comes first; whom it was asked of is not told. */
export async function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal === undefined) return promise;
  throwIfAborted(signal);
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** What is iterated over, up to the signal; what is waited for then is waited for no longer, and told to end. */
export async function* eachUntilAborted<T>(
  items: Iterable<T> | AsyncIterable<T>, signal: AbortSignalLike | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let over = false;
  try {
    for (;;) {
      const { done, value } = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (done === true) {
        over = true;
        return;
      }
      yield value;
    }
  } finally {
    // Not waited for: an iterator that hangs would not answer this either.
    if (!over) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
