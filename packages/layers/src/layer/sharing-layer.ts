/** Layers that bring the rule by which relevance passes them. */
import type { Tensor } from "@relprop/tensor";
import type { Layer, LayerKind } from "./layer.ts";

/** Where relevance went besides the inputs, one number per copy. */
export interface Books {
  readonly bias: Float64Array;
  readonly stabilizer: Float64Array;
  readonly dead: Float64Array;
}

/** What a layer saw in the forward pass. */
export interface Passed {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** A rule for one kind of layer. */
export interface OwnRule {
  /** Its name in reports. */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Why it does not apply to a layer; `undefined` if it does. */
  refusal(layer: LayerKind): string | undefined;
  /** Half a sentence about what its shares do not rest on. */
  notice?(layer: Layer): string | undefined;
  /** From relevance `[K, …output]` of K copies to that of every input, `[K, …input]`. */
  propagation(layer: Layer): (seen: Passed, relevance: Tensor, books?: Books) => readonly Tensor[];
}

/** A layer that says itself how much of an output every input element is. */
export interface SharingLayer extends Layer {
  readonly rule: OwnRule;
}

/** Whether a layer brings its rule. */
export function isSharing(layer: LayerKind): layer is SharingLayer {
  return "rule" in layer;
}
