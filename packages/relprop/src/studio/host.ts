/** What the studio asks of the worker that it runs in. */

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** Bytes as text. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

interface Message {
  readonly data: unknown;
}

interface WorkerScope {
  onmessage: ((event: Message) => void) | null;
  postMessage(message: unknown): void;
  readonly performance: { now(): number };
}

const scope = globalThis as unknown as WorkerScope;

/** Milliseconds on a clock that does not go back. */
export function now(): number {
  return scope.performance.now();
}

/** Answers each message in its turn. */
export function answerMessages(answer: (message: unknown) => Promise<unknown>): void {
  let last: Promise<unknown> = Promise.resolve();
  scope.onmessage = ({ data }) => {
    last = last.then(() => answer(data)).then((said) => scope.postMessage(said));
  };
}
