/** The operations of programs, by their position. */
import type { Definition } from "../../assembler.ts";
import { elementary } from "./elementary.ts";
import { errorFunctions } from "./error-function.ts";
import { exponentials } from "./exponential.ts";
import { logarithms } from "./logarithm.ts";
import { operationNames, type OperationName } from "./names.ts";

const definitions: Readonly<Record<OperationName, Definition>> = {
  ...elementary, ...exponentials, ...logarithms, ...errorFunctions,
};

/** The functions of the operations, in the order of their names. */
export const operations: readonly Definition[] = operationNames.map((name) => definitions[name]);
