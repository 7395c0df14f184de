/** The rule for networks that go through a sequence step by step: gates are no signal. */
import { isOperator, isRecurrent, type Recurrent, type RecurrentLinearization } from "@relprop/layers";
import { multiply } from "@relprop/tensor";
import { perCopy } from "../run/copies.ts";
import type { Rule, Seen } from "./rule.ts";
import { SizeSharing } from "./size-sharing.ts";
import { stabilizer as checked } from "./stabilizer.ts";

/** What `recurrent` may be given. */
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

/**
 * For LSTM, GRU and RNN (Arras et al. 2017, 2019): relevance of a state goes to what it is the sum of, by size; that of
 * a gated signal goes to the signal, through its activation unchanged, and through `W x + U h + b + b′` as through one
 * linear layer, step by step to the first states. Where gates get a half, so do `1 − u` and a coupled `1 − i`.
 */
export function recurrent(options: RecurrentRuleOptions = {}): Rule {
  const { gates = "signal", epsilon = 1e-9, stabilizer = 1e-9 } = options;
  if (gates !== "signal" && gates !== "half") {
    throw new RangeError(`recurrent: takes gates "signal" or "half", got ${JSON.stringify(gates)}`);
  }
  for (const option of [epsilon, stabilizer]) {
    if (typeof option !== "number") throw new TypeError("recurrent: takes numbers as epsilon and stabilizer");
    checked("recurrent", option);
  }
  return {
    name: "recurrent",
    options: { ...options },
    refusal: (layer) => (isRecurrent(layer) || (isOperator(layer) && layer.role === "recurrent")
      ? undefined
      : "does not go through a sequence step by step"),
    propagation: (layer) => {
      if (!isRecurrent(layer)) throw new RangeError(`recurrent: takes layers made of cells, got ${layer.kind}`);
      return (seen, relevance, account) => {
        const { inputs } = seen;
        const traces = keptBy(layer, seen);
        return perCopy(relevance, (R, copy) => {
          const sharing = new SizeSharing(gates === "half" ? 0.5 : 0, epsilon, stabilizer, account, copy);
          const ways = layer.courses.map(({ cell }) => cell.sharing(sharing));
          const [toX, ...states] = layer.back(traces, inputs, R, ways);
          return [multiply(inputs[0]!, toX!), ...states];
        });
      };
    },
  };
}

/** What the forward pass kept, or another one keeps. */
function keptBy(layer: Recurrent, seen: Seen): RecurrentLinearization["traces"] {
  if ("traces" in seen) return (seen as Seen & RecurrentLinearization).traces;
  return layer.pullback(...seen.inputs).traces;
}
