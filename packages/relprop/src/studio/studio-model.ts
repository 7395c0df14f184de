/** A model as the studio has it: read, prepared, and what a person may choose with it. */
import { isAffine, type Model } from "@relprop/layers";
import { prepare, ruleFactories, type PreparedModel } from "@relprop/lrp";
import { loadModel, ModelFormatError, recognizeFile } from "@relprop/models";
import { sizeOf } from "@relprop/tensor";
import { compositeNames } from "../composite-name.ts";
import { defaultComposite } from "../default-composite.ts";
import { endsInSoftmax } from "../scored.ts";
import type { NamedFile } from "./named-file.ts";
import { scopeTree, type Scope } from "./scope-tree.ts";
import { isOfTokenizer, vocabularyOf, type Vocabulary } from "./vocabulary.ts";

/** What a model takes. */
export type Taken = "picture" | "signal" | "row" | "text" | "array";

/** What the page shows of a model. */
export interface ModelCard {
  readonly name: string;
  readonly takes: Taken;
  /** Whether a tokenizer's file was dropped with it, so that texts may be given. */
  readonly hasWords: boolean;
  /** Its inputs with their extents, as people read them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: number;
  readonly parameters: number;
  /** What was done to it for relevance, a line each, and what a reader left out. */
  readonly changes: readonly string[];
  readonly remarks: readonly string[];
  readonly tree: Scope;
  readonly composites: readonly string[];
  /** The composite that suits it. */
  readonly suits: string;
  /** The rules there are, and the options of each. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
}

/** A model that was read, and what is known of it. */
export interface StudioModel {
  readonly model: PreparedModel;
  readonly shares: boolean;
  readonly card: ModelCard;
  /** What was dropped of a tokenizer with the model. */
  readonly vocabulary: Vocabulary;
}

/** Reads the model among these files, with the others at hand for its weights. */
export async function openModel(files: readonly NamedFile[]): Promise<StudioModel> {
  const candidates = files.filter(({ name }) => !isOfTokenizer(name));
  const main = candidates.find(({ bytes }) => recognizeFile(bytes)?.reader !== undefined) ?? candidates[0];
  if (main === undefined) throw new ModelFormatError("studio: takes the file of a model, got none");
  const beside = new Map(files.map(({ name, bytes }) => [baseName(name), bytes]));
  const loaded = await loadModel(main.bytes, { files: (path) => beside.get(baseName(path)) });
  const model = prepare(loaded);
  const vocabulary = vocabularyOf(files);
  const inputs = model.inputs.map(({ name }) => ({ name, kind: "Input", inputs: [] }));
  const nodes = model.carriers.map(({ name, layer, inputs: reads }) => ({ name, kind: layer.kind, inputs: reads }));
  const card: ModelCard = {
    name: main.name,
    takes: takenBy(model),
    hasWords: vocabulary.hasWords,
    inputs: model.inputs.map(({ name, shape, type = "" }) => {
      const extents = shape === undefined ? "" : `[${shape.map((extent) => extent ?? "?").join(", ")}] `;
      return `${name} ${extents}${type}`.trim();
    }),
    outputs: model.outputs,
    nodes: model.carriers.length,
    parameters: parametersOf(model),
    changes: model.describe().split("\n"),
    remarks: model.remarks,
    tree: scopeTree([...inputs, ...nodes]),
    composites: compositeNames,
    suits: defaultComposite(model),
    rules: Object.fromEntries(Object.entries(ruleFactories).map(([name, { takes }]) => [name, takes])),
  };
  return { model, shares: endsInSoftmax(loaded), card, vocabulary };
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/]/, "");
}

function takenBy({ inputs }: Model): Taken {
  const [input] = inputs;
  const { shape, type } = input!;
  if (shape === undefined) return "array";
  if (shape.length === 4) return "picture";
  if (type !== undefined || inputs.some((each) => each.type !== undefined)) return "text";
  if (shape.length === 3) return "signal";
  return shape.length <= 2 ? "row" : "array";
}

function parametersOf(model: Model): number {
  return model.carriers.reduce((sum, { layer }) => {
    if (!isAffine(layer)) return sum;
    return sum + sizeOf(layer.weight.shape) + (layer.bias === undefined ? 0 : sizeOf(layer.bias.shape));
  }, 0);
}
