/** Forests and boosted trees. */
import { checkKind, empty, formatShape, optionsOf, ShapeError, zeros, type Shape, type Tensor } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Linearization } from "../layer/layer.ts";
import type { OwnRule, SharingLayer } from "../layer/sharing-layer.ts";
import { checkTree, goesYes, hasCovers, isSplit, leafOf, type DecisionTree } from "./decision-tree.ts";
import { shapley, type Contributions } from "./shapley.ts";
import { treeShares } from "./tree-shares.ts";

/** What a `TreeEnsemble` is made of. */
export interface TreeEnsembleOptions {
  readonly trees: readonly DecisionTree[];
  /** The number of features, at least those that splits ask for. */
  readonly features: number;
  readonly targets: number;
  /** How the trees' answers become one; `"sum"` by default. */
  readonly aggregate?: "sum" | "average" | "min" | "max";
  /** Added to every target. */
  readonly base?: readonly number[];
}

/**
 * `[N, features]` to `[N, targets]`: what trees say, put together. Steps have no slope, so that nothing comes back by
 * the gradient; what features have to do with it is told by Shapley values. A tree that is the smallest or largest
 * stands for all.
 */
export class TreeEnsemble implements SharingLayer {
  readonly kind = "TreeEnsemble";
  readonly role = "other";
  readonly trees: readonly DecisionTree[];
  readonly features: number;
  readonly targets: number;
  readonly aggregate: "sum" | "average" | "min" | "max";
  readonly base: readonly number[];
  /** Whether trees say how many samples went where when they grew; else both ways of a split count alike. */
  readonly isCounted: boolean;

  constructor(options: TreeEnsembleOptions) {
    const { trees, features, targets, aggregate = "sum", base = [] } = optionsOf("TreeEnsemble", options);
    if (!Array.isArray(trees) || !trees.every(Array.isArray)) {
      throw new TypeError(`TreeEnsemble: takes trees as lists of nodes, got ${String(trees)}`);
    }
    checkKind("TreeEnsemble", "a number of targets", targets, Number.isInteger(targets));
    checkList("TreeEnsemble base", base);
    for (const tree of trees) checkTree(tree, features, targets);
    if (base.length !== 0 && base.length !== targets) {
      throw new RangeError(`TreeEnsemble: takes a base of ${targets} numbers, got ${base.length}`);
    }
    this.trees = trees;
    this.features = features;
    this.targets = targets;
    this.aggregate = aggregate;
    this.base = base;
    this.isCounted = trees.every(hasCovers);
  }

  /** The same trees with covers counted over samples `[N, features]`, one more in every node so that none is empty. */
  withCovers(samples: Tensor): TreeEnsemble {
    this.outputShape(samples.shape);
    const trees = this.trees.map((tree) => {
      const counts = new Float64Array(tree.length);
      for (let n = 0; n < samples.shape[0]!; n++) {
        let at = 0;
        for (let node = tree[at]!; isSplit(node); node = tree[at]!) {
          at = goesYes(node, samples.data[n * this.features + node.feature]!) ? node.yes : node.no;
        }
        counts[at]!++;
      }
      const covers = summed(tree, counts.map((count) => count + 1));
      return tree.map((node, i) => ({ ...node, cover: covers[i]! }));
    });
    return new TreeEnsemble({ ...this.#options(), trees });
  }

  #options(): TreeEnsembleOptions {
    const { trees, features, targets, aggregate, base } = this;
    return { trees, features, targets, aggregate, base };
  }

  outputShape(input: Shape): Shape {
    if (input.length !== 2 || input[1]! < this.features) {
      throw new ShapeError(`TreeEnsemble: takes [N, ${this.features}], got ${formatShape(input)}`);
    }
    return [input[0]!, this.targets];
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    for (let n = 0; n < x.shape[0]!; n++) {
      const sums = this.#answers(x, n).map(({ sum }, target) => sum + (this.base[target] ?? 0));
      out.data.set(sums, n * this.targets);
    }
    return out;
  }

  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: () => [zeros(x.shape)] };
  }

  /** How relevance passes. */
  get rule(): OwnRule {
    return shapley(this);
  }

  /** The outputs for an input, taken apart. */
  contributions(x: Tensor): Contributions {
    const [batch] = this.outputShape(x.shape) as [number];
    const [width, { targets, trees }] = [x.shape[1]!, this];
    const shares = new Float64Array(batch * targets * width);
    const means = empty([batch, targets]);
    for (let n = 0; n < batch; n++) {
      const answers = this.#answers(x, n);
      const averages = Float64Array.from({ length: targets }, (_, target) => this.base[target] ?? 0);
      trees.forEach((tree, which) => {
        treeShares(tree, (feature) => x.data[n * width + feature]!, this.isCounted, (leaf, feature, share) => {
          for (const [target, weight] of leaf.weights) {
            const part = share * weight * answers[target]!.part(which);
            if (feature === undefined) averages[target]! += part;
            else shares[(n * targets + target) * width + feature]! += part;
          }
        });
      });
      means.data.set(averages, n * targets);
    }
    const tensor = empty([batch, targets, width]);
    tensor.data.set(shares);
    return { shares: tensor, means };
  }

  /** What all trees say to one sample, and how much of each tree is in it. */
  #answers(x: Tensor, n: number): readonly Answer[] {
    const { aggregate, trees, targets } = this;
    const width = x.shape[1]!;
    const sums = new Float64Array(targets);
    const winners = new Int32Array(targets).fill(-1);
    trees.forEach((tree, which) => {
      for (const [target, weight] of leafOf(tree, (feature) => x.data[n * width + feature]!).weights) {
        const wins = winners[target]! < 0 || (aggregate === "min" ? weight < sums[target]! : weight > sums[target]!);
        if (aggregate === "sum" || aggregate === "average") sums[target]! += weight;
        else if (wins) [sums[target], winners[target]] = [weight, which];
      }
    });
    const scale = aggregate === "average" ? 1 / trees.length : 1;
    const isOne = aggregate === "min" || aggregate === "max";
    return Array.from(sums, (sum, target) => ({
      sum: sum * scale,
      part: (which) => (isOne ? Number(which === winners[target]) : scale),
    }));
  }
}

interface Answer {
  readonly sum: number;
  part(which: number): number;
}

/** What is in leaves, added up over all nodes above them. */
function summed(tree: DecisionTree, counts: Float64Array): Float64Array {
  const covers = new Float64Array(tree.length);
  const visit = (at: number): number => {
    const node = tree[at]!;
    return (covers[at] = isSplit(node) ? visit(node.yes) + visit(node.no) : counts[at]!);
  };
  visit(0);
  return covers;
}
