/** Transformers and the operators they are made of, from every file a case lists. */
import { readFileSync } from "node:fs";
import type { Model } from "@relprop/layers";
import { LRP, onlyCopy, type Tape } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { clone, Integers, kernels, relativeError, scalar, Tensor, type IntegerType, type Value } from "@relprop/tensor";
import type { CaseFile } from "../case-file.ts";
import type { Check } from "../check.ts";
import { list, listOfWords, NotUnderstood, Words } from "../words.ts";
import { OUTPUT, relevanceTolerance } from "../zennit/tolerance.ts";
import { attnComposite } from "./composite.ts";

/** The output, the relevance of every value that a file names, and what arrives at sources on each concept. */
export function attnCase(file: CaseFile): readonly Check[] {
  return listOfWords(file.json("onnx"), "onnx").flatMap((words) => {
    const name = words.text("file");
    try {
      return exported(file, words).map((check) => ({ ...check, what: `${check.what} of ${name}` }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Error(`${name}: ${error.name}: ${error.message}`, { cause: error });
    }
  });
}

function exported(file: CaseFile, words: Words): readonly Check[] {
  const composite = file.words("composite");
  const model = loadOnnx(readFileSync(file.beside(words.text("file"))));
  const lrp = new LRP(model, attnComposite(composite), { skipChecks: true });
  const values = valuesOf(words, model);
  return lrp.scratch(() => {
    const tape = lrp.forward(...inputsOf(file, model));
    const output = nodeOf(model, "output");
    const start = file.tensor("relevance_out");
    const arrived = backward(lrp, tape, output, start);
    // What arrives is a gradient there, and relevance its product with the value.
    const isGradient = composite.text("method") === "gradient";
    const relevance = (node: string): Float32Array => {
      const value = tape.value(node);
      const found = arrived.get(node) ?? new Float32Array(value.size);
      return isGradient ? found.map((slope, i) => slope * value.data[i]!) : found;
    };
    const tolerance = relevanceTolerance(file) * single();
    return [
      compare(file, "output", tape.value(output).data, OUTPUT * single()),
      ...[...values].map(([point, node]) => compare(file, `relevance.${point}`, relevance(node), tolerance)),
      ...conceptChecks(file, { lrp, tape, values, arrived, tolerance }),
    ];
  });
}

/** Kernels that add up in single precision are allowed three times as much. */
function single(): number {
  return kernels() === scalar ? 1 : 3;
}

interface Explained {
  readonly lrp: LRP;
  readonly tape: Tape;
  /** The node of each point. */
  readonly values: ReadonlyMap<string, string>;
  readonly arrived: ReadonlyMap<string, Float32Array>;
  readonly tolerance: number;
}

/** What reaches the sources from one index of an axis at one point. */
function conceptChecks(file: CaseFile, { lrp, tape, values, arrived, tolerance }: Explained): readonly Check[] {
  const concepts = file.says("concepts") ? listOfWords(file.json("concepts"), "concepts") : [];
  return concepts.flatMap((words, i) => {
    const node = values.get(words.text("point"));
    if (node === undefined) return [];
    const { shape } = file.stored(`relevance.${words.text("point")}`);
    const axis = (words.number("axis") + shape.length) % shape.length;
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const kept = arrived.get(node)!.map((value, at) =>
      (Math.floor(at / inner) % shape[axis]! === words.number("index") ? value : 0));
    const reached = backward(lrp, tape, node, new Tensor(tape.value(node).shape, kept));
    return list(words.value("sources"), "sources").flatMap((source) => {
      const at = values.get(String(source));
      if (at === undefined) return [];
      const got = reached.get(at) ?? new Float32Array(tape.value(at).size);
      return [compare(file, `concept.${i}.${String(source)}`, got, tolerance)];
    });
  });
}

function backward(lrp: LRP, tape: Tape, from: string, start: Tensor): ReadonlyMap<string, Float32Array> {
  const arrived = new Map<string, Float32Array>();
  lrp.backward(tape, new Map([[from, onlyCopy(start.reshape(tape.value(from).shape))]]), {
    visit: (name, relevance) => void arrived.set(name, clone(relevance).data),
  });
  return arrived;
}

/** The values that a file names, as nodes here. */
function valuesOf(words: Words, model: Model): ReadonlyMap<string, string> {
  const values = words.object("values");
  return new Map(values.keys.map((point) => [point, nodeOf(model, values.text(point))]));
}

function nodeOf(model: Model, value: string): string {
  const node = model.nodeOf(value);
  if (node === undefined) throw new NotUnderstood(`values: takes those that a node makes, got "${value}"`);
  return node;
}

function inputsOf(file: CaseFile, model: Model): readonly Value[] {
  return model.inputs.map(({ name, type }) => {
    const stored = file.stored(`input.${name}`);
    return type === undefined
      ? stored.tensor()
      : new Integers(stored.shape, stored.float64().slice(), type satisfies IntegerType);
  });
}

/** The relative error; where nothing is expected, the largest value there is. */
function compare(file: CaseFile, name: string, got: Float32Array, tolerance: number): Check {
  const want = file.stored(name).float64();
  const isZero = want.every((value) => value === 0);
  const error = isZero ? got.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : relativeError(got, want);
  return { what: name, error, tolerance };
}
