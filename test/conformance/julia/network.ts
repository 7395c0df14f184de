/** Networks of Flux, in the words of the cases: nested lists of layers and, nested alike, of rules. */
import { chain, parallel, skip, type Model, type Part } from "@relprop/layers";
import { at, composite, pass, type Composite } from "@relprop/lrp";
import type { Tensor } from "@relprop/tensor";
import { listOfWords, list, NotUnderstood, Words } from "../words.ts";
import { juliaLayer } from "./layers.ts";
import { juliaRule } from "./rules.ts";

/** A network and the rule of each of its layers. */
export interface Network {
  readonly model: Model;
  readonly composite: Composite;
}

/** Finds a parameter by its full name: `layers.0.weight`. */
export type FindParameter = (name: string) => Tensor | undefined;

/** Layers one after another, their parameters named `layers.0.weight`; without rules where none are given. */
export function network(layers: unknown, rules: unknown, parameter: FindParameter): Network {
  const place = { parameter, prefix: "layers", index: [] };
  const { part, assignments } = sequence(listOfWords(layers, "model"), rules, place);
  return { model: part, composite: composite(...assignments) };
}

/** Where in the nesting a layer stands. */
interface Place {
  readonly parameter: FindParameter;
  /** How the names of parameters begin. */
  readonly prefix: string;
  /** Our index of what encloses the layer. */
  readonly index: readonly number[];
}

interface Built<P extends Part = Part> {
  readonly part: P;
  readonly assignments: readonly Composite[];
}

function sequence(layers: readonly Words[], rules: unknown, { parameter, prefix, index }: Place): Built<Model> {
  const given = rules === undefined ? undefined : listOfWords(rules, `rules of ${prefix}`);
  if (given !== undefined && given.length !== layers.length) {
    throw new NotUnderstood(`rules of ${prefix}: takes ${layers.length}, one per layer, got ${given.length}`);
  }
  const built = layers.map((layer, i) =>
    element(layer, given?.[i], { parameter, prefix: `${prefix}.${i}`, index: [...index, i] }),
  );
  return joined(built, (parts) => chain(...parts));
}

function element(words: Words, rule: Words | undefined, place: Place): Built {
  switch (words.text("type")) {
    case "parallel":
      return branches(words, rule, place);
    case "skip":
      return connection(words, rule, place);
    default:
      return single(words, rule, place);
  }
}

/** A layer; an activation that is a layer of its own lets relevance pass, as activations do in Julia. */
function single(words: Words, rule: Words | undefined, { parameter, prefix, index }: Place): Built {
  const { layer, activation } = juliaLayer(words, (name) => parameter(`${prefix}.${name}`));
  const chosen = rule === undefined ? undefined : juliaRule(rule, layer);
  if (activation === undefined) return { part: layer, assignments: chosen === undefined ? [] : [[at(index, chosen)]] };
  const assignments = chosen === undefined ? [] : [[at([...index, 0], chosen), at([...index, 1], pass())]];
  return { part: chain(layer, activation), assignments };
}

/** Branches whose sum shares relevance by LRP-0, which is our default for sums. */
function branches(words: Words, rule: Words | undefined, { parameter, prefix, index }: Place): Built {
  checkSum(words);
  const rules = rule === undefined ? undefined : list(rule.value("branches"), `rules of ${prefix}`);
  const built = list(words.value("branches"), `branches of ${prefix}`).map((layers, b) =>
    sequence(listOfWords(layers, `branch ${b} of ${prefix}`), rules?.[b], {
      parameter, prefix: `${prefix}.branches.${b}`, index: [...index, b],
    }),
  );
  return joined(built, (parts) => parallel(parts));
}

/** A sum of the input and what layers make of it. */
function connection(words: Words, rule: Words | undefined, { parameter, prefix, index }: Place): Built {
  checkSum(words);
  const { part, assignments } = sequence(words.objects("layers"), rule?.value("layers"), {
    parameter, prefix: `${prefix}.layers`, index: [...index, 0],
  });
  return { part: skip(part), assignments };
}

function joined(built: readonly Built[], join: (parts: readonly Part[]) => Model): Built<Model> {
  return { part: join(built.map(({ part }) => part)), assignments: built.flatMap(({ assignments }) => assignments) };
}

function checkSum(words: Words): void {
  const kind = words.text("connection", "add");
  if (kind !== "add") throw new NotUnderstood(`${words.text("type")}: takes the connection add, got "${kind}"`);
}
