/** Products of whole numbers that were made of floats while the network runs. */
import { Conv, Dense, foldAfter, Multiply, type AffineLayer } from "@relprop/layers";
import { full, Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { scaleAndShift } from "../operators/affine.ts";
import type { Flow } from "../value.ts";

/**
 * `W (s q)` for `s (W q)`, s being the scale of the quantised input, alone or times a constant: what is added behind is
 * then the product's own bias, as in the network of floats. `undefined` for other products.
 */
export function dynamicallyScaled(op: Operation): Flow | undefined {
  for (const [at, other] of [[0, 1], [1, 0]] as const) {
    const product = op.flow(at);
    const { layer, inputs: [levels] = [] } = product.step ?? {};
    const isWhole = (layer instanceof Conv || layer instanceof Dense) && layer.bias === undefined &&
      levels?.step?.layer.kind === "Quantize";
    const scale = isWhole ? scaleOf(op, other) : undefined;
    if (scale === undefined) continue;
    const x = op.emit(new Multiply(), [levels!, scale.computed], { rank: levels!.rank, part: "scale" });
    const scaled = scale.constant && scaledBy(op, layer as Conv | Dense, scale.constant);
    const y = op.emit(scaled ?? layer!, [x], { rank: product.rank });
    return scale.constant === undefined || scaled !== undefined ? y : scaleAndShift(op, y, scale.constant, undefined);
  }
  return undefined;
}

/** The layer whose outputs are this much larger; `undefined` where the constant differs along other axes. */
function scaledBy(op: Operation, layer: Conv | Dense, { shape, data }: Tensor): AffineLayer | undefined {
  const axis = layer instanceof Dense ? -1 : 1 - layer.weight.shape.length;
  const outputs = layer.weight.shape[0]!;
  if (data.length !== 1 && (shape.at(axis) !== outputs || data.length !== outputs)) return undefined;
  op.graph.budget.spend(4 * outputs);
  const scale = data.length === 1 ? full([outputs], data[0]!) : new Tensor([outputs], data);
  const weight = foldAfter(layer, scale, undefined)?.weight;
  // Without a bias of zeros, so that it takes up what is added.
  return weight && layer.withParameters(weight, undefined);
}

interface DynamicScale {
  /** A single number without relevance. */
  readonly computed: Flow;
  readonly constant?: Tensor;
}

function scaleOf(op: Operation, index: number): DynamicScale | undefined {
  const computed = op.flow(index);
  if (!computed.inert) return undefined;
  if (computed.rank === 0) return { computed };
  const maker = op.graph.producer(op.node.inputs[index]!);
  if (maker?.opType !== "Mul") return undefined;
  const product = op.of(maker);
  const at = [0, 1].find((each) => product.value(each)?.kind === "known");
  const number = at === undefined ? undefined : product.value(1 - at);
  if (number?.kind !== "flow" || number.rank !== 0 || !number.inert) return undefined;
  return { computed: number, constant: product.parameter(at!) };
}
