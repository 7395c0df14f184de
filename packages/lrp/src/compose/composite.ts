/** Composites: which rule at which node, as data. The last assignment that matches a node wins. */
import { checkKind } from "@relprop/tensor";
import { isAffine, isNormalization, type LayerKind, type Model, type Node } from "@relprop/layers";
import { defaultRule } from "./default-rule.ts";
import { firstNodes, lastNodes, preprocessingNodes } from "../prepare/data-flow.ts";
import { nameGlob } from "./name-glob.ts";
import { pass } from "../rules/structural-rules.ts";
import { RuleError, type Rule } from "../rules/rule.ts";

/** A rule, or a rule per kind or role: `{ Conv: zPlus(), Dense: epsilon() }`, `{ activation: pass() }`. */
export type RuleChoice = Rule | Readonly<Record<string, Rule>>;

/** Some nodes and the rule they get. */
export interface Assignment {
  /** What selects the nodes, as it is printed and written down: `{ index: [2, 1] }`. */
  readonly select: Selection;
  readonly rule: RuleChoice;
  /** Whether it may match nothing; presets say so, since they do not know the model. */
  readonly optional?: boolean;
}

/** How an assignment selects nodes. */
export type Selection =
  | { readonly all: true }
  | { readonly index: readonly number[] }
  | { readonly range: readonly [from: number, to: number] }
  | { readonly first: "linear" }
  | { readonly last: "linear" }
  | { readonly name: string | RegExp }
  | { readonly where: (node: Node) => boolean };

/** Assignments in order; later ones win. */
export type Composite = readonly Assignment[];

/** Assignments in order; nested composites are flattened, so presets can be extended: `composite(epsilonPlus(), …)`. */
export function composite(...parts: readonly (Assignment | Composite)[]): Composite {
  return parts.flatMap((part) => {
    if (Object(part).select !== undefined) return [part as Assignment];
    checkKind("composite", "assignments", part, Array.isArray(part));
    return part as Composite;
  });
}

/**
 * Every node the rule applies to that mixes its inputs; activations, routing and normalisation over groups keep their
 * own rules unless a map names them.
 */
export function everywhere(rule: RuleChoice): Assignment {
  return { select: { all: true }, rule };
}

/** Nodes by kind or role, a rule for each: `byKind({ Conv: zPlus(), Dense: epsilon(), activation: pass() })`. */
export function byKind(rules: Readonly<Record<string, Rule>>): Assignment {
  return { select: { all: true }, rule: rules };
}

/** The node at an index, or everything nested below it: `at(3, rule)`, `at([2, 1], rule)`. */
export function at(index: number | readonly number[], rule: RuleChoice): Assignment {
  return { select: { index: typeof index === "number" ? [index] : index }, rule };
}

/** Everything whose outermost index is within `from` to `to`, both included. */
export function range(from: number, to: number, rule: RuleChoice): Assignment {
  return { select: { range: [from, to] }, rule };
}

/** Everything whose outermost index is below `count`. */
export function firstN(count: number, rule: RuleChoice): Assignment {
  return range(0, count - 1, rule);
}

/**
 * Nodes by name: the name itself, a pattern with `*`, a prefix of path parts (`layer1` means `layer1.…`), or a RegExp.
 */
export function named(name: string | RegExp, rule: RuleChoice): Assignment {
  return { select: { name }, rule };
}

/** Nodes for which a predicate holds. */
export function where(predicate: (node: Node) => boolean, rule: RuleChoice): Assignment {
  checkKind("where", "a function of nodes", predicate, typeof predicate === "function");
  return { select: { where: predicate }, rule };
}

/**
 * The first linear layers in data-flow order: those that no other linear layer comes before; several if branches start
 * so.
 */
export function first(rule: RuleChoice): Assignment {
  return { select: { first: "linear" }, rule };
}

/** The last linear layers in data-flow order: those that no other linear layer comes after. */
export function last(rule: RuleChoice): Assignment {
  return { select: { last: "linear" }, rule };
}

/** A node, its rule, and the assignment that chose it (`undefined` for the default). */
export interface AssignedRule {
  readonly node: Node;
  readonly rule: Rule;
  readonly by: Assignment | undefined;
}

/**
 * The rule of every node. Throws a `RangeError` for an assignment that matches nothing, a `RuleError` for one whose
 * rule applies to none of the nodes it names. Nodes that a rule for several cannot take keep the rule they had.
 */
export function assign(model: Model, composite: Composite): readonly AssignedRule[] {
  // What only prepares the input hands its relevance on: it is the input's, whatever its scale.
  const prepares = preprocessingNodes(model);
  const assigned: AssignedRule[] = model.carriers.map((node) =>
    ({ node, rule: prepares.has(node) ? pass() : defaultRule(node.layer), by: undefined }));
  for (const by of composite) {
    const selected = selectNodes(model, by.select);
    let [matches, refused] = [0, undefined as RuleError | undefined];
    assigned.forEach(({ node }, i) => {
      if (!selected(node) || (prepares.has(node) && !isExplicit(by.select))) return;
      const rule = chosen(by, node.layer);
      if (rule === undefined) return;
      const refusal = rule.refusal(node.layer);
      if (refusal === undefined) {
        matches++;
        assigned[i] = { node, rule, by };
        return;
      }
      const where = `node "${node.name}" (${node.layer.kind})`;
      const error = new RuleError(`${rule.name}: does not apply to ${where}, which ${refusal}`);
      if (namesKind(by.rule, node.layer)) throw error;
      if (!("all" in by.select)) refused ??= error;
    });
    if (matches === 0 && refused !== undefined) throw refused;
    if (matches === 0 && by.optional !== true) throw new RangeError(unmatched(by, model));
  }
  return assigned;
}

/** Whether a selection means nodes themselves, and not whatever is of a kind. */
function isExplicit(select: Selection): boolean {
  return "index" in select || "name" in select || "where" in select;
}

/** An explicit list of rules, one per node. */
export function assignList(model: Model, rules: readonly Rule[]): readonly AssignedRule[] {
  const nodes = model.carriers;
  if (rules.length !== nodes.length) {
    throw new RangeError(`LRP: takes one rule per node, ${nodes.length} in all, got ${rules.length}`);
  }
  return nodes.map((node, i) => ({ node, rule: rules[i]!, by: undefined }));
}

const MIXING: ReadonlySet<string> = new Set(["linear", "normalization", "average", "sum"]);

function chosen({ select, rule }: Assignment, layer: LayerKind): Rule | undefined {
  if (!isRule(rule)) return rule[layer.kind] ?? rule[layer.role];
  if (!("all" in select)) return rule;
  // What a group is divided by grows with it: a quotient over that Jacobian would cancel to nothing.
  const cancels = isNormalization(layer) && "quotients" in rule;
  const isForWeights = rule.replacesWeights === true && !isAffine(layer);
  return cancels || isForWeights || !MIXING.has(layer.role) ? undefined : rule;
}

/** Whether a choice is a map with a rule for this very kind. */
function namesKind(choice: RuleChoice, { kind }: LayerKind): boolean {
  return !isRule(choice) && Object.hasOwn(choice, kind);
}

/** Whether a choice is one rule, not a map of them. */
export function isRule(choice: RuleChoice): choice is Rule {
  return typeof choice["propagation"] === "function";
}

function selectNodes(model: Model, select: Selection): (node: Node) => boolean {
  if ("all" in select) return () => true;
  if ("index" in select) return ({ index }) => select.index.every((part, depth) => index[depth] === part);
  if ("range" in select) return ({ index: [outer] }) => outer! >= select.range[0] && outer! <= select.range[1];
  if ("where" in select) return select.where;
  if ("name" in select) {
    const pattern = select.name;
    const matches = typeof pattern === "string" ? nameGlob(pattern) : undefined;
    // Not `test`, which remembers where it was if the pattern is global.
    return ({ name }) => matches?.(name) ?? name.search(pattern) >= 0;
  }
  const chosenNodes = "first" in select ? firstNodes(model) : lastNodes(model);
  return (node) => chosenNodes.has(node);
}

/** How a selection reads: `index 2.1`, `name features.*`. */
export function describeSelection(select: Selection): string {
  if ("all" in select) return "everywhere";
  if ("index" in select) return `index ${select.index.join(".")}`;
  if ("range" in select) return `range ${select.range[0]} to ${select.range[1]}`;
  if ("name" in select) return `name ${String(select.name)}`;
  if ("where" in select) return "predicate";
  return "first" in select ? "first" : "last";
}

/** How an assignment that chose the rule of a layer reads: `kind Conv`, `first, kind Conv`, `name features.*`. */
export function describeAssignment({ select, rule }: Assignment, layer: LayerKind): string {
  const selection = describeSelection(select);
  if (isRule(rule)) return selection;
  const key = Object.hasOwn(rule, layer.kind) ? `kind ${layer.kind}` : `role ${layer.role}`;
  return "all" in select ? key : `${selection}, ${key}`;
}

function unmatched({ select, rule }: Assignment, model: Model): string {
  const what = isRule(rule) ? rule.name : `{ ${Object.keys(rule).join(", ")} }`;
  const nodes = model.carriers.map(({ name, layer, index }) => `${index.join(".")} ${name} (${layer.kind})`).join(", ");
  const assigned = `${what} for ${describeSelection(select)}`;
  return `composite: takes assignments that match a node, but ${assigned} matches none of ${nodes}`;
}
