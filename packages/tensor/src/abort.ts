/** Asynchronous work that its caller may end early, by the signal that hosts have for it. */
import { checkKind } from "./check-kind.ts";
import { host } from "./host.ts";

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

/** Throws the signal's reason once it was given; a `TypeError` for what is no signal. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal === undefined) return;
  checkKind("signal", "an AbortSignal", signal, typeof signal?.addEventListener === "function");
  if (signal.aborted) throw signal.reason;
}

/**
 * What a promise becomes, or the signal's reason as an error if that comes first; whom it was asked of is not told, and
 * what it fails with afterwards is nobody's.
 */
export async function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([ended, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Milliseconds for which work that may be ended keeps the host from all else, the timer that would end it included. */
const BREATH = 50;
let breathed = 0;

/**
 * Between the steps of long work that never waits for anything: throws the signal's reason once it was given, after the
 * host has had its turn to give it.
 */
export async function breathe(signal: AbortSignalLike | undefined): Promise<void> {
  const { MessageChannel, setTimeout } = host;
  if (signal !== undefined && Math.abs(Date.now() - breathed) > BREATH) {
    await new Promise<void>((resolve) => {
      // Pages in the background wait a second for every timer, and for no message.
      if (MessageChannel !== undefined) {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(0);
      } else if (setTimeout !== undefined) {
        setTimeout(resolve, 0);
      } else {
        resolve();
      }
    });
    breathed = Date.now();
  }
  throwIfAborted(signal);
}

/** What is iterated over, up to the signal; what is waited for then is waited for no longer, and told to end. */
export async function* eachUntilAborted<T>(
  items: Iterable<T> | AsyncIterable<T>, signal: AbortSignalLike | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let over = false;
  try {
    for (;;) {
      await breathe(signal);
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
