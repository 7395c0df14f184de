/** The rule for softmax. */
import { act, empty, Tensor, traceable } from "@relprop/tensor";
import { isExponential, type ExponentialLayer } from "../layer/layer.ts";
import { isOperator } from "../layer/operator.ts";
import type { OwnRule } from "../layer/sharing-layer.ts";

/** The rule that exponentials bring; the analyzer's `taylor` says what it does. */
export function taylorRule(): OwnRule {
  return {
    name: "taylor",
    options: {},
    refusal: (layer) => (isExponential(layer) || isOperator(layer) ? undefined : "is no exponential"),
    propagation: (layer) => traceable(({ inputs: [a], output }, relevance) => {
      const exponential = layer as ExponentialLayer;
      const at = (exponential.expansionPoint?.(a!) ?? a!).data;
      const out = empty(relevance.shape);
      for (let start = 0; start < relevance.size; start += a!.size) {
        const [R, to] = [relevance, out].map(({ data }) => data.subarray(start, start + a!.size));
        const c = exponential.logPullback(a!, output, new Tensor(a!.shape, R!)).data;
        act(() => expanded(c, at, output.data, to!));
      }
      return [out];
    }),
  };
}

/** `c ⊙ a`, 0 where the output is, whatever masked it. */
function expanded(c: Float32Array, a: Float32Array, y: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = y[i] === 0 || c[i] === 0 ? 0 : c[i]! * a[i]!;
}
