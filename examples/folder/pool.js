// Worker threads that take jobs one after another. A job may be called off: its thread ends, and another takes its
// place.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** `count` workers of one module. */
export class Pool {
  #module;
  #workers;
  #idle;
  #waiting = [];

  constructor(module, count) {
    this.#module = module;
    this.#workers = new Set(Array.from({ length: count }, () => new Worker(module)));
    this.#idle = [...this.#workers];
  }

  /** What a worker answers to a job; rejects with the signal's reason once it is given. */
  async run(job, { signal } = {}) {
    const worker = this.#idle.pop() ?? await new Promise((resolve) => this.#waiting.push(resolve));
    let free = worker;
    try {
      signal?.throwIfAborted();
      const answer = once(worker, "message", { signal }); // rejects if the worker fails
      worker.postMessage(job);
      const [result] = await answer;
      return result;
    } catch (error) {
      // Whatever it was doing, nobody waits for it.
      free = this.#replaced(worker);
      throw signal?.aborted ? signal.reason : error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(free);
      else next(free);
    }
  }

  #replaced(worker) {
    worker.terminate();
    this.#workers.delete(worker);
    const other = new Worker(this.#module);
    this.#workers.add(other);
    return other;
  }

  async close() {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }
}
