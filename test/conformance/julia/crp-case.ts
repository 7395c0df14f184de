/** Concepts of one layer of a network. */
import { CRP, indexed, topN, type FeatureSelector } from "@relprop/crp";
import { relativeError } from "@relprop/tensor";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { list, NotUnderstood, type Words } from "../words.ts";
import { expectedName, networkAnalyzer, selection } from "./network-case.ts";
import { networkTolerance } from "./tolerance.ts";

/** The relevance of the input through each concept, and which concepts were chosen. */
export function juliaCrpCase(file: CaseFile): readonly Check[] {
  const words = file.words("crp");
  const crp = new CRP(networkAnalyzer(file), words.number("after_layer"), selector(words));
  const { concepts, relevance } = crp.concepts(file.tensor("input"), selection(file));
  // Julia stacks concepts along the batch: [concepts · N, …].
  const [count, batch, ...rest] = relevance.shape as [number, number, ...number[]];
  const stacked = relevance.reshape([count * batch, ...rest]);
  const checks = [check("relevance", stacked, file.stored(expectedName(file)), networkTolerance(file))];
  if (!words.has("selected_features")) return checks;
  const selected = list(words.value("selected_features"), "selected_features").flat() as number[];
  const chosen = Array.from({ length: batch }, (_, n) => concepts.map(({ ids }) => ids[n]!)).flat();
  return [...checks, { what: "concepts", error: relativeError(chosen, selected), tolerance: 0 }];
}

function selector(words: Words): FeatureSelector {
  const features = words.object("features");
  const type = features.text("type");
  if (type === "top_n") return topN(features.number("n"));
  if (!type.startsWith("indexed")) throw new NotUnderstood(`features: takes top_n or indexed, got "${type}"`);
  const key = features.keys.find((name) => Array.isArray(features.value(name)));
  if (key === undefined) throw new NotUnderstood("features: takes a list of channels, got none");
  return indexed(...features.numbers(key));
}
