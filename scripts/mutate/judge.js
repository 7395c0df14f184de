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

  /**
   * Makes one change, runs tests until one notices, takes it back: `{ verdict, test, by, seconds }`. At most so many
   * test files are run; where others are left the verdict is "open", and holds what was `tried`.
   */
  async judge(mutation, most) {
    this.#observer.close();
    const before = this.#findings.verdict(mutation);
    const { tried, spent } = before?.verdict === "open" && before.isValid
      ? { tried: before.tried, spent: before.seconds }
      : { tried: [], spent: 0 };
    if (before?.isValid && (before.verdict !== "open" || tried.length >= most)) return before;
    const { file, old, new: instead } = mutation;
    const path = `${this.#folder}/${file}`;
    const source = readFileSync(path, "utf8");
    const code = await this.#runner.code(file);
    try {
      writeFileSync(path, source.replace(old, () => instead));
      const changed = await this.#runner.code(file);
      const tests = changed === undefined ? [] : this.#noticing(file, changedSpan(code, changed), before?.test);
      const verdict = await this.#notice(tests.slice(0, most), tried);
      const isOpen = verdict.verdict === "SURVIVED" && tests.length > most;
      const found = changed === undefined ? "UNREADABLE" : isOpen ? "open" : verdict.verdict;
      return this.#findings.judge(mutation, { ...verdict, verdict: found, seconds: spent + verdict.seconds });
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

  async #notice(tests, tried) {
    let seconds = 0;
    for (const test of tests.filter((each) => !tried.includes(each))) {
      const ran = await this.#runner.run(test, undefined, 60 + 10 * this.#findings.of(test).seconds);
      seconds += ran.seconds;
      if (ran.failed.length > 0) return { verdict: "caught", test, by: ran.failed[0], seconds };
    }
    return { verdict: "SURVIVED", tried: tests, seconds };
  }

  /** Test files that execute `span` of a file or name what it exports, those first that are likely to notice soon. */
  #noticing(file, span, last) {
    const near = testsNaming(this.#folder, file);
    const could = this.#tests.filter((test) => {
      const { passed, executed } = this.#findings.of(test);
      return passed > 0 && (near.includes(test) || isExecuted(executed[file] ?? [], span));
    });
    const { here, beside } = this.#findings.noticed(file);
    const home = `${file.slice(0, file.indexOf("/src/"))}/`;
    const ranks = [
      (test) => test === last, (test) => here.has(test), (test) => near.includes(test), (test) => beside.has(test),
      (test) => test.startsWith(home), () => true,
    ];
    const distance = (test) => ranks.findIndex((rank) => rank(test));
    const cost = ({ seconds, passed }) => seconds / passed;
    const of = (test) => this.#findings.of(test);
    return could.sort((a, b) => distance(a) - distance(b) || cost(of(a)) - cost(of(b)));
  }
}
