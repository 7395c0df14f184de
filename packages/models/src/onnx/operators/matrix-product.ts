/** Products of two flows. */
import { MatMul } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { attentionOf } from "../recognize/gating.ts";
import type { Flow } from "../value.ts";

/** `A B`, of which one may weigh the other where `weighs` says so. */
export function matrixProduct(
  op: Operation, factors: readonly Flow[], rank: number | undefined, weighs: boolean,
): Flow {
  const layer = weighs ? new MatMul({ gating: attentionOf(op, factors) }) : new MatMul();
  return op.emit(layer, factors, { rank });
}
