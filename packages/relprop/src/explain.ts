/** The whole way in one call: from a model and an input to an explanation that can be looked at. */
import { Model } from "@relprop/layers";
import { inParts, LRP, prepare } from "@relprop/lrp";
import { loadModel, type ByteSource, type LoadModelOptions } from "@relprop/models";
import { checkKind, preferKernels, throwIfAborted, untilAborted } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { bytesOf, isByteSource } from "./bytes-of.ts";
import { BOXED, chosenComposite } from "./composite-name.ts";
import { defaultComposite } from "./default-composite.ts";
import { Explained } from "./explained.ts";
import { checkExplainOptions, type ExplainOptions } from "./explain-options.ts";
import { boxOf, fitNamed, isForPictures, type FitOptions } from "./fit-picture.ts";
import { fileAt, filesBeside, isPlace, type FilePlace } from "./host-files.ts";
import { targetNamed } from "./named-target.ts";
import { oneSample } from "./one-sample.ts";
import { oddLabels } from "./odd-labels.ts";
import { oddRange, readSample, type Input } from "./sample.ts";
import { endsInSoftmax } from "./scored.ts";

/**
 * Explains an input with a model: strips the softmax, canonises, chooses rules, and propagates relevance. The model is
 * a file (ONNX, or the `model.json` of TensorFlow.js with the option `files`) or a loaded model; the input a picture
 * (PNG, PPM, JPEG with a decoder or in browsers), an array (`.npy`), pixels, a tensor, or numbers in lists. Files are
 * given by their bytes or, where the host has files, by their paths. For several inputs, make an `LRP` once.
 */
export async function explain(
  model: ByteSource | Model | FilePlace, input: Input | FilePlace, options: ExplainOptions = {},
): Promise<Explained> {
  preferKernels(simd);
  checkExplainOptions(options);
  const { composite, bias, box, sums, preprocess: asked, range, layout, labels, features, target, ...others } = options;
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
  if (sample.image === undefined && isForPictures(fit)) {
    throw new RangeError("explain: takes preprocess and range for pictures, got an array, which is taken as it is");
  }
  const name = typeof composite === "object" ? undefined : (composite ?? defaultComposite(prepared));
  const bounds = box ?? (name === BOXED && sample.image !== undefined ? boxOf(fit) : undefined);
  const made = { bias, box: bounds, sums };
  const rules = chosenComposite(typeof composite === "object" ? composite : name, prepared, made);
  const outputLayout = prepared.layout(options.output ?? prepared.outputs[0]!);
  const wanted = typeof target === "string" ? targetNamed("explain", target, labels, outputLayout) : target;
  const lrp = new LRP(prepared, rules, { large: inParts() });
  const explanation = lrp.analyze(sample.value, {
    ...analysis, ...(wanted !== undefined && { target: wanted }),
  });
  const odd = [
    sample.image === undefined ? oddRange(prepared, sample.value) : undefined,
    oddLabels(labels, explanation.output, outputLayout),
  ].filter((each) => each !== undefined);
  return new Explained(explanation, {
    input: sample.value, image: sample.image, labels, features, composite: name, outputLayout, rules: lrp.rules,
    shares: endsInSoftmax(loaded), ...(typeof wanted === "number" && { channel: wanted }),
  }, sample.layout, odd);
}

async function modelOf(given: ByteSource | Model | FilePlace, options: LoadModelOptions): Promise<Model> {
  if (given instanceof Model) return given;
  if (isPlace(given)) {
    return loadModel(await fileAt("explain", given), { files: filesBeside("explain", given), ...options });
  }
  checkKind("explain", "a model as a path, the bytes of its file, or loaded", given, isByteSource(given));
  return loadModel(await bytesOf("explain", given), options);
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
