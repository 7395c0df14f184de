/** The whole way in one call: a model file and an image, to a heatmap. */
import { decodeImage, heatmap, type Heatmap, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { epsilonPlusFlat, LRP, prepare, type AnalyzeOptions, type Composite, type Explanation } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { preferKernels, throwIfAborted, type Abortable } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { pictureFor, pictureLayout, type PictureOptions } from "./picture-for.ts";

/** What `explain` may be given besides a model and an input. */
export interface ExplainOptions extends AnalyzeOptions, PictureOptions, Abortable {
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
  const { composite = epsilonPlusFlat(), signal, maxPixels, range, layout: given, ...rest } = options;
  throwIfAborted(signal);
  const prepared = prepare(model instanceof Uint8Array ? loadOnnx(model) : model);
  const limits = { signal, ...(maxPixels !== undefined && { maxPixels }) };
  const pixels = image instanceof Uint8Array ? await decodeImage(image, limits) : image;
  const input = pictureFor(prepared, pixels, { range, layout: given });
  const explanation = new LRP(prepared, composite).analyze(input, rest);
  const { relevance, layout, inputs, sources, output, target, layers, warnings } = explanation;
  const shown = layout ?? pictureLayout(prepared, given).layout;
  return {
    relevance, layout: shown, inputs, sources, output, target, layers, warnings,
    get conservation() {
      return explanation.conservation;
    },
    heatmap: heatmap({ relevance, layout: shown }),
  };
}
