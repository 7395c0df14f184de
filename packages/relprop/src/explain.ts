/** The whole way in one call: a model file and an image, to a heatmap. */
import { decodeImage, heatmap, imageToTensor, type Heatmap, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { epsilonPlusFlat, LRP, prepare, type AnalyzeOptions, type Composite, type Explanation } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { preferKernels, throwIfAborted, type Abortable } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";

/** What `explain` may be given besides a model and an input. */
export interface ExplainOptions extends AnalyzeOptions, Abortable {
  /** `epsilonPlusFlat()` by default. */
  readonly composite?: Composite;
  /** The most pixels an image may declare; 2^25 unless given. */
  readonly maxPixels?: number;
}

/** An explanation, and the picture of its relevance. */
export interface ExplainedImage extends Explanation {
  readonly heatmap: Heatmap;
}

/**
 * Explains an image (a PNG or PPM file's bytes, or pixels) with an ONNX model (a file's bytes, or a loaded model):
 * strips the softmax, canonises, and propagates relevance. For several images make an `LRP` once.
 */
export async function explain(
  model: Uint8Array | Model, image: Uint8Array | Image, options: ExplainOptions = {},
): Promise<ExplainedImage> {
  preferKernels(simd);
  const { composite = epsilonPlusFlat(), signal, maxPixels, ...rest } = options;
  throwIfAborted(signal);
  const prepared = prepare(model instanceof Uint8Array ? loadOnnx(model) : model);
  const limits = { signal, ...(maxPixels !== undefined && { maxPixels }) };
  const pixels = image instanceof Uint8Array ? await decodeImage(image, limits) : image;
  const channels = prepared.inputs[0]?.shape?.[1] === 1 ? 1 : 3;
  const explanation = new LRP(prepared, composite).analyze(imageToTensor(pixels, { channels }), rest);
  const { relevance, inputs, sources, output, target, layers, warnings } = explanation;
  return {
    relevance, inputs, sources, output, target, layers, warnings,
    get conservation() {
      return explanation.conservation;
    },
    heatmap: heatmap(relevance),
  };
}
