/** What `relprop.test.json` says, checked. */
import { explainingOptions } from "./given-options.ts";
import { UsageError } from "./terminal.ts";

/** One expectation of a test: what is measured, and its bounds. */
export interface PlannedExpectation {
  readonly quantity: "share" | "rank" | "sign" | "similarity" | "conserved";
  /**
   * A box of pixels, positions of tokens or features, words of a text, or a file: a picture or an array that is above 0
   * on the mask.
   */
  readonly of: string | readonly number[] | readonly string[];
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A text or token ids, and the file of their tokeniser. */
export interface PlannedText {
  readonly words: string | readonly number[];
  readonly tokenizer?: string;
}

/** One input, and what is expected of its explanation. */
export interface PlannedTest {
  readonly name: string;
  readonly model: string;
  /** A file; the text itself where `text` says what is read. */
  readonly input: string;
  /** A text or token ids instead of a file, and the file of their tokeniser. */
  readonly text?: PlannedText;
  /** The options of `relprop explain` that say how: `composite`, `target`, `preprocess`, … */
  readonly options: Readonly<Record<string, string>>;
  readonly expect: readonly PlannedExpectation[];
}

const OPTIONS = explainingOptions.filter((name) => name !== "method");
const QUANTITIES = ["share", "rank", "sign", "similarity", "conserved"] as const;

/** The tests of a file; throws a `UsageError` that says where something is missing or unknown. */
export function readTestPlan(path: string, text: string): readonly PlannedTest[] {
  const plan = asRecord(path, parsed(path, text));
  const { tests, ...common } = plan;
  if (!Array.isArray(tests) || tests.length === 0) throw new UsageError(`${path}: takes a list "tests", got none`);
  return tests.map(
    (given: unknown, i) => plannedTest(`${path}: test ${i + 1}`, { ...common, ...asRecord(path, given) }),
  );
}

function plannedTest(where: string, given: Readonly<Record<string, unknown>>): PlannedTest {
  const { name, model, text, ids, tokenizer, expect, ...others } = given;
  const isText = text !== undefined || ids !== undefined;
  const { input = isText ? (text ?? String(ids)) : undefined, ...options } = others;
  if (isText && others["input"] !== undefined) throw new UsageError(`${where}: takes "input" or a text, got both`);
  for (const [option, value] of Object.entries(options)) {
    if (!OPTIONS.includes(option)) {
      const takes = ["name", "model", "input", "text", "ids", "tokenizer", "expect", ...OPTIONS].join(", ");
      throw new UsageError(`${where}: takes ${takes}, got "${option}"`);
    }
    if (typeof value !== "string" && typeof value !== "number") {
      throw new UsageError(`${where}: takes "${option}" as text, got ${JSON.stringify(value)}`);
    }
  }
  if (!Array.isArray(expect) || expect.length === 0) throw new UsageError(`${where}: takes a list "expect", got none`);
  return {
    name: name === undefined ? textOf(where, "input", input) : textOf(where, "name", name),
    model: textOf(where, "model", model),
    input: textOf(where, "input", input),
    ...(isText && { text: wordsOf(where, text, ids, tokenizer) }),
    options: Object.fromEntries(Object.entries(options).map(([option, value]) => [option, String(value)])),
    expect: expect.map((each: unknown, k) => expectation(`${where}, expectation ${k + 1}`, each)),
  };
}

function wordsOf(where: string, text: unknown, ids: unknown, tokenizer: unknown): PlannedText {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === "number");
  if (ids !== undefined && !isList) {
    throw new UsageError(`${where}: takes "ids" as numbers, got ${JSON.stringify(ids)}`);
  }
  const words = ids === undefined ? textOf(where, "text", text) : (ids as readonly number[]);
  return { words, ...(tokenizer !== undefined && { tokenizer: textOf(where, "tokenizer", tokenizer) }) };
}

function expectation(where: string, given: unknown): PlannedExpectation {
  const { atLeast, atMost, ...rest } = asRecord(where, given);
  const [[quantity, of] = [undefined, undefined], ...more] = Object.entries(rest);
  const known = QUANTITIES.find((name) => name === quantity);
  if (known === undefined || more.length > 0) {
    const got = Object.keys(rest).join(", ") || "none";
    throw new UsageError(`${where}: takes one of ${QUANTITIES.join(", ")}, got ${got}`);
  }
  if (atLeast === undefined && atMost === undefined) throw new UsageError(
    `${where}: takes atLeast or atMost, got none`,
  );
  const isList = Array.isArray(of) && ["number", "string"].some((kind) => of.every((value) => typeof value === kind));
  if (known !== "conserved" && typeof of !== "string" && !isList) {
    const got = JSON.stringify(of);
    throw new UsageError(`${where}: takes "${known}" as a file or a list of numbers or words, got ${got}`);
  }
  const bounds = {
    ...(atLeast !== undefined && { atLeast: numberOf(where, atLeast) }),
    ...(atMost !== undefined && { atMost: numberOf(where, atMost) }),
  };
  return { quantity: known, of: known === "conserved" ? "" : (of as PlannedExpectation["of"]), ...bounds };
}

function parsed(path: string, text: string): unknown {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, { cause: error });
  }
  if (isDeeper(plan, DEEPEST)) throw new UsageError(`${path}: takes lists and objects at most ${DEEPEST} deep`);
  return plan;
}

/** Levels of a plan, and then some. Errors write values out, which no stack holds at any depth. */
const DEEPEST = 16;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

function asRecord(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${where}: takes an object, got ${JSON.stringify(value)}`);
}

function textOf(where: string, what: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`${where}: takes "${what}" as text, got ${JSON.stringify(value) ?? "none"}`);
}

function numberOf(where: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new UsageError(`${where}: takes numbers as bounds, got ${JSON.stringify(value)}`);
}
