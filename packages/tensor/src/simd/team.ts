/**
 * Workers that take blocks of a job from the thread that runs it.
 *
 * Everything passes through a few words of the shared memory. A worker enters, takes blocks off a counter until there
 * are none, and leaves; whoever comes late finds the counter run out, so nobody waits for a worker that sleeps. A job's
 * words are written while the counter is closed and nobody is inside, and read only by those who got a block of it.
 */
import { functionNames, type FunctionName } from "./code/names.ts";

/** Words of the control block; the scratch address of worker i stands at `scratch + i`. */
export const control = {
  generation: 0, next: 1, blocks: 2, name: 3, job: 4, inside: 5, asleep: 6, stop: 7, scratch: 8,
} as const;

/** The most workers a team can have. */
export const mostWorkers = 55;

/** Looks at a word before yielding: some tens of microseconds. */
const patience = 30000;

/** No job has as many blocks. */
const closed = 1 << 30;

/** Workers at the control block of their memory. */
export class Team {
  readonly size: number;
  readonly #words: Int32Array;
  #mayWait = true;

  /** A team of `size` workers that watch these words. */
  constructor(size: number, words: Int32Array) {
    this.size = size;
    this.#words = words;
    Atomics.store(words, control.next, closed);
  }

  /** Runs every block of a job here and on the workers, each with scratch memory of its own; returns when all are. */
  run(
    name: FunctionName, job: number, blocks: number, scratch: () => number, compute: (block: number) => void,
  ): void {
    const words = this.#words;
    for (let worker = 0; worker < this.size; worker++) words[control.scratch + worker] = scratch();
    this.#waitUntilEmpty();
    words[control.name] = functionNames.indexOf(name);
    words[control.job] = job;
    words[control.blocks] = blocks;
    Atomics.store(words, control.next, 0);
    Atomics.add(words, control.generation, 1);
    if (Atomics.load(words, control.asleep) > 0) Atomics.notify(words, control.generation);
    try {
      const next = (): number => Atomics.add(words, control.next, 1);
      for (let block = next(); block < blocks; block = next()) compute(block);
    } finally {
      Atomics.store(words, control.next, closed);
      this.#waitUntilEmpty();
    }
  }

  /** Sends the workers home. */
  dismiss(): void {
    Atomics.store(this.#words, control.stop, 1);
    Atomics.add(this.#words, control.generation, 1);
    Atomics.notify(this.#words, control.generation);
  }

  /** Outstanding is at most the rest of one block for each worker: spins, and yields where many want to run. */
  #waitUntilEmpty(): void {
    for (let spins = 0; ; spins++) {
      const inside = Atomics.load(this.#words, control.inside);
      if (inside === 0) return;
      if (spins > patience && this.#mayWait) this.#yield(inside);
    }
  }

  #yield(inside: number): void {
    try {
      Atomics.wait(this.#words, control.inside, inside, 0.05);
    } catch {
      // The main thread of a browser may not wait.
      this.#mayWait = false;
    }
  }
}

/**
 * What a worker runs: plain JavaScript that stands on its own, since files beside a library are lost by bundlers. It
 * answers "ready", then never returns to its event loop until it is stopped.
 */
export const workerSource = `
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
const port = threads?.parentPort ?? globalThis;
const listen = port.on ? (f) => port.once("message", f) : (f) => (port.onmessage = (event) => f(event.data));
listen(({ module, memory, address, index, names }) => {
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const words = new Int32Array(memory.buffer, address, 64);
  const { load, add, wait } = Atomics;
  port.postMessage("ready");
  let seen = 0;
  for (;;) {
    let spins = 0;
    while (load(words, 0) === seen) {
      if (++spins < 100000) continue;
      add(words, 6, 1);
      wait(words, 0, seen);
      add(words, 6, -1);
    }
    seen = load(words, 0);
    if (load(words, 7) === 1) break;
    add(words, 5, 1);
    for (let block = add(words, 1, 1); block < load(words, 2); block = add(words, 1, 1)) {
      functions[names[words[3]]](words[4], block, words[8 + index]);
    }
    add(words, 5, -1);
  }
  (port.close ? port : globalThis).close();
});
`;
