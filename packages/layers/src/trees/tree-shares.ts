/** What every feature has to do with what a tree says: Shapley values (Lundberg et al. 2018). */
import { goesYes, isSplit, type DecisionTree, type Leaf } from "./decision-tree.ts";

/** Called with what a feature adds to all targets at a leaf, `share` times its weights; the mean without a feature. */
export type AddShare = (leaf: Leaf, feature: number | undefined, share: number) => void;

/**
 * Shapley values of the game in which features that are left out go either way as often as samples did. At a leaf with
 * d features above it, a coalition S gets the leaf's weights times `Π_{i∈S} o_i · Π_{i∉S} z_i`: o says whether the
 * sample's value leads there, z how often a value does. That is a coefficient of `Π (z_i + o_i t)`, and a feature's
 * share is
 *
 *     (o_i − z_i) Σ_s s! (d − s − 1)! / d! · [t^s] Π_{j≠i} (z_j + o_j t)
 *
 * One product for all features, and a division by one factor for each: O(d²) a leaf. The shares add up to what the
 * sample's leaf says less the mean over all leaves.
 */
export function treeShares(
  tree: DecisionTree, value: (feature: number) => number, isCounted: boolean, add: AddShare,
): void {
  const path: Condition[] = [];
  const visit = (at: number): void => {
    const node = tree[at]!;
    if (!isSplit(node)) return leafShares(node, path, add);
    const yes = goesYes(node, value(node.feature));
    for (const [below, leads] of [[node.yes, yes], [node.no, !yes]] as const) {
      const often = isCounted ? tree[below]!.cover! / node.cover! : 0.5;
      const known = path.findIndex(({ feature }) => feature === node.feature);
      const before = known < 0 ? { feature: node.feature, leads: true, often: 1 } : path[known]!;
      const place = known < 0 ? path.length : known;
      path[place] = { feature: node.feature, leads: before.leads && leads, often: before.often * often };
      visit(below);
      if (known < 0) path.pop();
      else path[place] = before;
    }
  };
  visit(0);
}

/** A feature on the way to a leaf: whether the sample's value leads on, and how often a value does. */
interface Condition {
  readonly feature: number;
  readonly leads: boolean;
  readonly often: number;
}

function leafShares(leaf: Leaf, path: readonly Condition[], add: AddShare): void {
  add(leaf, undefined, path.reduce((product, { often }) => product * often, 1));
  const d = path.length;
  // Sums of products of often (coefficients of 1) and leads (coefficients of t).
  const whole = new Float64Array(d + 1);
  whole[0] = 1;
  path.forEach(({ leads, often }, i) => {
    for (let s = i + 1; s > 0; s--) whole[s] = whole[s]! * often + (leads ? whole[s - 1]! : 0);
    whole[0]! *= often;
  });
  for (const { feature, leads, often } of path) {
    const difference = Number(leads) - often;
    if (difference === 0) continue;
    let [sum, weight, above] = [0, 1 / d, 0];
    // From t^(d−1) down, weights being (d − 1)! 0! / d!, (d − 2)! 1! / d!, …
    for (let s = d - 1; s >= 0; s--) {
      const without = leads ? whole[s + 1]! - often * above : whole[s]! / often;
      sum += weight * without;
      weight *= (d - s) / s;
      above = without;
    }
    add(leaf, feature, difference * sum);
  }
}
