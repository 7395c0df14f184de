/** Nodes that say how others are gone through, and lists of values. */
import { branches } from "../operators/branches.ts";
import { lists } from "../operators/lists.ts";
import { loops } from "../operators/loops.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { sequences } from "../operators/sequences.ts";
import { axesOf } from "../recognize/axes-of.ts";

/** Branches, loops, sequences, optional values. */
export const controlOperators: OperatorGroup = {
  name: "control",
  operators: [],
  folds: [],
  structures: [...branches, ...lists, ...loops, ...sequences],
  steps: { axesOf },
};
