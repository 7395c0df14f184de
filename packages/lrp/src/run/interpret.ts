/**
 * The engine: what a rule made of quotients means at a layer. Nothing here knows a rule or a layer by name.
 *
 *     R ← Σ_q c_q Σ_t ± ã_t ⊙ ρ_t(W)ᵀ ( R ⊘ stabilise( Σ_t ± (ρ_t(W) ã_t + ρ_t(b)) ) )
 */
import { isAffine, type AffineLayer, type Layer } from "@relprop/layers";
import { act, allFinite, empty, map, ones, scope, traceable, zeros, type Shape, type Tensor } from "@relprop/tensor";
import type { Account } from "../report/account.ts";
import { balance, countUncovered } from "../report/balance.ts";
import { addSharedProduct, checkStack, perCopy, productShared } from "./copies.ts";
import type { Propagation, QuotientRule, Term } from "../rules/rule.ts";
import { stabilizedQuotient } from "../rules/stabilizer.ts";
import { one, substitute, substituteParameter, weightOfSum } from "../rules/substitute.ts";
import { restrict } from "../rules/where.ts";

/** How a rule made of quotients sends relevance through a layer. */
export function interpret(rule: QuotientRule, layer: Layer): Propagation {
  return isAffine(layer) ? throughWeights(rule, layer) : throughLayer(rule, layer);
}

/** A term at an affine layer: the layer with its parameters replaced. */
export interface PreparedTerm {
  readonly term: Term;
  readonly sign: number;
  readonly layer: AffineLayer;
}

function throughWeights(rule: QuotientRule, layer: AffineLayer): Propagation {
  const quotients = rule.quotients.map((quotient) => ({
    ...quotient,
    terms: quotient.terms.map((term) => prepareTerm(term, layer, rule)),
  }));
  const spread = rule.bias === "redistributed" ? evenly(layer) : undefined;
  return ({ inputs: [a] }, relevance, account) => {
    const out = zeros([relevance.shape[0]!, ...a!.shape]);
    scope(() => {
      const sum = (): Tensor => layer.withParameters(layer.weight, layer.bias).preactivation(a!);
      for (const { terms, scale = 1, where } of quotients) {
        const inputs = terms.map(({ term }) => substitute(a!, term.input));
        const z = terms
          .map(({ layer: replaced }, t) => replaced.preactivation(inputs[t]!))
          .reduce((sum, summand, t) => accumulate(sum, terms[t]!.sign, summand), undefined as Tensor | undefined)!;
        const covered = where === undefined ? relevance : restrict(relevance, sum(), where);
        const s = stabilizedQuotient(covered, z, rule.stabilizer);
        if (account !== undefined) {
          balance(account, { relevance: covered, s, z, scale, bias: sharedBias(terms, z.shape) });
        }
        terms.forEach(({ layer: replaced, sign }, t) => {
          scope(() => addSharedProduct(scale * sign, inputs[t]!, transposed(replaced, s, a!.shape), out));
        });
        if (spread !== undefined) spread(terms, s, a!.shape, scale, out, account);
      }
      if (account !== undefined) countUncovered(account, rule.quotients, relevance, sum);
    });
    return [out];
  };
}

/** A term made ready for a layer: parameters are replaced, biases dropped where they are. */
export function prepareTerm(term: Term, layer: AffineLayer, rule: QuotientRule): PreparedTerm {
  const weight = substituteParameter(layer.weight, term.weight);
  const dropped = layer.bias === undefined || term.bias === null || rule.bias === "ignored";
  const bias = dropped ? undefined : substituteParameter(layer.bias, term.bias ?? undefined);
  return { term, sign: term.sign ?? 1, layer: layer.withParameters(weight, bias) };
}

/** `W̃ᵀ s` for every copy in s; throws a `ShapeError` where a layer of one's own returns something else. */
export function transposed(layer: AffineLayer, s: Tensor, input: Shape): Tensor {
  const c = layer.transpose(s, input);
  checkStack(`${layer.kind}.transpose`, c, input, s.shape[0]!);
  return c;
}

/** `sum + sign · summand`, reusing the memory of `sum`. */
function accumulate(sum: Tensor | undefined, sign: number, summand: Tensor): Tensor {
  if (sum === undefined && sign === 1) return summand;
  const out = sum ?? zeros(summand.shape);
  const [to, from] = [out.data, summand.data];
  act(() => {
    for (let i = 0; i < to.length; i++) to[i]! += sign * from[i]!;
  });
  return out;
}

/** What the biases add to the denominator; `undefined` if nothing. */
export function sharedBias(terms: readonly PreparedTerm[], output: Shape): Tensor | undefined {
  return terms
    .filter(({ layer }) => layer.bias !== undefined)
    .reduce(
      (sum, { layer, sign }) => accumulate(sum ?? zeros(output), sign, layer.broadcastBias(output)),
      undefined as Tensor | undefined,
    );
}

type Spread = (
  terms: readonly PreparedTerm[], s: Tensor, input: Shape, scale: number, out: Tensor, account: Account | undefined,
) => void;

/** Sends what biases absorbed evenly to the inputs each output reads. */
function evenly(layer: AffineLayer): Spread {
  const flat = layer.withParameters(substituteParameter(layer.weight, one), undefined);
  return (terms, s, input, scale, out, account) => {
    const bias = sharedBias(terms, layer.outputShape(input));
    if (bias === undefined) return;
    const readers = flat.preactivation(ones(input));
    const share = empty(s.shape);
    for (let i = 0; i < share.size; i++) {
      const at = i % bias.size;
      share.data[i] = readers.data[at] === 0 ? 0 : (s.data[i]! * bias.data[at]!) / readers.data[at]!;
      if (account !== undefined && readers.data[at] !== 0) {
        account.bias[Math.floor(i / bias.size)]! -= scale * s.data[i]! * bias.data[at]!;
      }
    }
    addSharedProduct(scale, ones(input), transposed(flat, share, input), out);
  };
}

/** A layer without a weight: inputs may be replaced, and the way back is its pullback; its weights count as 1. */
function throughLayer(rule: QuotientRule, layer: Layer): Propagation {
  const quotients = rule.quotients.map((quotient) => ({
    ...quotient,
    terms: quotient.terms
      .map((term) => ({ term, factor: (term.sign ?? 1) * weightOfSum(term.weight) }))
      .filter(({ factor }) => factor !== 0),
  }));
  return traceable((seen, relevance, account) => {
    const out = seen.inputs.map((a) => empty([relevance.shape[0]!, ...a.shape]));
    let written = false;
    scope(() => {
      for (const { terms, scale = 1, where } of quotients) {
        const parts = terms.map(({ term: { input }, factor }) => {
          const inputs = seen.inputs.map((a) => substitute(a, input));
          return { inputs, factor, ...(input === undefined ? seen : layer.pullback(...inputs)) };
        });
        const z = sumOf(parts, seen.output);
        const covered = where === undefined ? relevance : restrict(relevance, seen.output, where);
        const s = stabilizedQuotient(covered, z, rule.stabilizer);
        if (account !== undefined) balance(account, { relevance: covered, s, z, scale });
        for (const { inputs, factor, back } of parts) {
          const into = written ? addSharedProduct : productShared;
          perCopy(s, (copy) => back(copy)).forEach((c, i) => into(scale * factor, unmasked(inputs[i]!), c, out[i]!));
          written = true;
        }
      }
      if (account !== undefined) countUncovered(account, rule.quotients, relevance, () => seen.output);
    });
    if (!written) for (const { data } of out) act(() => void data.fill(0));
    return out;
  });
}

/** `Σ factor · output`; the only one itself where it counts once. */
function sumOf(parts: readonly { readonly factor: number; readonly output: Tensor }[], like: Tensor): Tensor {
  const [only, ...others] = parts;
  if (only?.factor === 1 && others.length === 0) return only.output;
  const sum = zeros(like.shape);
  for (const { factor, output } of parts) accumulate(sum, factor, output);
  return sum;
}

/** The input with 0 where it is −∞: what such scores of a softmax mask out has no slope, and −∞ · 0 would be NaN. */
function unmasked(a: Tensor): Tensor {
  if (allFinite(a)) return a;
  return map(a, (value) => (value === -Infinity ? 0 : value));
}
