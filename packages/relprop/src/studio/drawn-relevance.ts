/** Relevance as the page shows it: pixels over the picture, or a drawing of a row or a signal. */
import {
  featureBars, features, heatmap, relevanceForm, signalPlot, WordMap, type Image, type Pixels, type Relevant,
} from "@relprop/heatmap";
import { Tensor, type Layout } from "@relprop/tensor";
import { grayOf } from "../gray.ts";
import type { StudioInput } from "./studio-input.ts";

/** A picture of relevance, with what is read out instead of it. */
export type Shown =
  | { readonly kind: "pixels"; readonly pixels: Pixels; readonly bare: Pixels | undefined }
  | { readonly kind: "svg"; readonly svg: string; readonly alt: string }
  | { readonly kind: "nothing"; readonly why: string };

/** Relevance of the input, drawn in the form that it has. */
export function drawnRelevance(relevance: Tensor, input: StudioInput, layout: Layout | undefined): Shown {
  if (input.text !== undefined) {
    const words = new WordMap(input.text.tokens, relevance, input.text.words);
    return { kind: "svg", svg: words.svg({ width: 520 }), alt: `relevance of ${words.words.length} words` };
  }
  const relevant: Relevant = { relevance, layout };
  const form = relevanceForm(relevant, input.features);
  if (form === "picture") return drawnPixels(relevant, input.image);
  const given = input.value instanceof Tensor && input.value.size === relevance.size ? { input: input.value } : {};
  if (form === "row") {
    const names = input.features === undefined ? {} : { names: input.features };
    const drawing = featureBars(features(relevant, { ...given, ...names }), { width: 520, most: 16 });
    return { kind: "svg", svg: drawing.svg(), alt: drawing.alt };
  }
  if (form === "signal") {
    const drawing = signalPlot(relevant, { ...given, width: 520 });
    return { kind: "svg", svg: drawing.svg(), alt: drawing.alt };
  }
  return { kind: "nothing", why: `relevance of ${relevance.shape.length} axes has no picture` };
}

/** A heatmap over the picture in gray, and alone. */
export function drawnPixels(relevant: Relevant, image: Image | undefined): Shown {
  const bare = heatmap(relevant).rgba();
  if (image === undefined) return { kind: "pixels", pixels: bare, bare: undefined };
  const overlay = { image: grayOf(image), alpha: 0.85, fade: true };
  return { kind: "pixels", pixels: heatmap(relevant, { overlay }).rgba(), bare };
}
