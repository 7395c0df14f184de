/** What the nodes of a model are called: what users know from where they trained it. */
import type { Origin, Step } from "./value.ts";

/**
 * A name for every step, all different and none `taken`, from the first of these that there is:
 *
 * 1. the prefix of its parameters: `features.0` for `features.0.weight`;
 * 2. the path of its module, or the one in its node's name: `features.1` for `/features/features.1/Relu`. Where the
 *    path is that of a whole block (`layer1.0` when there is a `layer1.0.conv1`) or of several operators, the operator
 *    stands behind it: `layer1.0.Add`;
 * 3. its node's name as it is;
 * 4. the operator and a number: `Relu_0`.
 *
 * A name that comes again gets a number: `shared#2`.
 */
export function nameSteps(steps: readonly Step[], taken: ReadonlySet<string>): ReadonlyMap<Step, string> {
  const prefixes = steps.map(({ origin }) => parameterPrefix(origin));
  const paths = steps.map(({ origin }, i) => (prefixes[i] === undefined ? nodePath(origin) : undefined));
  const places = prefixes.map((prefix, i) => prefix ?? paths[i]?.path);
  const blocks = blocksOf(places);
  const operators = operatorsAt(places, steps.map(({ origin }, i) => (prefixes[i] === undefined ? origin.opType : "")));

  const used = new Map([...taken].map((name) => [name, 1]));
  const numbers = new Map<string, number>();
  return new Map(steps.map((step, i) => {
    const path = paths[i];
    const { opType, node } = step.origin;
    const isShared = path !== undefined && (blocks.has(path.path) || operators.get(path.path)!.size > 1);
    const pathName = isShared ? `${path.path}.${path.operator}` : path?.path;
    const nodeName = node.split("/").filter((part) => part !== "").join(".");
    const part = step.origin.part === undefined ? "" : `.${step.origin.part}`;
    return [step, unique(used, (prefixes[i] ?? pathName ?? (nodeName || numbered(numbers, opType))) + part)];
  }));
}

/** `features.0` of `features.0.weight`; `undefined` where no parameter was named by a path. */
function parameterPrefix({ parameter }: Origin): string | undefined {
  return parameter?.slice(0, parameter.lastIndexOf("."));
}

/** Whether a name is that of a parameter in its module: `features.0.weight`. */
export function isParameterPath(name: string): boolean {
  return name.lastIndexOf(".") > 0 && !name.includes("/") && !name.includes("::");
}

interface NodePath {
  readonly path: string;
  /** The last part of the name: the operator, and a number where it comes again. */
  readonly operator: string;
}

/** The node's module, or `/layer1/layer1.0/relu/Relu` as `layer1.0.relu` and `Relu`; `undefined` without a path. */
function nodePath({ node: name, opType, module }: Origin): NodePath | undefined {
  if (module !== undefined && module.length <= LONGEST) return { path: module, operator: opType };
  if (name.length > LONGEST) return undefined;
  const parts = name.split("/").filter((part) => part !== "");
  const operator = parts.pop();
  if (operator === undefined || parts.length === 0) return undefined;
  const path: string[] = [];
  for (const part of parts) {
    // Members of a list repeat its name: layer1, layer1.0.
    if (part.startsWith(`${path.at(-1)}.`)) path.pop();
    path.push(part);
  }
  return { path: path.join("."), operator };
}

/** Longer names are taken as they are, and so are deeper ones. */
const LONGEST = 300;
const DEEPEST = 32;

/** Every path that others lie within. */
function blocksOf(paths: readonly (string | undefined)[]): ReadonlySet<string> {
  const blocks = new Set<string>();
  for (const path of paths) {
    if (path === undefined || path.length > LONGEST) continue;
    let depth = 0;
    for (let dot = path.indexOf("."); dot > 0 && depth < DEEPEST; dot = path.indexOf(".", dot + 1), depth++) {
      blocks.add(path.slice(0, dot));
    }
  }
  return blocks;
}

/** Which operators stand at each path; `""` for the layer whose parameters are there. */
function operatorsAt(
  paths: readonly (string | undefined)[], operators: readonly string[],
): ReadonlyMap<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  paths.forEach((path, i) => {
    if (path === undefined) return;
    const there = found.get(path) ?? new Set();
    found.set(path, there.add(operators[i]!));
  });
  return found;
}

function numbered(numbers: Map<string, number>, opType: string): string {
  const number = numbers.get(opType) ?? 0;
  numbers.set(opType, number + 1);
  return `${opType}_${number}`;
}

/** The name, or the name and the first number from 2 that is free. */
function unique(used: Map<string, number>, base: string): string {
  let name = base;
  for (let number = used.get(base) ?? 0; used.has(name);) {
    number++;
    name = `${base}#${number}`;
    used.set(base, number);
  }
  used.set(name, used.get(name) ?? 1);
  return name;
}
