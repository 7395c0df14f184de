/** Tree ensembles, as files write them down: parallel lists with an entry for every node. */
import {
  ActivationLayer, sigmoid, TreeEnsemble, type Leaf, type SplitComparison, type TreeNode,
} from "@relprop/layers";
import type { Operation } from "../../operation.ts";
import { tensorNumbers } from "../../tensor-proto.ts";
import type { Value } from "../../value.ts";
import type { Operator } from "../operator.ts";
import { bothClasses, checkAlone, floats, labelCount, transformed, transformOf, withoutLabel } from "./scores.ts";

/** Forests and boosted trees of both forms. */
export const trees: readonly (readonly [string, Operator])[] = [
  ["ai.onnx.ml.TreeEnsemble", ensemble],
  ["ai.onnx.ml.TreeEnsembleClassifier", classifier],
  ["ai.onnx.ml.TreeEnsembleRegressor", (op) => {
    const targets = op.attributes.integer("n_targets") ?? 1;
    const how = op.attributes.text("aggregate_function") ?? "SUM";
    const scores = op.emit(listedEnsemble(op, "target", targets, how), [floats(op, 0)]);
    if (targets === 1) checkAlone(op, "PROBIT");
    return transformed(op, scores);
  }],
];

const COMPARISONS: Readonly<Record<string, SplitComparison>> = {
  BRANCH_LEQ: "leq", BRANCH_LT: "lt", BRANCH_GTE: "gte", BRANCH_GT: "gt", BRANCH_EQ: "eq", BRANCH_NEQ: "neq",
};

const AGGREGATES = { SUM: "sum", AVERAGE: "average", MIN: "min", MAX: "max" } as const;

/** What features are compared with, rounded as they are: doubles too come in single precision. */
function limits(op: Operation, name: string): Float32Array {
  return Float32Array.from(numbers(op, name));
}

/** Numbers of an attribute that is a list, or a tensor where they are doubles. */
function numbers(op: Operation, name: string): ArrayLike<number> {
  const tensor = op.attributes.tensor(`${name}_as_tensor`) ?? op.attributes.tensor(name);
  return tensor === undefined ? (op.attributes.floats(name) ?? []) : tensorNumbers(tensor, undefined).data;
}

/** Trees whose nodes are told by the numbers of tree and node. */
function listedEnsemble(op: Operation, prefix: "class" | "target", targets: number, how: string): TreeEnsemble {
  const integers = (name: string): readonly number[] => op.attributes.integers(name) ?? [];
  const [treeIds, nodeIds] = [integers("nodes_treeids"), integers("nodes_nodeids")];
  const modes = op.attributes.texts("nodes_modes") ?? [];
  const [featureIds, yes, no] =
    [integers("nodes_featureids"), integers("nodes_truenodeids"), integers("nodes_falsenodeids")];
  const missing = integers("nodes_missing_value_tracks_true");
  const [thresholds, covers] = [limits(op, "nodes_values"), numbers(op, "nodes_hitrates")];
  op.graph.budget.positions.take(8 * treeIds.length);
  // Positions within the tree, by its number and the node's.
  const places = new Map<string, number>();
  const sizes = new Map<number, number>();
  treeIds.forEach((tree, i) => {
    const size = sizes.get(tree) ?? 0;
    sizes.set(tree, size + 1);
    places.set(`${tree} ${nodeIds[i]!}`, size);
  });
  const weights = new Map<string, (readonly [number, number])[]>();
  const [ofTrees, ofNodes, ids] =
    [integers(`${prefix}_treeids`), integers(`${prefix}_nodeids`), integers(`${prefix}_ids`)];
  const added = numbers(op, `${prefix}_weights`);
  op.graph.budget.positions.take(8 * ids.length);
  ids.forEach((id, i) => {
    const key = `${ofTrees[i]!} ${ofNodes[i]!}`;
    const list = weights.get(key);
    if (list === undefined) weights.set(key, [[id, added[i]!]]);
    else list.push([id, added[i]!]);
  });
  const made = new Map([...sizes.keys()].map((tree): [number, TreeNode[]] => [tree, []]));
  treeIds.forEach((tree, i) => {
    const place = (node: number): number => places.get(`${tree} ${node}`) ?? NaN;
    const cover = covers[i];
    const counted = cover === undefined ? {} : { cover };
    const comparison = COMPARISONS[modes[i] ?? ""];
    if (comparison === undefined && modes[i] !== "LEAF") throw new RangeError(`takes modes of nodes, got ${modes[i]}`);
    const leaf: Leaf = { weights: weights.get(`${tree} ${nodeIds[i]!}`) ?? [] };
    const node: TreeNode = comparison === undefined ? { ...leaf, ...counted } : {
      feature: featureIds[i]!, comparison, threshold: thresholds[i]!, missing: missing[i] === 1,
      yes: place(yes[i]!), no: place(no[i]!), ...counted,
    };
    made.get(tree)!.push(node);
  });
  const features = featureIds.reduce((most, feature, i) =>
    (modes[i] === "LEAF" ? most : Math.max(most, feature + 1)), 0);
  const aggregate = AGGREGATES[how as keyof typeof AGGREGATES];
  if (aggregate === undefined) throw new RangeError(`takes aggregates SUM, AVERAGE, MIN and MAX, got ${how}`);
  const base = Array.from(numbers(op, "base_values"));
  return new TreeEnsemble({ trees: [...made.values()], features, targets, aggregate, base });
}

/** Scores of classes; where all leaves speak for the first of two, their sum is the score of the second. */
function classifier(op: Operation): readonly Value[] {
  const classes = labelCount(op);
  const ids = op.attributes.integers("class_ids") ?? [];
  const added = numbers(op, "class_weights");
  const base = numbers(op, "base_values");
  if (classes !== 2 || ids.some((id) => id !== 0)) {
    if (classes === 2 && base.length > 0 && !ids.includes(0)) {
      throw new RangeError("takes base values beside leaves of both classes or of the first, got others");
    }
    const scores = op.emit(listedEnsemble(op, "class", classes, "SUM"), [floats(op, 0)]);
    return withoutLabel(op, transformed(op, scores));
  }
  if (base.length > 1) throw new RangeError("takes one base value beside leaves of one class, got two");
  const score = op.emit(listedEnsemble(op, "class", 1, "SUM"), [floats(op, 0)]);
  checkAlone(op, "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO");
  const isLogistic = transformOf(op) === "LOGISTIC";
  const isPositive = Array.from(added).every((weight) => weight >= 0);
  const both = bothClasses(op, score, isPositive && !isLogistic ? "complement" : "opposite");
  return withoutLabel(op, isLogistic ? op.emit(new ActivationLayer(sigmoid), [both]) : both);
}

/** Trees whose nodes are told by position. */
function ensemble(op: Operation): Value {
  const integers = (name: string): readonly number[] => op.attributes.integers(name) ?? [];
  const [featureIds, yes, no] =
    [integers("nodes_featureids"), integers("nodes_truenodeids"), integers("nodes_falsenodeids")];
  const [yesLeafs, noLeafs] = [integers("nodes_trueleafs"), integers("nodes_falseleafs")];
  const missing = integers("nodes_missing_value_tracks_true");
  const [modes, splits, covers] =
    [numbers(op, "nodes_modes"), limits(op, "nodes_splits"), numbers(op, "nodes_hitrates")];
  const [targetIds, added] = [integers("leaf_targetids"), numbers(op, "leaf_weights")];
  const sets = membersOf(op);
  const order: readonly (SplitComparison | "member")[] = ["leq", "lt", "gte", "gt", "eq", "neq", "member"];
  const targets = op.attributes.integer("n_targets") ?? 1;
  let members = 0;
  const thresholds = Array.from(modes, (mode, i) => (mode === 6 ? (sets[members++] ?? []) : splits[i]!));
  const made = integers("tree_roots").map((root) => {
    const nodes: TreeNode[] = [];
    // Every way to a node is one of its own: a tree that is a leaf has one split with the same leaf on either side.
    const pending = [{ at: root, isLeaf: false, put: (_place: number): void => undefined }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      op.graph.budget.positions.take(8);
      next.put(nodes.length);
      const { at, isLeaf } = next;
      if (isLeaf) {
        nodes.push({ weights: targetIds[at] === undefined ? [] : [[targetIds[at], added[at]!]] });
        continue;
      }
      const mode = order[modes[at] ?? -1];
      if (mode === undefined) throw new RangeError(`takes modes of nodes from 0 to 6, got ${modes[at]}`);
      const split = {
        feature: featureIds[at]!, comparison: mode === "member" ? "eq" as const : mode, threshold: thresholds[at]!,
        missing: missing[at] === 1, yes: NaN, no: NaN, ...(covers[at] === undefined ? {} : { cover: covers[at] }),
      };
      nodes.push(split);
      pending.push(
        { at: no[at]!, isLeaf: noLeafs[at] === 1, put: (place) => void (split.no = place) },
        { at: yes[at]!, isLeaf: yesLeafs[at] === 1, put: (place) => void (split.yes = place) },
      );
    }
    return nodes;
  });
  const features = featureIds.reduce((most, feature) => Math.max(most, feature + 1), 0);
  const aggregate = (["average", "sum", "min", "max"] as const)[op.attributes.integer("aggregate_function") ?? 1];
  const layer = new TreeEnsemble({ trees: made, features, targets, ...(aggregate === undefined ? {} : { aggregate }) });
  const scores = op.emit(layer, [floats(op, 0)]);
  const how = (["NONE", "SOFTMAX", "LOGISTIC"] as const)[op.attributes.integer("post_transform") ?? 0];
  if (how === undefined || (targets === 1 && how !== "NONE")) {
    throw new RangeError("takes post_transform NONE, or SOFTMAX and LOGISTIC of several targets, got another");
  }
  if (how === "NONE") return scores;
  return transformed(op.of({ ...op.node, attributes: new Map([["post_transform", {
    name: "post_transform", text: how, floats: [], integers: [], texts: [],
  }]]) }), scores);
}

/** The sets of values that splits compare with, one behind the other. */
function membersOf(op: Operation): readonly (readonly number[])[] {
  const sets: number[][] = [[]];
  for (const value of limits(op, "membership_values")) {
    if (Number.isNaN(value)) sets.push([]);
    else sets.at(-1)!.push(value);
  }
  return sets;
}
