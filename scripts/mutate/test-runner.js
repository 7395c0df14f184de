// Runs test files of a copy, one at a time, in a process that stays until one of them ends it.
import { fork } from "node:child_process";
import { once } from "node:events";

const script = "scripts/mutate/tests-process.js";

export class TestRunner {
  #folder;
  #env;
  #process;

  /** With `record`, a path: there a test file leaves what it executed. */
  constructor(folder, record) {
    this.#folder = folder;
    this.#env = { ...process.env, ...(record === undefined ? {} : { MUTATE_RECORD: record }) };
  }

  /** `{ passed, failed, seconds }` of a test file; `changed` was written since the last question. */
  run(test, changed, patience) {
    return this.#ask({ test: `${this.#folder}/${test}`, ...this.#path(changed) }, patience);
  }

  /** The code that a file which was just written becomes; undefined where it cannot be read. */
  async code(changed) {
    return (await this.#ask(this.#path(changed), 600)).code;
  }

  close() {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  #path(changed) {
    return changed === undefined ? {} : { changed: `${this.#folder}/${changed}` };
  }

  async #ask(message, patience) {
    const asked = (this.#process ??= await this.#started());
    const start = performance.now();
    const late = setTimeout(() => asked.kill("SIGKILL"), patience * 1000);
    asked.send(message);
    const answer = await answerOf(asked);
    clearTimeout(late);
    if (answer !== undefined) return answer;
    if (this.#process === asked) this.#process = undefined;
    const seconds = (performance.now() - start) / 1000;
    return { passed: 0, failed: [seconds > patience ? "running for too long" : "ending the process"], seconds };
  }

  /** Apart from the terminal's signals: they are for whoever runs this. */
  async #started() {
    const stdio = ["ignore", "ignore", "inherit", "ipc"];
    const options = { cwd: this.#folder, env: this.#env, detached: true, stdio };
    const started = fork(`${this.#folder}/${script}`, options);
    if ((await answerOf(started)) === undefined) throw new Error(`${script} ended`);
    return started;
  }
}

/** The next message of a process, undefined where it ends instead. */
async function answerOf(asked) {
  const over = new AbortController();
  const [answer] = await Promise.race(["message", "exit"].map((event) => once(asked, event, over)));
  over.abort();
  return typeof answer === "object" ? (answer ?? undefined) : undefined;
}
