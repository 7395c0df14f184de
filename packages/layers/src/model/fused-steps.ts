/** Steps of a forward pass nobody looks into: what keeps a product within bounds is done by the product as it ends. */
import type { Bounds, Tensor } from "@relprop/tensor";
import { identity, type Activation } from "../layer/activation.ts";
import type { Layer } from "../layer/layer.ts";

/** A product, and the activation that alone reads it. */
export interface FusedStep {
  readonly product: ClippingLayer;
  readonly bounds: Bounds;
  readonly reads: readonly number[];
  /** The slot of the activation. */
  readonly writes: number;
}

/** What is looked at of a step. */
interface Joinable {
  readonly reads: readonly number[];
  /** Every slot it is made from, where it reads more than its layer does. */
  readonly needs?: readonly number[];
  readonly writes: number;
  readonly layer?: Layer;
}

interface ClippingLayer extends Layer {
  readonly activation: Activation;
  clipped(x: Tensor, bounds: Bounds): Tensor;
}

/** The steps, pairs joined where that changes no value but the product's own; `kept` are slots that are asked for. */
export function fuseSteps<Step extends Joinable>(
  steps: readonly Step[], kept: ReadonlySet<number>,
): readonly (Step | FusedStep)[] {
  const readers = new Map<number, Step[]>();
  for (const step of steps) {
    for (const slot of new Set([...step.reads, ...(step.needs ?? [])])) {
      const known = readers.get(slot);
      if (known === undefined) readers.set(slot, [step]);
      else known.push(step);
    }
  }
  const joined = new Set<Step>();
  return steps.flatMap((step): readonly (Step | FusedStep)[] => {
    if (joined.has(step)) return [];
    const [next, ...others] = readers.get(step.writes) ?? [];
    const bounds = next === undefined || others.length > 0 || kept.has(step.writes) ? undefined : boundsOf(next);
    const product = clippingLayer(step);
    if (bounds === undefined || product === undefined) return [step];
    joined.add(next!);
    return [{ product, bounds, reads: step.reads, writes: next!.writes }];
  });
}

function boundsOf({ layer }: Joinable): Bounds | undefined {
  return layer?.role === "activation" ? (layer as Partial<ClippingLayer>).activation?.bounds : undefined;
}

/** The layer of a step, if it can clip and does nothing else after its sums. */
function clippingLayer({ layer }: Joinable): ClippingLayer | undefined {
  if (layer === undefined || !("clipped" in layer)) return undefined;
  const product = layer as ClippingLayer;
  return product.activation === identity ? product : undefined;
}
