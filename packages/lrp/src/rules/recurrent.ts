/** The rule for networks that go through a sequence step by step: gates are no signal. */
import { optionsOf } from "@relprop/tensor";
import { gatesRule, type RecurrentRuleOptions } from "@relprop/layers";
import type { Rule } from "./rule.ts";

export type { RecurrentRuleOptions } from "@relprop/layers";

/**
 * For LSTM, GRU and RNN (Arras et al. 2017, 2019): relevance of a state goes to what it is the sum of, by size; that of
 * a gated signal goes to the signal, through its activation unchanged, and through `W x + U h + b + b′` as through one
 * linear layer, step by step to the first states. Where gates get a half, so do `1 − u` and a coupled `1 − i`.
 */
export function recurrent(options: RecurrentRuleOptions = {}): Rule {
  optionsOf("recurrent", options);
  return gatesRule(options);
}
