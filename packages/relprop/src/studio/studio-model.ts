/** A model as the studio has it: read, prepared, and what a person may choose with it. */
import { isAffine, type Model } from "@relprop/layers";
import { prepare, ruleFactories, type PreparedModel } from "@relprop/lrp";
import { loadModel, ModelFormatError, recognizeFile } from "@relprop/models";
import { sizeOf } from "@relprop/tensor";
import { compositeNames } from "../composite-name.ts";
import { defaultComposite } from "../default-composite.ts";
import { endsInSoftmax } from "../scored.ts";
import { decodeText } from "./host.ts";
import { scopeTree, type Scope } from "./scope-tree.ts";

/** A file that was dropped: its name, and its bytes in parts where it is large. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a model takes. */
export type Taken = "picture" | "signal" | "row" | "text" | "array";

/** What the page shows of a model. */
export interface ModelCard {
  readonly name: string;
  readonly takes: Taken;
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
  /** The token of an id, where a tokenizer's file was dropped with the model. */
  readonly token: (id: number) => string | undefined;
}

/** Reads the model among these files, with the others at hand for its weights. */
export async function openModel(files: readonly NamedFile[]): Promise<StudioModel> {
  const main = files.find(({ bytes }) => recognizeFile(bytes)?.reader !== undefined) ?? files[0];
  if (main === undefined) throw new ModelFormatError("studio: takes the file of a model, got none");
  const beside = new Map(files.map(({ name, bytes }) => [baseName(name), bytes]));
  const loaded = await loadModel(main.bytes, { files: (path) => beside.get(baseName(path)) });
  const model = prepare(loaded);
  const inputs = model.inputs.map(({ name }) => ({ name, kind: "Input", inputs: [] }));
  const nodes = model.carriers.map(({ name, layer, inputs: reads }) => ({ name, kind: layer.kind, inputs: reads }));
  const card: ModelCard = {
    name: main.name,
    takes: takenBy(model),
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
  return { model, shares: endsInSoftmax(loaded), card, token: tokenOf(files) };
}

/** Tokens by the vocabulary in a `tokenizer.json`, if one is among these files. */
function tokenOf(files: readonly NamedFile[]): StudioModel["token"] {
  const file = files.find(({ name }) => /tokenizer[^/\\]*\.json$/i.test(name));
  const read = file === undefined ? undefined : (JSON.parse(decodeText(file.bytes)) as TokenizerFile | null);
  const { vocab } = read?.model ?? {};
  if (typeof vocab !== "object" || vocab === null) return () => undefined;
  // Pieces with their scores stand in the order of their ids.
  const tokens = Array.isArray(vocab)
    ? new Map(vocab.map((piece: unknown, id) => [id, String((piece as readonly unknown[])[0])]))
    : new Map(Object.entries(vocab).map(([token, id]) => [Number(id), token]));
  for (const { id, content } of read?.added_tokens ?? []) tokens.set(id, content);
  return (id) => tokens.get(id);
}

/** What is read of a `tokenizer.json`. */
interface TokenizerFile {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly model?: { readonly vocab?: unknown };
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
