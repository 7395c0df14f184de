/** What surrounds a walk through an ONNX graph. */
import type { ModelInput } from "@relprop/layers";
import type { Budget } from "../budget.ts";
import type { Constant } from "./constant.ts";
import type { OnnxOperator } from "./custom-operator.ts";
import type { External } from "./external-data.ts";
import type { OperatorTable } from "./operators/operator-group.ts";
import type { FunctionProto } from "./schema.ts";
import type { Flow } from "./value.ts";

/** What a walk through a graph needs to know beforehand. */
export interface Setting {
  readonly version: number;
  readonly external: External | undefined;
  readonly budget: Budget;
  readonly table: OperatorTable;
  readonly inputs: readonly Flow[];
  /** Inputs that were made constants. */
  readonly bound: ReadonlyMap<string, Constant>;
  /** The batch that shapes in the file have, where the file fixes one and takes others too. */
  readonly fixedBatch: number | undefined;
  /** The names of the whole graph's outputs. */
  readonly outputs: ReadonlySet<string>;
  /** Inputs by name with what is known of their shapes. */
  readonly shapes: readonly ModelInput[];
  /** Functions of the file, by `functionKey`. */
  readonly functions: ReadonlyMap<string, FunctionProto>;
  /** Operators of the caller's, by name. */
  readonly operators?: Readonly<Record<string, OnnxOperator>>;
}
