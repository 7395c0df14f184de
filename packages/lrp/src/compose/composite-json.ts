/** Composites as JSON, both ways: to keep them beside a model, and to name them on a command line. */
import { checkKind, optionsOf, Tensor, tensor } from "@relprop/tensor";
import { isRule, type Assignment, type Composite, type RuleChoice, type Selection } from "./composite.ts";
import type { Rule } from "../rules/rule.ts";
import { ruleFactories, type RuleFactory } from "../rules/rule-factories.ts";

/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A composite as JSON: `[{ "select": { "all": true }, "rule": { "Conv": { "rule": "zPlus" } } }, …]`. */
export function compositeToJson(composite: Composite): Json {
  checkKind("compositeToJson", "a composite, a list of assignments", composite, Array.isArray(composite));
  for (const each of composite) checkKind("compositeToJson", "assignments", each, each?.select !== undefined);
  return composite.map(({ select, rule, optional }) => ({
    select: selectionToJson(select),
    rule: choiceToJson(rule),
    ...(optional === true ? { optional } : {}),
  }));
}

/** What reading a composite may be given besides the JSON. */
export interface CompositeJsonOptions {
  /**
   * Take regular expressions as names of nodes. Only from whom you trust: to match one can take for ever. Names with
   * `*` are always taken.
   */
  readonly patterns?: boolean;
}

/**
 * The composite that JSON holds. `rules` adds rules of one's own by name. Throws a `RangeError` or `TypeError` that
 * says where the JSON is not a composite.
 */
export function compositeFromJson(
  json: unknown, rules: Readonly<Record<string, RuleFactory>> = {}, options: CompositeJsonOptions = {},
): Composite {
  optionsOf("compositeFromJson", options);
  optionsOf("compositeFromJson", rules);
  const known = new Map([...Object.entries(ruleFactories), ...Object.entries(rules)]);
  return list(json, "composite").map((entry, i): Assignment => {
    const at = `composite[${i}]`;
    const { select, rule, optional } = fields(entry, at, ["select", "rule", "optional"]);
    if (optional !== undefined && typeof optional !== "boolean") {
      throw new TypeError(`${at}.optional: takes true or false`);
    }
    return {
      select: selectionFromJson(select, `${at}.select`, options),
      rule: choiceFromJson(rule, `${at}.rule`, known),
      ...(optional === undefined ? {} : { optional }),
    };
  });
}

const PATTERN = "a regular expression, which is taken from trusted files alone (patterns: true)";

function selectionToJson(select: Selection): Json {
  if ("where" in select) throw new TypeError("compositeToJson: takes selections that are data, got a predicate");
  if ("name" in select && typeof select.name !== "string") {
    return { name: { pattern: select.name.source, flags: select.name.flags } };
  }
  return select as Json;
}

function selectionFromJson(json: unknown, at: string, { patterns = false }: CompositeJsonOptions): Selection {
  const kinds = ["all", "index", "range", "first", "last", "name"];
  const given = fields(json, at, kinds);
  const [kind, ...others] = Object.keys(given);
  if (kind === undefined || others.length > 0) throw new TypeError(`${at}: takes exactly one of ${kinds.join(", ")}`);
  const value = given[kind];
  if (kind === "all" && value === true) return { all: true };
  if (kind === "first" && value === "linear") return { first: "linear" };
  if (kind === "last" && value === "linear") return { last: "linear" };
  if (kind === "index") return { index: wholeNumbers(value, `${at}.index`) };
  if (kind === "range") {
    const [from, to, ...more] = wholeNumbers(value, `${at}.range`);
    if (from !== undefined && to !== undefined && more.length === 0) return { range: [from, to] };
  }
  if (kind === "name" && typeof value === "string") return { name: value };
  if (kind === "name") {
    const { pattern, flags = "" } = fields(value, `${at}.name`, ["pattern", "flags"]);
    if (typeof pattern === "string" && typeof flags === "string") {
      if (!patterns) throw new TypeError(`${at}.name: takes a name, in which * stands for anything, got ${PATTERN}`);
      return { name: regularExpression(pattern, flags, at) };
    }
  }
  throw new TypeError(
    `${at}: takes { all: true }, { index }, { range: [from, to] }, { name }, { first: "linear" } or { last: "linear" }`,
  );
}

function choiceToJson(choice: RuleChoice): Json {
  if (isRule(choice)) return { rule: choice.name, ...optionsToJson(choice.options) };
  return Object.fromEntries(Object.entries(choice).map(([kind, rule]) => [kind, choiceToJson(rule)]));
}

function choiceFromJson(json: unknown, at: string, known: ReadonlyMap<string, RuleFactory>): RuleChoice {
  const given = fields(json, at);
  if (typeof given["rule"] === "string") return ruleFromJson(given, at, known);
  return Object.fromEntries(Object.entries(given).map(
    ([kind, rule]) => [kind, ruleFromJson(fields(rule, `${at}.${kind}`), `${at}.${kind}`, known)],
  ));
}

function ruleFromJson(
  given: Readonly<Record<string, unknown>>, at: string, known: ReadonlyMap<string, RuleFactory>,
): Rule {
  const { rule: name, ...options } = given;
  const factory = typeof name === "string" ? known.get(name) : undefined;
  if (factory === undefined) {
    throw new RangeError(`${at}: takes a rule among ${[...known.keys()].join(", ")}, got ${shown(name)}`);
  }
  const unknown = Object.keys(options).find((key) => !factory.takes.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`${at}: ${String(name)} takes ${factory.takes.join(", ") || "no options"}, got "${unknown}"`);
  }
  try {
    return factory.make(
      Object.fromEntries(Object.entries(options).map(([key, value]) => [key, tensorFromJson(value)])),
    );
  } catch (error) {
    throw placed(at, error);
  }
}

/** The same error, saying where. */
function placed(at: string, error: unknown): unknown {
  if (error instanceof TypeError) return new TypeError(`${at}: ${error.message}`, { cause: error });
  return error instanceof RangeError ? new RangeError(`${at}: ${error.message}`, { cause: error }) : error;
}

function optionsToJson(options: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined).map(([key, value]) => [
      key,
      value instanceof Tensor ? { tensor: [...value.data], shape: [...value.shape] } : (value as Json),
    ]),
  );
}

function tensorFromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "tensor")) return value;
  const { tensor: values, shape } = fields(value, "tensor", ["tensor", "shape"]);
  const numbers = list(values, "tensor");
  if (!numbers.every((n) => typeof n === "number")) throw new TypeError("tensor: takes a list of numbers");
  return tensor(numbers, wholeNumbers(shape, "tensor shape"));
}

function fields(json: unknown, at: string, allowed?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TypeError(`${at}: takes an object, got ${shown(json)}`);
  }
  const unknown = Object.keys(json).find(
    (key) => key === "__proto__" || (allowed !== undefined && !allowed.includes(key)),
  );
  if (unknown !== undefined) throw new RangeError(`${at}: takes ${allowed?.join(", ") ?? "names"}, got "${unknown}"`);
  return json as Record<string, unknown>;
}

function list(json: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new TypeError(`${at}: takes a list, got ${shown(json)}`);
  return json;
}

function wholeNumbers(json: unknown, at: string): readonly number[] {
  const numbers = list(json, at);
  if (!numbers.every((n) => Number.isInteger(n) && (n as number) >= 0)) {
    throw new TypeError(`${at}: takes whole numbers >= 0, got ${shown(json)}`);
  }
  return numbers as readonly number[];
}

function regularExpression(pattern: string, flags: string, at: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new TypeError(`${at}: ${(error as Error).message}`, { cause: error });
  }
}

/** What was given, however much it is, in a few letters. */
function shown(json: unknown): string {
  if (Array.isArray(json)) return `a list of ${json.length}`;
  if (typeof json === "object" && json !== null) return `an object of ${Object.keys(json).length} keys`;
  const text = JSON.stringify(json) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
