// Judges changes in one copy of the repository: which tests could notice, and whether one does.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { testsNaming } from "../tests-naming.js";
import { changedSpan, isExecuted } from "./executed.js";
import { TestRunner } from "./test-runner.js";

const hour = 3600;

export class Judge {
  #folder;
  #tests;
  #findings;
  #record;
  #observer;
  #runner;

  constructor(folder, tests, findings) {
    this.#folder = folder;
    this.#tests = tests;
    this.#findings = findings;
    this.#record = `${folder}/out/executed.json`;
    this.#observer = new TestRunner(folder, this.#record);
    this.#runner = new TestRunner(folder);
  }

  /** Runs a test file on the code as it is: `{ passed, failed, seconds, executed }`. */
  async observe(test) {
    const known = this.#findings.of(test);
    if (known !== undefined) return known;
    writeFileSync(this.#record, "{}");
    const ran = await this.#observer.run(test, undefined, hour);
    const found = { ...ran, executed: JSON.parse(readFileSync(this.#record, "utf8")) };
    if (found.failed.length === 0) this.#findings.keep(test, found);
    console.log(`${test}: ${found.passed} tests pass (${found.seconds.toFixed(1)} s)`);
    return found;
  }

  /** Makes one change, runs tests until one notices, takes it back: `{ verdict, test, by, seconds }`. */
  async judge(mutation) {
    this.#observer.close();
    const before = this.#findings.verdict(mutation);
    if (before?.isValid) return before;
    const { file, old, new: instead } = mutation;
    const path = `${this.#folder}/${file}`;
    const source = readFileSync(path, "utf8");
    const code = await this.#runner.code(file);
    try {
      writeFileSync(path, source.replace(old, () => instead));
      const changed = await this.#runner.code(file);
      const verdict =
        changed === undefined
          ? { verdict: "UNREADABLE", seconds: 0 }
          : await this.#notice(this.#noticing(file, changedSpan(code, changed), before?.test));
      this.#findings.judge(mutation, verdict);
      return verdict;
    } finally {
      writeFileSync(path, source);
      await this.#runner.code(file);
    }
  }

  close() {
    this.#observer.close();
    this.#runner.close();
    rmSync(this.#record, { force: true });
  }

  async #notice(tests) {
    let seconds = 0;
    for (const test of tests) {
      const ran = await this.#runner.run(test, undefined, 60 + 20 * this.#findings.of(test).seconds);
      seconds += ran.seconds;
      if (ran.failed.length > 0) return { verdict: "caught", test, by: ran.failed[0], seconds };
    }
    return { verdict: "SURVIVED", tried: tests.length, seconds };
  }

  /** Test files that execute `span` of a file or name what it exports, those first that notice soonest. */
  #noticing(file, span, last) {
    const near = testsNaming(this.#folder, file);
    const could = this.#tests.filter((test) => {
      const { passed, executed } = this.#findings.of(test);
      return passed > 0 && (near.includes(test) || isExecuted(executed[file] ?? [], span));
    });
    const cost = (test) => (test === last ? 0 : near.includes(test) ? 1 : 2 + this.#findings.of(test).seconds);
    return could.sort((a, b) => cost(a) - cost(b));
  }
}
