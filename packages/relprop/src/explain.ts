/** The whole way in one call: from a model and an input to an explanation that can be looked at. */
import type { DecodeImageOptions } from "@relprop/heatmap";
import { Model } from "@relprop/layers";
import { inParts, LRP, prepare, type AnalyzeOptions, type Composite, type Target } from "@relprop/lrp";
import { loadModel, type ByteSource, type LoadModelOptions } from "@relprop/models";
import { preferKernels, throwIfAborted, untilAborted, type Layout } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { bytesOf, isByteSource } from "./bytes-of.ts";
import { BOXED, chosenComposite, type NamedCompositeOptions } from "./composite-name.ts";
import { defaultComposite } from "./default-composite.ts";
import { Explained } from "./explained.ts";
import { boxOf, fitNamed, type FitOptions } from "./fit-picture.ts";
import { targetNamed } from "./named-target.ts";
import { oneSample } from "./one-sample.ts";
import { oddRange, readSample, type Input } from "./sample.ts";
import { endsInSoftmax } from "./scored.ts";

/** What `explain` may be given besides a model and an input; every option has a default. */
export interface ExplainOptions
  extends Omit<AnalyzeOptions, "target">, NamedCompositeOptions,
    Pick<DecodeImageOptions, "jpeg" | "signal" | "maxPixels">,
    Pick<LoadModelOptions, "bind" | "files" | "outputs" | "shapes"> {
  /** What is explained: the largest output by default; a label where there are `labels`. */
  readonly target?: Target | string;
  /** A composite, or the name of one; by default what suits the network. */
  readonly composite?: Composite | string;
  /**
   * How pictures are made to fit: `"fit"` (to the model's size), `"imagenet"`, `"inception"`, `"symmetric"`, `"bytes"`,
   * or sizes, means and deviations of your own. As they are, with values from 0 to 1, unless given.
   */
  readonly preprocess?: string | FitOptions;
  /** What black and white become; `[0, 1]` unless given. A model that reads bytes gets them as they are. */
  readonly range?: readonly [low: number, high: number];
  /** Where channels stand, for models that do not say. */
  readonly layout?: Layout;
  /** Names of the outputs. */
  readonly labels?: readonly string[];
  /** Names of the features of rows. */
  readonly features?: readonly string[];
}

/**
 * Explains an input with a model: strips the softmax, canonises, chooses rules, and propagates relevance. The model is
 * a file (ONNX, or the `model.json` of TensorFlow.js with the option `files`) or a loaded model; the input a picture
 * (PNG, PPM, JPEG with a decoder or in browsers), an array (`.npy`), pixels, a tensor, or numbers in lists. For several
 * inputs, make an `LRP` once.
 */
export async function explain(
  model: ByteSource | Model, input: Input, options: ExplainOptions = {},
): Promise<Explained> {
  preferKernels(simd);
  checkOptions(options);
  const { composite, bias, box, preprocess: asked, range, layout, labels, features, target, ...others } = options;
  const { jpeg, signal, maxPixels, bind, files, shapes, outputs, ...analysis } = others;
  throwIfAborted(signal);
  const reading = {
    signal, ...(bind && { bind }), ...(files && { files }), ...(shapes && { shapes }), ...(outputs && { outputs }),
  };
  const loaded = oneSample(await untilAborted(modelOf(model, reading), signal));
  const prepared = prepare(loaded);
  const fit = { ...fitOf(asked, range), ...(layout !== undefined && { layout }) };
  const decoding = { orient: true, signal, ...(jpeg && { jpeg }), ...(maxPixels !== undefined && { maxPixels }) };
  const sample = await untilAborted(readSample("explain", prepared, input, fit, decoding), signal);
  const name = typeof composite === "object" ? undefined : (composite ?? defaultComposite(prepared));
  const bounds = box ?? (name === BOXED && sample.image !== undefined ? boxOf(fit) : undefined);
  const rules = chosenComposite(typeof composite === "object" ? composite : name, prepared, { bias, box: bounds });
  const outputLayout = prepared.layout(options.output ?? prepared.outputs[0]!);
  const wanted = typeof target === "string" ? targetNamed("explain", target, labels, outputLayout) : target;
  const lrp = new LRP(prepared, rules, { large: inParts() });
  const explanation = lrp.analyze(sample.value, {
    ...analysis, ...(wanted !== undefined && { target: wanted }),
  });
  const odd = sample.image === undefined ? oddRange(prepared, sample.value) : undefined;
  return new Explained(explanation, {
    input: sample.value, image: sample.image, labels, features, composite: name, outputLayout, rules: lrp.rules,
    shares: endsInSoftmax(loaded), ...(typeof wanted === "number" && { channel: wanted }),
  }, sample.layout, odd === undefined ? [] : [odd]);
}

/** Throws a `TypeError` for options of other kinds, which callers without types may pass. */
function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`explain: takes options as an object, got ${String(options)}`);
  }
  const { composite, preprocess, labels, features } = options as Readonly<Record<string, unknown>>;
  const check = (name: string, value: unknown, takes: string, fits: boolean): void => {
    if (value !== undefined && !fits) throw new TypeError(`explain: takes ${takes} as ${name}, got ${String(value)}`);
  };
  const isNamed = (value: unknown): boolean =>
    typeof value === "string" || (typeof value === "object" && value !== null);
  check("composite", composite, "a composite or the name of one", isNamed(composite));
  check("preprocess", preprocess, "a name, or sizes, means and deviations", isNamed(preprocess));
  for (const [name, names] of [["labels", labels], ["features", features]] as const) {
    check(name, names, "a list of names", Array.isArray(names) && names.every((each) => typeof each === "string"));
  }
}

async function modelOf(model: ByteSource | Model, options: LoadModelOptions): Promise<Model> {
  if (model instanceof Model) return model;
  if (isByteSource(model)) return loadModel(await bytesOf("explain", model), options);
  const got = typeof model === "string" ? `"${String(model)}": read the file first` : String(model);
  throw new TypeError(`explain: takes the bytes of a model file or a loaded model, got ${got}`);
}

function fitOf(asked: string | FitOptions | undefined, range: ExplainOptions["range"]): FitOptions {
  const fit = typeof asked === "string" ? fitNamed(asked) : (asked ?? {});
  if (range === undefined) return fit;
  if (fit.mean !== undefined || fit.std !== undefined) {
    throw new RangeError("explain: takes a range, or preprocessing with mean and std, got both");
  }
  const [low, high] = range;
  if (!(high > low)) throw new RangeError(`explain: takes a range from low to high, got ${low} to ${high}`);
  return { ...fit, mean: [-low / (high - low)], std: [1 / (high - low)] };
}
