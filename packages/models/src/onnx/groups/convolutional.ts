/** Convolutional networks, as they are exported. */
import { binaryFolds } from "../fold/binary.ts";
import { convolutionalOutcomes } from "../fold/convolutional-outcomes.ts";
import { elementwiseFolds } from "../fold/elementwise.ts";
import { gatherFolds } from "../fold/gather.ts";
import { layoutFolds } from "../fold/layout.ts";
import { makeFolds } from "../fold/make.ts";
import { activations } from "../operators/activations.ts";
import { arithmetic } from "../operators/arithmetic.ts";
import { batchNorms } from "../operators/batch-norms.ts";
import { convolutions } from "../operators/convolutions.ts";
import { products } from "../operators/dense.ts";
import { means } from "../operators/means.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { pools } from "../operators/pools.ts";
import { reshapes } from "../operators/reshapes.ts";
import { routes } from "../operators/routes.ts";
import { structure } from "../operators/structure.ts";

/** Convolutions, dense layers, pools, stored normalisations, activations, sums, gates, and how values are laid out. */
export const convolutionalOperators: OperatorGroup = {
  name: "convolutional",
  operators: [
    ...activations, ...arithmetic, ...batchNorms, ...convolutions, ...means, ...pools, ...products, ...reshapes,
    ...routes, ...structure,
  ],
  folds: [...binaryFolds, ...elementwiseFolds, ...gatherFolds, ...layoutFolds, ...makeFolds],
  outcomes: convolutionalOutcomes,
};
