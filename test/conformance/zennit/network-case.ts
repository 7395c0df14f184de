/** What cases of whole networks have in common. */
import type { Model } from "@relprop/layers";
import { canonize, LRP } from "@relprop/lrp";
import type { CaseFile } from "../case-file.ts";
import { NotUnderstood, Words } from "../words.ts";
import { zennitComposite, type Setting } from "./composites.ts";
import { moduleOrder, standIn, torchModel } from "./graph.ts";

/** A network as the case canonises it, and what the case does with it. */
export interface Prepared {
  /** The name of the method or composite. */
  readonly name: string;
  readonly parameters: Words;
  readonly setting: Setting;
  /** The node whose relevance is that of a module of the network as it was. */
  readonly nodeOf: (module: string) => string;
}

/** Canonises the network as the case says. */
export function prepareCase(file: CaseFile, original: Model = torchModel(file)): Prepared {
  const words = file.words("composite");
  const { fuses, sums } = canonizers(words);
  const model = fuses ? canonize(original, { fuse: "before", split: false }) : original;
  return {
    name: words.text("name"),
    parameters: words.has("params") ? words.object("params") : new Words({}, "params"),
    setting: { model, order: moduleOrder(file), sums },
    nodeOf: (module) => standIn(module, original, model),
  };
}

/** The analyzer of the prepared network with the case's composite. */
export function compositeAnalyzer({ name, parameters, setting }: Prepared): LRP {
  return new LRP(setting.model, zennitComposite(name, parameters, setting), { skipChecks: true });
}

/** The nodes whose relevance is in the file. */
export function recorded(file: CaseFile): readonly string[] {
  const names = [...file.tensors.keys()].filter((name) => name.startsWith("relevance."));
  return names.map((name) => name.slice("relevance.".length));
}

/**
 * What zennit's canonizers do here: most fuse batch normalisations into the linear layers before them; those for
 * residual networks also make a module of each sum.
 */
function canonizers(words: Words): { readonly fuses: boolean; readonly sums: boolean } {
  const names = [words.value("canonizers") ?? []].flat().flatMap((name) => String(name).split("+"));
  const unknown = names.find((name) => !(name in KNOWN));
  if (unknown !== undefined) {
    throw new NotUnderstood(`canonizers: takes ${Object.keys(KNOWN).join(", ")}, got ${unknown}`);
  }
  const known = names.map((name) => KNOWN[name]!);
  return { fuses: known.some(({ fuses }) => fuses), sums: known.some(({ sums }) => sums) };
}

const KNOWN: Readonly<Record<string, { readonly fuses: boolean; readonly sums: boolean }>> = {
  SequentialMergeBatchNorm: { fuses: true, sums: false },
  VGGCanonizer: { fuses: true, sums: false },
  ResNetCanonizer: { fuses: true, sums: true },
  SumCanonizer: { fuses: false, sums: true },
};
