/** The rule for networks that go through a sequence step by step: gates are no signal. */
import { empty, multiply, optionsOf, Tensor } from "@relprop/tensor";
import type { Layer, LayerKind } from "../layer/layer.ts";
import { isOperator } from "../layer/operator.ts";
import type { OwnRule } from "../layer/sharing-layer.ts";
import type { RecurrentCell, WayBack } from "./recurrent-cell.ts";
import type { RecurrentTrace } from "./recurrent-trace.ts";
import { SizeSharing } from "./size-sharing.ts";

/** What the rule of recurrent layers may be given. */
export interface RecurrentRuleOptions {
  /**
   * Who takes the relevance of a gate times a signal: all of it the signal (Arras et al. 2017), or each a half. By
   * default the signal.
   */
  readonly gates?: "signal" | "half";
  /** The ε of each gate's `W x + U h + b`; `1e-9` by default. */
  readonly epsilon?: number;
  /** The ε of the sums that are the states; `1e-9` by default. */
  readonly stabilizer?: number;
}

/** A layer made of cells. */
interface MadeOfCells extends Layer {
  readonly courses: readonly { readonly cell: RecurrentCell }[];
  pullback(...inputs: Tensor[]): Kept & ReturnType<Layer["pullback"]>;
  back(
    traces: readonly RecurrentTrace[], inputs: readonly Tensor[], s: Tensor, ways: readonly WayBack[],
  ): readonly Tensor[];
}

interface Kept {
  readonly traces: readonly RecurrentTrace[];
}

/** The rule that recurrent layers bring; the analyzer's `recurrent` says what it does. */
export function gatesRule(options: RecurrentRuleOptions = {}): OwnRule {
  const { gates = "signal", epsilon = 1e-9, stabilizer = 1e-9 } = optionsOf("gatesRule", options);
  if (gates !== "signal" && gates !== "half") {
    throw new RangeError(`recurrent: takes gates "signal" or "half", got ${JSON.stringify(gates)}`);
  }
  for (const option of [epsilon, stabilizer]) {
    if (typeof option !== "number") throw new TypeError("recurrent: takes numbers as epsilon and stabilizer");
    if (!(Number.isFinite(option) && option >= 0)) {
      throw new RangeError(`recurrent: takes a stabilizer >= 0, got ${option}`);
    }
  }
  return {
    name: "recurrent",
    options: { ...options },
    refusal: (layer) => (isMadeOfCells(layer) || (isOperator(layer) && layer.role === "recurrent")
      ? undefined
      : "does not go through a sequence step by step"),
    propagation: (layer) => {
      if (!isMadeOfCells(layer)) throw new RangeError(`recurrent: takes layers made of cells, got ${layer.kind}`);
      return (seen, relevance, books) => {
        const { inputs, output } = seen;
        // What the forward pass kept, or another one keeps.
        const { traces } = "traces" in seen ? (seen as Kept) : layer.pullback(...inputs);
        const out = inputs.map(({ shape }) => empty([relevance.shape[0]!, ...shape]));
        for (let copy = 0; copy < relevance.shape[0]!; copy++) {
          const sharing = new SizeSharing(gates === "half" ? 0.5 : 0, epsilon, stabilizer, books, copy);
          const ways = layer.courses.map(({ cell }) => cell.sharing(sharing));
          const R = new Tensor(output.shape, relevance.data.subarray(copy * output.size, (copy + 1) * output.size));
          const [toX, ...states] = layer.back(traces, inputs, R, ways);
          [multiply(inputs[0]!, toX!), ...states].forEach(({ data }, i) => out[i]!.data.set(data, copy * data.length));
        }
        return out;
      };
    },
  };
}

function isMadeOfCells(layer: LayerKind): layer is MadeOfCells {
  return layer.role === "recurrent" && "courses" in layer;
}
