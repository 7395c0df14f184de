/** The rules that a case of a transformer describes, as ours. */
import {
  attnLRP, byKind, composite, epsilon, generalizedGamma, gradient, named, product, recurrent, where,
  type Composite, type Rule,
} from "@relprop/lrp";
import { list, NotUnderstood, Words } from "../words.ts";

/** The composite of a case; for the gradient, every node passes that on. */
export function attnComposite(words: Words): Composite {
  if (words.text("method") === "gradient") return [where(() => true, gradient())];
  const [dense, conv] = [linearRule(words.object("linear")), linearRule(words.object("conv"))];
  const share = words.has("share") ? (words.value("share") as number | "equal") : "equal";
  const sharing = product({
    share,
    attention: choice(words, "attention", ["half", "value"]),
    gates: choice(words, "gate", ["half", "signal"]),
    stabilizer: words.number("stabilizer"),
  });
  const overrides = words.has("overrides") ? list(words.value("overrides"), "overrides") : [];
  const rules = byKind({ Dense: dense, Conv: conv, ConvTranspose: conv, product: sharing, recurrent: cells(words) });
  return composite(attnLRP(), { ...rules, optional: true }, overrides.map((override) => {
    const [pattern, rule] = list(override, "override");
    const words = new Words(rule, "override");
    return { ...named(String(pattern), { Dense: linearRule(words), Conv: linearRule(words) }), optional: true };
  }));
}

/** What recurrent layers do; `W x + U h + b` is as linear as a dense layer. */
function cells(words: Words): Rule {
  const gates = choice(words, "rnn", ["all", "half"]) === "half" ? "half" : "signal";
  const linear = words.object("linear");
  return recurrent({ gates, ...(linear.has("epsilon") ? { epsilon: linear.number("epsilon") } : {}) });
}

function choice<T extends string>(words: Words, key: string, choices: readonly T[]): T {
  const value = words.text(key);
  const found = choices.find((known) => known === value);
  if (found === undefined) throw new NotUnderstood(`${key}: takes ${choices.join(", ")}, got "${value}"`);
  return found;
}

function linearRule(words: Words): Rule {
  const kind = words.text("rule");
  if (kind === "epsilon") return epsilon(words.number("epsilon"));
  if (kind === "gamma") return generalizedGamma(words.number("gamma"), { stabilizer: words.number("stabilizer") });
  throw new NotUnderstood(`rule: takes epsilon or gamma, got "${kind}"`);
}
