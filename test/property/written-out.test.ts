/** Softmax, activations, gates, normalisations and means have one relevance, however a file writes them. */
import { attnLRP, cpLRP } from "@relprop/lrp";
import { relativeError } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { relevanceOf } from "./arithmetic.ts";

interface Family {
  /** What stands before and behind every form. */
  readonly before?: string;
  readonly behind?: string;
  readonly reference: string;
  readonly forms: Readonly<Record<string, string>>;
  /** What the report says of all of them. */
  readonly recognized?: RegExp;
}

const scores = "q = MatMul(x, wq); k = MatMul(x, wk); v = MatMul(x, wv); kt = Transpose(k); qs = Div(q, rootCount); " +
  "s = MatMul(qs, kt); ";
const values = "; y = MatMul(p, v)";
const hidden = "h = MatMul(x, w1); ";
const both = "h = MatMul(x, w1); u = MatMul(x, w2); ";
const kept = "f = ToFloat(mask); m = Unsqueeze(f, tokens); b = ToBool(m); i = Sub(one, m); added = Mul(i, low); ";
const centered = `${hidden}mu = ReduceMean(h); c = Sub(h, mu); `;
const logistic = "n = Neg(h); e = Exp(n); d = Add(one, e); ";
const tanhGate = "t = Tanh(a); o1 = Add(t, one); ho = Mul(h, o1); y = Mul(ho, half)";
const counted = "f = ToFloat(mask); m = Unsqueeze(f, last); co = ReduceSum(m, tokens); ";

const families: Readonly<Record<string, Family>> = {
  softmax: {
    before: scores, behind: values, reference: "p = Softmax(s)", recognized: /attention/,
    forms: {
      "less the maximum": "mx = ReduceMax(s); c = Sub(s, mx); e = Exp(c); t = ReduceSum(e, last); p = Div(e, t)",
      "less the mean": "mx = ReduceMean(s); c = Sub(s, mx); e = Exp(c); t = ReduceSum(e, last); p = Div(e, t)",
      "as it is": "e = Exp(s); t = ReduceSum(e, last); p = Div(e, t)",
      "times a reciprocal": "e = Exp(s); t = ReduceSum(e, last); r = Reciprocal(t); p = Mul(e, r)",
      "by a quotient of one": "e = Exp(s); t = ReduceSum(e, last); r = Div(one, t); p = Mul(r, e)",
      "by a power": "e = Exp(s); t = ReduceSum(e, last); r = Pow(t, minusOne); p = Mul(r, e)",
      guarded: "e = Exp(s); t = ReduceSum(e, last); g = Add(t, tiny); p = Div(e, g)",
      bounded: "e = Exp(s); t = ReduceSum(e, last); g = Clip(t, tiny); p = Div(e, g)",
      "of a logarithm": "l = LogSoftmax(s); p = Exp(l)",
      "less a logarithm": "l = ReduceLogSumExp(s); c = Sub(s, l); p = Exp(c)",
      "less a logarithm written out": "mx = ReduceMax(s); c = Sub(s, mx); e = Exp(c); t = ReduceSum(e, last); " +
        "l = Log(t); cl = Sub(c, l); p = Exp(cl)",
    },
  },
  "softmax of which the quotient comes last": {
    before: scores, reference: `p = Softmax(s)${values}`,
    forms: { divided: "e = Exp(s); t = ReduceSum(e, last); w = MatMul(e, v); y = Div(w, t)" },
  },
  "masked softmax": {
    before: kept + scores, behind: values, reference: "ms = Add(s, added); p = Softmax(ms)",
    forms: {
      "less the maximum": "ms = Add(s, added); mx = ReduceMax(ms); c = Sub(ms, mx); e = Exp(c); " +
        "t = ReduceSum(e, last); p = Div(e, t)",
      "exponentials times the mask": "e = Exp(s); em = Mul(e, m); t = ReduceSum(em, last); p = Div(em, t)",
      "the mask times exponentials, guarded": "mx = ReduceMax(s); c = Sub(s, mx); e = Exp(c); em = Mul(m, e); " +
        "t = ReduceSum(em, last); g = Add(t, tiny); p = Div(em, g)",
      "exponentials where it holds": "e = Exp(s); em = Where(b, e, zero); t = ReduceSum(em, last); p = Div(em, t)",
      "probabilities made anew": "e = Softmax(s); em = Mul(e, m); t = ReduceSum(em, last); p = Div(em, t)",
      "minus infinity elsewhere": "ms = Where(b, s, infinite); p = Softmax(ms)",
      "a low number where it does not hold": "nb = Not(b); ms = Where(nb, least, s); p = Softmax(ms)",
      "scores times the mask": "sm = Mul(s, m); ms = Add(sm, added); p = Softmax(ms)",
      "bounded from below": "ms = Add(s, added); mz = Max(ms, least); p = Softmax(mz)",
      "zeros afterwards": "ms = Add(s, added); e = Softmax(ms); p = Where(b, e, zero)",
    },
  },
  SiLU: {
    before: hidden, reference: "g = Sigmoid(h); y = Mul(h, g)",
    forms: {
      "a quotient": `${logistic}y = Div(h, d)`,
      "times a reciprocal": `${logistic}g = Reciprocal(d); y = Mul(g, h)`,
      "by tanh": "a = Mul(h, half); t = Tanh(a); o1 = Add(t, one); g = Mul(o1, half); y = Mul(h, g)",
      "by tanh, shifted last": "a = Mul(h, half); t = Tanh(a); o1 = Mul(t, half); g = Add(o1, half); y = Mul(h, g)",
      "exponentials above and below": "e = Exp(h); d = Add(e, one); g = Div(e, d); y = Mul(h, g)",
    },
  },
  GELU: {
    before: hidden, reference: "a = Div(h, root2); t = Erf(a); o1 = Add(t, one); ho = Mul(h, o1); y = Mul(ho, half)",
    forms: {
      "half first": "hh = Mul(h, half); a = Mul(h, perRoot2); t = Erf(a); o1 = Add(one, t); y = Mul(hh, o1)",
      "as x Φ": "a = Mul(h, perRoot2); t = Erf(a); th = Mul(t, half); o1 = Add(half, th); y = Mul(h, o1)",
      "as a sum": "hh = Mul(h, half); a = Mul(h, perRoot2); t = Erf(a); ht = Mul(hh, t); y = Add(hh, ht)",
      mirrored: "hh = Mul(h, half); n = Neg(h); a = Mul(n, perRoot2); t = Erf(a); " +
        "o1 = Sub(one, t); y = Mul(hh, o1)",
    },
  },
  "GELU by tanh": {
    before: hidden, reference: "y = FastGelu(h)",
    forms: {
      "a power": `h3 = Pow(h, three); hc = Mul(h3, cubic); hs = Add(h, hc); a = Mul(hs, slope); ${tanhGate}`,
      products: "h2 = Mul(h, h); h3 = Mul(h2, h); hc = Mul(cubic, h3); hs = Add(hc, h); a = Mul(slope, hs); " +
        tanhGate,
      "taken apart": `hc = Mul(h, cubic); h2 = Mul(hc, h); o2 = Add(h2, one); hs = Mul(h, slope); a = Mul(hs, o2); ` +
        tanhGate,
      "half of the gate": "h3 = Pow(h, three); hc = Mul(h3, cubic); hs = Add(h, hc); a = Mul(hs, slope); " +
        "t = Tanh(a); o1 = Add(t, one); g = Mul(o1, half); y = Mul(h, g)",
    },
  },
  QuickGELU: {
    before: hidden, reference: "y = QuickGelu(h)",
    forms: {
      "a product": "a = Mul(h, quick); g = Sigmoid(a); y = Mul(h, g)",
      "a quotient": "a = Mul(h, quick); n = Neg(a); e = Exp(n); d = Add(one, e); y = Div(h, d)",
    },
  },
  "squared ReLU": {
    before: hidden, reference: "r = Relu(h); y = Pow(r, two)", forms: { "a product": "r = Relu(h); y = Mul(r, r)" },
  },
  tanh: {
    before: hidden, reference: "y = Tanh(h)", recognized: /tanh/,
    forms: { "by a logistic function": "a = Mul(h, two); s = Sigmoid(a); d = Mul(s, two); y = Sub(d, one)" },
  },
  "a gate on another signal": {
    before: both, reference: "g = Sigmoid(h); y = Mul(u, g)", recognized: /a gate on a signal/,
    forms: {
      "a quotient": `${logistic}y = Div(u, d)`,
      "times a reciprocal": `${logistic}g = Reciprocal(d); y = Mul(u, g)`,
      "by tanh": "a = Mul(h, half); t = Tanh(a); o1 = Add(t, one); g = Mul(o1, half); y = Mul(u, g)",
    },
  },
  SwiGLU: {
    before: both, reference: "g = Sigmoid(h); a = Mul(h, g); y = Mul(a, u)", recognized: /a gate on a signal/,
    forms: {
      "the signal first": "g = Sigmoid(h); a = Mul(h, g); y = Mul(u, a)",
      "the gate last": "g = Sigmoid(h); a = Mul(h, u); y = Mul(a, g)",
      "the gate on the signal": "g = Sigmoid(h); a = Mul(g, u); y = Mul(a, h)",
      "a quotient": `${logistic}a = Div(h, d); y = Mul(a, u)`,
    },
  },
  GEGLU: {
    before: both + "a = Div(h, root2); t = Erf(a); o1 = Add(t, one); ",
    reference: "ho = Mul(h, o1); g = Mul(ho, half); y = Mul(g, u)",
    forms: { "half last": "ho = Mul(h, o1); hu = Mul(ho, u); y = Mul(hu, half)" },
  },
};

const normal = "; ng = Mul(no, gamma); y = Add(ng, beta)";
const variance = "sq = Mul(c, c); va = ReduceMean(sq); ve = Add(va, epsilon); ";
const norms: Readonly<Record<string, Family>> = {
  LayerNorm: {
    before: centered, reference: "y = LayerNormalization(h, gamma, beta)",
    forms: {
      "a power": "sq = Pow(c, two); va = ReduceMean(sq); ve = Add(va, epsilon); sd = Sqrt(ve); " +
        `no = Div(c, sd)${normal}`,
      "centred twice": "c2 = Sub(h, mu); sq = Mul(c2, c2); va = ReduceMean(sq); ve = Add(epsilon, va); " +
        `sd = Sqrt(ve); no = Div(c, sd)${normal}`,
      "a mean of squares less a square": "sq = Mul(h, h); m2 = ReduceMean(sq); mm = Mul(mu, mu); va = Sub(m2, mm); " +
        `ve = Add(va, epsilon); sd = Sqrt(ve); no = Div(c, sd)${normal}`,
      "scaled and shifted": `${variance}sd = Sqrt(ve); r = Reciprocal(sd); rg = Mul(r, gamma); xr = Mul(h, rg); ` +
        "mr = Mul(mu, rg); sb = Sub(beta, mr); y = Add(xr, sb)",
      "a power of minus a half": `${variance}r = Pow(ve, minusHalf); no = Mul(r, c)${normal}`,
      "a power of a half": `${variance}sd = Pow(ve, half); no = Div(c, sd)${normal}`,
      "a sum": "sq = Mul(c, c); vs = ReduceSum(sq, last); va = Div(vs, count); ve = Add(va, epsilon); sd = Sqrt(ve); " +
        `no = Div(c, sd)${normal}`,
      "scaled first": `${variance}sd = Sqrt(ve); cg = Mul(c, gamma); no = Div(cg, sd); y = Add(no, beta)`,
      "a scale over the deviation": `${variance}sd = Sqrt(ve); r = Div(gamma, sd); no = Mul(r, c); y = Add(no, beta)`,
      "means as products": "mp = MatMul(h, means); cp = Sub(h, mp); sq = Mul(cp, cp); va = MatMul(sq, means); " +
        `ve = Add(va, epsilon); sd = Sqrt(ve); no = Div(cp, sd)${normal}`,
      "a contraction": "vs = Einsum(btd btd->bt, c, c); vu = Unsqueeze(vs, last); va = Div(vu, count); " +
        `ve = Add(va, epsilon); sd = Sqrt(ve); no = Div(c, sd)${normal}`,
    },
  },
  "a deviation of samples": {
    before: centered, behind: normal,
    reference: "sq = Mul(c, c); vs = ReduceSum(sq, last); va = Div(vs, countLessOne); " +
      "sd = Sqrt(va); se = Add(sd, epsilon); no = Div(c, se)",
    forms: {
      "by a mean": "sq = Mul(c, c); vm = ReduceMean(sq); vs = Mul(vm, count); va = Div(vs, countLessOne); " +
        "sd = Sqrt(va); se = Add(sd, epsilon); no = Div(c, se)",
      "by a norm": "l2 = ReduceL2(c); sd = Div(l2, rootLess); se = Add(sd, epsilon); no = Div(c, se)",
    },
  },
  "RMS norm": {
    before: hidden,
    reference: "sq = Pow(h, two); va = ReduceMean(sq); sd = Sqrt(va); no = Div(h, sd); y = Mul(no, gamma)",
    forms: {
      "a norm": "l2 = ReduceL2(h); sd = Mul(l2, perRootCount); no = Div(h, sd); y = Mul(gamma, no)",
      "a bounded norm": "l2 = ReduceL2(h); cl = Clip(l2, tiny); no = Div(h, cl); ng = Mul(gamma, no); " +
        "y = Mul(ng, rootCount)",
      "one operator": "no = LpNormalization(h); ng = Mul(gamma, no); y = Mul(ng, rootCount)",
      "a scale of the inverse": "sq = ReduceSumSquare(h); va = Div(sq, count); sd = Sqrt(va); r = Reciprocal(sd); " +
        "rg = Mul(gamma, r); y = Mul(h, rg)",
    },
  },
  "a mean over a mask": {
    before: hidden + counted, reference: "hm = Mul(h, m); su = ReduceSum(hm, tokens); y = Div(su, co)",
    forms: {
      bounded: "hm = Mul(h, m); su = ReduceSum(hm, tokens); cl = Clip(co, tiny); y = Div(su, cl)",
      "by weights": "w = Div(m, co); hw = Mul(w, h); y = ReduceSum(hw, tokens)",
      "a product": "mr = Unsqueeze(f, tokens); su = MatMul(mr, h); y = Div(su, co)",
      "zeros elsewhere": "b = ToBool(m); hm = Where(b, h, zero); su = ReduceSum(hm, tokens); y = Div(su, co)",
      "a contraction": "su = Einsum(btd bt->bd, h, f); sk = Unsqueeze(su, tokens); y = Div(sk, co)",
      "times a reciprocal": "hm = Mul(h, m); su = ReduceSum(hm, tokens); r = Reciprocal(co); y = Mul(su, r)",
    },
  },
};

for (const [family, { before = "", behind = "", reference, forms, recognized }] of Object.entries({
  ...families, ...norms,
})) {
  describe(family, () => {
    for (const [name, composite] of [["AttnLRP", attnLRP()], ["CP-LRP", cpLRP()]] as const) {
      const want = relevanceOf(before + reference + behind, composite);
      test.each(Object.entries(forms))(`%s, by ${name}`, (_, form) => {
        const got = relevanceOf(before + form + behind, composite);
        expect(relativeError(got.output, want.output)).toBeLessThan(1e-6);
        // Relevance has quotients of sums that cancel.
        expect(relativeError(got.relevance, want.relevance)).toBeLessThan(2e-5);
        if (recognized !== undefined) expect(got.report).toMatch(recognized);
      });
    }
  });
}
