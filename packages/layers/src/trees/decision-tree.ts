/** One binary decision tree as plain data. */

/** How a split compares: the way "yes" is taken where it holds. */
export type SplitComparison = "leq" | "lt" | "gte" | "gt" | "eq" | "neq";

/** A question to one feature. */
export interface Split {
  readonly feature: number;
  readonly comparison: SplitComparison;
  /** What is compared with; any of several for `"eq"` and `"neq"`. */
  readonly threshold: number | readonly number[];
  /** Whether a value that is missing (NaN) goes the way "yes". */
  readonly missing?: boolean;
  /** Nodes by position. */
  readonly yes: number;
  readonly no: number;
}

/** What a leaf adds to each target. */
export interface Leaf {
  readonly weights: readonly (readonly [target: number, weight: number])[];
}

/** A node, and how many samples (or which share of them) came there when the tree grew. */
export type TreeNode = (Split | Leaf) & { readonly cover?: number };

/** Nodes by position; the first is the root. */
export type DecisionTree = readonly TreeNode[];

/** Trees are not deeper. */
const DEEPEST = 1000;

/** Throws a `RangeError` unless every way from the root leads to a leaf, over nodes that belong to it alone. */
export function checkTree(tree: DecisionTree, features: number, targets: number): void {
  const seen = new Set<number>();
  const pending: (readonly [at: number, depth: number])[] = [[0, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, depth] = next;
    const node = tree[at];
    if (node === undefined) throw new RangeError(`tree: takes nodes below ${tree.length}, got ${at}`);
    if (seen.has(at)) throw new RangeError(`tree: takes nodes with one way to each, got several to ${at}`);
    if (depth > DEEPEST) throw new RangeError(`tree: takes at most ${DEEPEST} splits one below another, got more`);
    seen.add(at);
    if (isSplit(node)) {
      if (!(Number.isInteger(node.feature) && node.feature >= 0 && node.feature < features)) {
        throw new RangeError(`tree: takes features below ${features}, got ${node.feature}`);
      }
      pending.push([node.yes, depth + 1], [node.no, depth + 1]);
    } else {
      const beyond = node.weights.find(([target]) => !(Number.isInteger(target) && target >= 0 && target < targets));
      if (beyond !== undefined) throw new RangeError(`tree: takes targets below ${targets}, got ${beyond[0]}`);
    }
  }
}

/** Whether a node asks something. */
export function isSplit(node: TreeNode): node is Split & { readonly cover?: number } {
  return "feature" in node;
}

/** Whether a value goes the way "yes". */
export function goesYes({ comparison, threshold, missing = false }: Split, value: number): boolean {
  if (Number.isNaN(value) && missing) return true;
  if (typeof threshold !== "number") return threshold.includes(value) === (comparison === "eq");
  switch (comparison) {
    case "leq": return value <= threshold;
    case "lt": return value < threshold;
    case "gte": return value >= threshold;
    case "gt": return value > threshold;
    case "eq": return value === threshold;
    default: return value !== threshold;
  }
}

/** The leaf that a sample comes to; `value` says its features. */
export function leafOf(tree: DecisionTree, value: (feature: number) => number): Leaf {
  let node = tree[0]!;
  while (isSplit(node)) node = tree[goesYes(node, value(node.feature)) ? node.yes : node.no]!;
  return node;
}

/** Whether covers are known: every split has the sum of those below it. */
export function hasCovers(tree: DecisionTree): boolean {
  return tree.every((node) => {
    const { cover = 0 } = node;
    if (!isSplit(node)) return node.cover !== undefined;
    const below = (tree[node.yes]!.cover ?? 0) + (tree[node.no]!.cover ?? 0);
    return cover > 0 && Math.abs(below - cover) <= 1e-3 * cover;
  });
}
