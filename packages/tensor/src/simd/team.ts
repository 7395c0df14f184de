/**
 * Workers that take blocks of a job from the thread that runs it.
 *
 * Everything passes through a few words of the shared memory. A worker enters, takes blocks off a counter until there
 * are none, and leaves; whoever comes late finds the counter run out, so nobody waits for a worker that sleeps. A job's
 * words are written while the counter is closed and nobody is inside, and read only by those who got a block of it.
 */
import { struct, type StructOf } from "./struct.ts";
import { functionNames, type FunctionName } from "./code/names.ts";

const controlWords = [
  "generation", "next", "blocks", "name", "job", "inside", "asleep", "stop", "scratch",
] as const;

/** The control block; behind the scratch address of worker 0 stand those of the others. */
export const control: StructOf<typeof controlWords> = struct(...controlWords);

/** The most workers a team can have. */
export const mostWorkers = 55;

/** Words of a control block with room for all of them. */
export const controlLength: number = control.length + mostWorkers - 1;

/** Where the words are. */
const at = (name: (typeof controlWords)[number]): number => control.index(name);

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
    Atomics.store(words, at("next"), closed);
  }

  /** Runs every block of a job here and on the workers, each with scratch memory of its own; returns when all are. */
  run(
    name: FunctionName, job: number, blocks: number, scratch: () => number, compute: (block: number) => void,
  ): void {
    const words = this.#words;
    for (let worker = 0; worker < this.size; worker++) words[at("scratch") + worker] = scratch();
    this.#waitUntilEmpty();
    words[at("name")] = functionNames.indexOf(name);
    words[at("job")] = job;
    words[at("blocks")] = blocks;
    Atomics.store(words, at("next"), 0);
    Atomics.add(words, at("generation"), 1);
    if (Atomics.load(words, at("asleep")) > 0) Atomics.notify(words, at("generation"));
    try {
      const next = (): number => Atomics.add(words, at("next"), 1);
      for (let block = next(); block < blocks; block = next()) compute(block);
    } finally {
      Atomics.store(words, at("next"), closed);
      this.#waitUntilEmpty();
    }
  }

  /** Sends the workers home. */
  dismiss(): void {
    Atomics.store(this.#words, at("stop"), 1);
    Atomics.add(this.#words, at("generation"), 1);
    Atomics.notify(this.#words, at("generation"));
  }

  /** Outstanding is at most the rest of one block for each worker: spins, and yields where many want to run. */
  #waitUntilEmpty(): void {
    for (let spins = 0; ; spins++) {
      const inside = Atomics.load(this.#words, at("inside"));
      if (inside === 0) return;
      if (spins > patience && this.#mayWait) this.#yield(inside);
    }
  }

  #yield(inside: number): void {
    try {
      Atomics.wait(this.#words, at("inside"), inside, 0.05);
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
export const workerSource: string = `
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
const port = threads?.parentPort ?? globalThis;
const listen = port.on ? (f) => port.once("message", f) : (f) => (port.onmessage = (event) => f(event.data));
const at = ${JSON.stringify(Object.fromEntries(controlWords.map((name) => [name, at(name)])))};
listen(({ module, memory, address, index, names }) => {
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const words = new Int32Array(memory.buffer, address, ${controlLength});
  const { load, add, wait } = Atomics;
  port.postMessage("ready");
  let seen = 0;
  for (;;) {
    let spins = 0;
    while (load(words, at.generation) === seen) {
      if (++spins < 100000) continue;
      add(words, at.asleep, 1);
      wait(words, at.generation, seen);
      add(words, at.asleep, -1);
    }
    seen = load(words, at.generation);
    if (load(words, at.stop) === 1) break;
    add(words, at.inside, 1);
    for (let block = add(words, at.next, 1); block < load(words, at.blocks); block = add(words, at.next, 1)) {
      functions[names[words[at.name]]](words[at.job], block, words[at.scratch + index]);
    }
    add(words, at.inside, -1);
  }
  (port.close ? port : globalThis).close();
});
`;
