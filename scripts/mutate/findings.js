// What runs found, kept in a folder: of a test file what it executes, of a change the verdict. Each holds as long as
// what it was found on is the same, so a run goes on where an earlier one stopped.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";

const read = ["packages", "test", "examples", "package.json", "pnpm-lock.yaml", "vitest.config.ts"];

export class Findings {
  #folder;
  #keys = new Map();
  #whole;
  #executed = new Map();
  #verdicts = new Map();

  /** Of the repository in `copy`, whose test files are `tests`. */
  constructor(folder, copy, tests) {
    this.#folder = folder;
    mkdirSync(`${folder}/executed`, { recursive: true });
    const code = digest(read.flatMap((path) => contents(copy, path, new Set(tests))));
    for (const test of tests) this.#keys.set(test, digest([code, test, readFileSync(`${copy}/${test}`)]));
    this.#whole = digest([...this.#keys.values()].sort());
    const lines = existsSync(this.#path) ? readFileSync(this.#path, "utf8").trim().split("\n").filter(Boolean) : [];
    for (const line of lines.map((text) => JSON.parse(text))) this.#verdicts.set(name(line), line);
  }

  get #path() {
    return `${this.#folder}/verdicts.jsonl`;
  }

  /** `{ passed, failed, seconds, executed }` of a test file on the code as it is. */
  of(test) {
    const path = `${this.#folder}/executed/${this.#keys.get(test)}.json`;
    if (!this.#executed.has(test) && existsSync(path)) this.#executed.set(test, JSON.parse(readFileSync(path, "utf8")));
    return this.#executed.get(test);
  }

  keep(test, found) {
    writeFileSync(`${this.#folder}/executed/${this.#keys.get(test)}.json`, JSON.stringify(found));
  }

  /** What was said of a change before: `isValid` where the test that caught it, or for a survivor all, are the same. */
  verdict(mutation) {
    const found = this.#verdicts.get(name(mutation));
    return found && { ...found, isValid: found.key === (this.#keys.get(found.test) ?? this.#whole) };
  }

  /** Test files that caught changes of a file, and those that caught changes beside it. */
  noticed(file) {
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    const caught = [...this.#verdicts.values()].filter(({ verdict }) => verdict === "caught");
    const tests = (start) => new Set(caught.filter((each) => each.file.startsWith(start)).map(({ test }) => test));
    return { here: tests(file), beside: tests(folder) };
  }

  judge({ file, old, new: instead }, verdict) {
    const key = this.#keys.get(verdict.test) ?? this.#whole;
    const line = { file, old, new: instead, ...verdict, key };
    this.#verdicts.set(name(line), line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
    return verdict;
  }
}

function name({ file, old, new: instead }) {
  return [file, old, instead].join("\n");
}

function digest(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 24);
}

/** Paths and bytes of all files that tests may read, the tests themselves and pages left out. */
function contents(root, path, tests) {
  if (tests.has(path) || /\/(node_modules|repo)$|\.md$/.test(path)) return [];
  const whole = `${root}/${path}`;
  if (!statSync(whole).isDirectory()) return [path, readFileSync(whole)];
  return readdirSync(whole).sort().flatMap((entry) => contents(root, `${path}/${entry}`, tests));
}
