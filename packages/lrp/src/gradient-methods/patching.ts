/** What values of one input would do in the pass of another, told by relevance. */
import { unknownNode } from "@relprop/layers";
import { checkKind, formatShape, optionsOf, ShapeError, Tensor } from "@relprop/tensor";
import type { LRP } from "../lrp.ts";
import { tapeOf, type Analyzable } from "../run/tape.ts";
import type { Target } from "../run/target.ts";

/** What is asked for at which nodes. */
export interface PatchingOptions {
  readonly nodes: readonly string[];
  /** `"max"` by default: the largest output of the clean input. */
  readonly target?: Target;
  /** The name of the output, if there are several; the first by default. */
  readonly output?: string;
}

/**
 * Modified gradients `g = R ⊘ v` of a score at nodes, R started with the score itself: gradients in which gates,
 * deviations and shares are what the rules say. Where a value is exactly 0 nothing says its gradient; it is 0.
 */
export function modifiedGradients(lrp: LRP, input: Analyzable, options: PatchingOptions): ReadonlyMap<string, Tensor> {
  return new Map([...valued(lrp, input, options)].map(([name, { gradient }]) => [name, gradient]));
}

/**
 * `(corrupt − clean) ⊙ g` at nodes: about how much the score of the clean input changes where an element has the value
 * that the corrupt one gives it (attribution patching by relevance, Jafari et al. 2025). Both inputs have one shape.
 */
export function patchingEffects(
  lrp: LRP, clean: Analyzable, corrupt: Analyzable, options: PatchingOptions,
): ReadonlyMap<string, Tensor> {
  const gradients = valued(lrp, clean, options);
  return lrp.scratch(() => {
    const other = tapeOf(lrp.model, corrupt);
    return new Map([...gradients].map(([name, { value, gradient }]) => {
      const changed = other.value(name);
      if (changed.size !== value.size) {
        const got = `${formatShape(value.shape)} and ${formatShape(changed.shape)}`;
        throw new ShapeError(`patchingEffects: takes inputs of one shape, got values ${got} at "${name}"`);
      }
      const effect = gradient.data.map((slope, i) => (changed.data[i]! - value.data[i]!) * slope);
      return [name, new Tensor(value.shape, effect)];
    }));
  });
}

interface Valued {
  readonly value: Tensor;
  readonly gradient: Tensor;
}

function valued(
  lrp: LRP, input: Analyzable, asked: PatchingOptions,
): ReadonlyMap<string, Valued> {
  checkKind("patchingEffects", "an LRP", lrp, typeof lrp?.scratch === "function");
  const { nodes, ...options } = optionsOf("patchingEffects", asked);
  checkKind("patchingEffects", "nodes as a list", nodes, Array.isArray(nodes));
  const missing = nodes.find((name) => !lrp.model.has(name));
  if (missing !== undefined) throw new RangeError(unknownNode("patchingEffects", missing, lrp.model));
  return lrp.scratch(() => {
    const tape = tapeOf(lrp.model, input);
    const { layers } = lrp.analyze(tape, { ...options, start: "value", layers: nodes });
    return new Map([...layers].map(([name, { data, shape }]) => {
      const value = tape.value(name).data.slice();
      const gradient = data.map((relevance, i) => (value[i] === 0 ? 0 : relevance / value[i]!));
      return [name, { value: new Tensor(shape, value), gradient: new Tensor(shape, gradient) }];
    }));
  });
}
