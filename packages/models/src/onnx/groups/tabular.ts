/** Models on tables. */
import { categoryFolds, categoryOutcomes } from "../fold/categories.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { textsAsNumbers } from "../texts-as-numbers.ts";
import { tabular } from "../operators/tabular/tabular.ts";

/** Trees, linear models, support vectors, and how features are prepared. */
export const tabularOperators: OperatorGroup = {
  name: "tabular",
  operators: [...tabular],
  folds: [...categoryFolds],
  outcomes: categoryOutcomes,
  steps: { textsAsNumbers },
};
