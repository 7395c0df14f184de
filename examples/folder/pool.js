// Worker threads that take jobs one after another.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** `count` workers of one module. */
export class Pool {
  #workers;
  #idle;
  #waiting = [];

  constructor(module, count) {
    this.#workers = Array.from({ length: count }, () => new Worker(module));
    this.#idle = [...this.#workers];
  }

  /** What a worker answers to a job. */
  async run(job) {
    const worker = this.#idle.pop() ?? await new Promise((resolve) => this.#waiting.push(resolve));
    const answer = once(worker, "message"); // rejects if the worker fails
    worker.postMessage(job);
    const [result] = await answer;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return result;
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
