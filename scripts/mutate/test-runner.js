// Runs test files of a copy, one at a time, in a process that stays until one of them ends it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

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
    const isLate = lateness(asked.pid, patience);
    let late = false;
    const watch = setInterval(() => (late ||= isLate()) && asked.kill("SIGKILL"), 1000);
    asked.send(message);
    const answer = await answerOf(asked);
    clearInterval(watch);
    if (answer !== undefined) return answer;
    if (this.#process === asked) this.#process = undefined;
    const seconds = (performance.now() - start) / 1000;
    return { passed: 0, failed: [late ? "running for too long" : "ending the process"], seconds };
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

/**
 * Whether a process has computed for more than `patience` seconds since, or sits and waits: beside others, time alone
 * says little. Where the system does not tell, time has to.
 */
function lateness(pid, patience) {
  const before = processorSeconds(pid);
  const start = performance.now();
  let last = { used: before, at: start };
  return () => {
    const [used, now] = [processorSeconds(pid), performance.now()];
    if (used === undefined) return now - start > 1000 * patience;
    if (used > last.used + 0.5) last = { used, at: now };
    return used - before > patience || (now - last.at > 60_000 && now - start > 2000 * patience);
  };
}

function processorSeconds(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return undefined;
  }
}

/** The next message of a process, undefined where it ends instead. */
async function answerOf(asked) {
  const over = new AbortController();
  const [answer] = await Promise.race(["message", "exit"].map((event) => once(asked, event, over)));
  over.abort();
  return typeof answer === "object" ? (answer ?? undefined) : undefined;
}
