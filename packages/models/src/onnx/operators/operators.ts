/** Every operator that is known. */
import { controlOperators } from "../groups/control.ts";
import { convolutionalOperators } from "../groups/convolutional.ts";
import { generalOperators } from "../groups/general.ts";
import { quantizedOperators } from "../groups/quantized.ts";
import { recurrentOperators } from "../groups/recurrent.ts";
import { samplingOperators } from "../groups/sampling.ts";
import { tabularOperators } from "../groups/tabular.ts";
import { transformerOperators } from "../groups/transformer.ts";
import { tableOf, type OperatorTable } from "./operator-group.ts";

/** All groups together. */
export const EVERY_OPERATOR: OperatorTable = {
  ...tableOf([
    controlOperators, convolutionalOperators, generalOperators, quantizedOperators, recurrentOperators,
    samplingOperators, tabularOperators, transformerOperators,
  ]),
  groups: undefined,
};
