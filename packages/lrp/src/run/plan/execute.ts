/** Runs the rewritten quotients of a rule at an affine layer: the fast twin of the interpreter. */
import type { AffineLayer } from "@relprop/layers";
import {
  act, decide, empty, keep, kernels, ones, refuseTrace, sameShape, scope, ShapeError, Tensor, traceable, zeros,
  type Shape,
} from "@relprop/tensor";
import { balance, countUncovered } from "../../report/balance.ts";
import { addSharedProduct, productShared } from "../copies.ts";
import { prepareTerm, sharedBias, transposed, type PreparedTerm } from "../interpret.ts";
import type { Propagation, QuotientRule, Seen, Term } from "../../rules/rule.ts";
import { stabilizedQuotient } from "../../rules/stabilizer.ts";
import { none, substitute } from "../../rules/substitute.ts";
import { covered, signsBelow, type Signs } from "../../rules/where.ts";
import { Recent } from "../recent.ts";
import { rewrite, type PlannedQuotient, type Source } from "./rewrite.ts";
import { isNonnegative } from "./signs.ts";

/** Input shapes whose constant sums are kept per term: as large as outputs, they are too large to keep for all. */
const SHAPES = 4;

/** A term with its parameters replaced, and its sum where that is constant. */
interface ReadyTerm extends PreparedTerm {
  readonly source: Source;
  /** Per input shape: the constant sum, of one sample where the layer takes samples. */
  readonly constants: Recent<string, Tensor>;
}

interface ReadyQuotient {
  readonly scale: number;
  readonly where: PlannedQuotient["where"];
  readonly terms: readonly ReadyTerm[];
}

/** How a rule made of quotients sends relevance through an affine layer, with as few products as its algebra allows. */
export function execute(rule: QuotientRule, layer: AffineLayer, knownNonnegative: boolean): Propagation {
  const versions = new Map<boolean, readonly ReadyQuotient[]>();
  const version = (nonnegative: boolean): readonly ReadyQuotient[] => {
    let ready = versions.get(nonnegative);
    if (ready === undefined) versions.set(nonnegative, (ready = keep(() => makeReady(rule, layer, nonnegative))));
    return ready;
  };
  const splitsSigns = rule.quotients.some(({ terms }) => terms.length > 1);
  return traceable((seen, relevance, account) => {
    const a = seen.inputs[0]!;
    const quotients = version(knownNonnegative || (splitsSigns && decide(() => isNonnegative(a))));
    const out = empty([relevance.shape[0]!, ...a.shape]);
    let written = false;
    let signs: Signs | undefined;
    scope(() => {
      const preactivation = (): Tensor => seen.preactivation ?? seen.output;
      for (const { terms, scale, where } of quotients) {
        const covers = where === undefined
          ? relevance
          : covered(relevance, preactivation(), where, (signs ??= signsBelow(relevance, preactivation())));
        if (where !== undefined) refuseTrace();
        if (covers === undefined) continue;
        scope(() => {
          const z = denominator(terms, seen, preactivation);
          const s = stabilizedQuotient(covers, z, rule.stabilizer);
          if (account !== undefined) {
            balance(account, { relevance: covers, s, z, scale, bias: sharedBias(terms, z.shape) });
          }
          for (const { term, sign, layer: replaced } of terms) {
            if (term.input === none) continue;
            scope(() => {
              const c = transposed(replaced, s, a.shape);
              const input = substitute(a, term.input);
              if (written) addSharedProduct(scale * sign, input, c, out);
              else productShared(scale * sign, input, c, out);
            });
            written = true;
          }
        });
      }
      if (account !== undefined) countUncovered(account, rule.quotients, relevance, preactivation);
    });
    if (!written) act(() => void out.data.fill(0));
    return [out];
  });
}

function makeReady(rule: QuotientRule, layer: AffineLayer, nonnegative: boolean): readonly ReadyQuotient[] {
  return rewrite(rule, layer, nonnegative).map(({ terms, scale, where }) => ({
    scale,
    where,
    terms: terms.map(({ term, source }) => ({
      ...prepareTerm(term, layer, rule), source, constants: new Recent(SHAPES),
    })),
  }));
}

/** `Σ_t ± (W̃_t ã_t + b̃_t)`, reusing what is known. */
function denominator(terms: readonly ReadyTerm[], seen: Seen, preactivation: () => Tensor): Tensor {
  const a = seen.inputs[0]!;
  let sum: Tensor | undefined;
  let owned = false;
  for (const { term, source, sign, layer, constants } of terms) {
    const summand =
      source === "forward" ? preactivation()
      : source === "constant" ? constantSum(layer, term, a, preactivation().shape, constants)
      : layer.preactivation(substitute(a, term.input));
    if (sum === undefined && sign === 1) {
      [sum, owned] = [summand, source === "product"];
      continue;
    }
    const to: Tensor = sum !== undefined && owned ? sum : copyOf(sum, preactivation().shape);
    addRepeated(sign, summand, to);
    [sum, owned] = [to, true];
  }
  const full = sum ?? zeros(preactivation().shape);
  return full.size === preactivation().size ? full : copyOf(full, preactivation().shape);
}

/** The sum for an input that is the same in every call; of one sample, where that stands for all. */
function constantSum(
  layer: AffineLayer, term: Term, a: Tensor, output: Shape, constants: Recent<string, Tensor>,
): Tensor {
  const sample = sampleOf(layer, a.shape, output);
  return constants.get(sample.join(), () => keep(() => layer.preactivation(substitute(ones(sample), term.input))));
}

/** The input's shape with a first extent of 1 where the layer takes that, the shape itself where it does not. */
function sampleOf(layer: AffineLayer, input: Shape, output: Shape): Shape {
  if (input.length === 0 || input[0] === 1) return input;
  const sample = [1, ...input.slice(1)];
  try {
    return sameShape(layer.outputShape(sample), [1, ...output.slice(1)]) ? sample : input;
  } catch (error) {
    if (error instanceof ShapeError) return input;
    throw error;
  }
}

/** A tensor of its own with the sum, repeated for every sample if it is of one; zeros if there is none. */
function copyOf(sum: Tensor | undefined, shape: Shape): Tensor {
  const out = empty(shape);
  act(() => {
    if (sum === undefined) out.data.fill(0);
    else for (let at = 0; at < out.size; at += sum.size) out.data.set(sum.data, at);
  });
  return out;
}

/** `to ← to + sign · summand`, the summand repeated for every sample if it is of one. */
function addRepeated(sign: number, summand: Tensor, to: Tensor): void {
  const unit = sign === 1 ? undefined : ones(summand.shape);
  for (let at = 0; at < to.size; at += summand.size) {
    const part = to.data.subarray(at, at + summand.size);
    if (unit === undefined) kernels().add(part, summand.data, part);
    else kernels().addProduct(sign, summand.data, unit.data, part);
  }
}
