/** Group normalisation that stands between two reshapes. */
import { GroupNorm, InstanceNorm, Reshape } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";

/**
 * Group normalisation as PyTorch exports it: the input laid out as `[N, groups, −1]`, normalised plane by plane, laid
 * out as before.
 */
export function groupNorm(op: Operation, x: Flow): Flow | undefined {
  const norm = x.step?.layer;
  if (!(norm instanceof InstanceNorm) || norm.scale !== undefined) return undefined;
  const [inner] = x.step!.inputs;
  const split = inner?.step?.layer;
  const isSplit = split instanceof Reshape && split.from === 0 && split.shape.length === 3 &&
    split.shape[0] === 0 && split.shape[2] === -1;
  const source = inner?.step?.inputs[0];
  if (!isSplit || source === undefined) return undefined;
  const target = op.value(1);
  const producer = target?.kind === "flow" ? target.step : undefined;
  const isBack = producer?.layer.kind === "Shape" && producer.inputs[0] === source;
  if (!isBack) return undefined;
  const { epsilon, epsilonOutside } = norm;
  return op.emit(new GroupNorm(split.shape[1]!, { epsilon, epsilonOutside }), [source]);
}
